-- Dates and times from text. Page *Date and time input and output formats*.

-- What was read of a text without the blanks behind it.
create macro sf_unless_blank(x, found) as
    list_transform([{'x': x, 'f': found}], lambda v$: case
        when v$['f'] is not null and ends_with(v$['x'], ' ')
            then sf_refuse('blanks behind the text of a date or time')
        else v$['f']
    end)[1];
-- A fraction of a second in the text: at most six digits that count.
create macro sf_in_micros(x) as
    case
        when regexp_matches(x, '\.[0-9]{6}[0-9]*[1-9]')
            then sf_refuse('a fraction of a second finer than microseconds')
        else regexp_replace(x, '(\.[0-9]{6})0+', '\1')
    end;

-- AUTO: a whole number is an epoch, in a unit that its size tells.
create macro sf_epoch_micros(x) as
    list_transform([x], lambda v$: try_cast(case
        when abs(v$) < 31536000000 then v$ * 1000000
        when abs(v$) < 31536000000000 then v$ * 1000
        when abs(v$) < 31536000000000000 then v$
        else sf_micros(v$)
    end as bigint))[1];
create macro sf_is_whole(x) as regexp_full_match(x, '[+-]?[0-9]{1,19}');

-- AUTO: ISO timestamps. The offset is left aside here, see sf_offset.
create macro sf_is_iso(x) as
    regexp_full_match(
        x,
        '\s*[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}([T ] *([01]?[0-9]|2[0-3])(:[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]*)?)?\s*(Z|[+-][0-9]{1,2}(:?[0-9]{2})?)?)?)?'
    );
create macro sf_iso(x) as
    try_cast(sf_in_micros(case
        when contains(x, ':')
            then regexp_replace(trim(x), '\s*(Z|[+-][0-9]{1,2}(:?[0-9]{2})?)$', '')
        else regexp_replace(trim(x), '[T ] *([0-9]{1,2})$', ' \1:00')
    end) as timestamp);

-- AUTO: the other timestamps, with names of months and days.
create macro sf_is_twitter(x) as
    regexp_full_match(
        x, '\s*[A-Za-z]{3} [A-Za-z]{3} [0-9]{1,2} [0-9:]+ [+-][0-9]{4} [0-9]{1,4}'
    );
create macro sf_worded(x) as
    case
        when sf_is_twitter(x) then try_strptime(
            regexp_replace(x, ' [+-][0-9]{4} ', ' '), '%a %b %d %H:%M:%S %Y'
        )
        when regexp_matches(x, '^\s*[A-Za-z]{3},') then try_strptime(
            sf_in_micros(regexp_replace(x, ' [+-][0-9]{4}$', '')), [
                '%a, %d %b %Y %H:%M:%S', '%a, %d %b %Y %H:%M:%S.%f',
                '%a, %d %b %Y %I:%M:%S %p', '%a, %d %b %Y %I:%M:%S.%f %p'
            ]
        )
        else try_strptime(x, ['%m/%d/%Y', '%m/%d/%Y %H:%M:%S', '%d-%b-%Y', '%d-%B-%Y'])
    end;

create macro sf_auto_timestamp(x) as
    list_transform([x], lambda v$: case
        when sf_is_iso(v$) then sf_iso(v$)
        when sf_is_whole(v$) then make_timestamp(sf_epoch_micros(try_cast(v$ as hugeint)))
        else sf_worded(v$)
    end)[1];
create macro sf_try_timestamp(x) as sf_unless_blank(x, sf_auto_timestamp(rtrim(x)));
create macro sf_timestamp(x) as
    list_transform([x], lambda v$: coalesce(
        sf_try_timestamp(v$),
        case when v$ is not null
            then sf_raise('100035', 'Timestamp ''' || v$ || ''' is not recognized') end
    ))[1];
-- The minutes of the offset in a text that was read.
create macro sf_offset(x) as
    list_transform([regexp_extract(
        x, ':.*([+-])([0-9]{1,2}):?([0-9]{2})?( [0-9]{1,4})?\s*$', ['s', 'h', 'm']
    )], lambda v$: coalesce(
        case when v$['s'] = '-' then -1 else 1 end
        * (try_cast(v$['h'] as integer) * 60 + coalesce(try_cast(v$['m'] as integer), 0)),
        0
    ))[1];

create macro sf_try_date(x) as
    list_transform([x], lambda v$: case
        when regexp_full_match(v$, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then try_cast(v$ as date)
        else cast(sf_try_timestamp(v$) as date)
    end)[1];
create macro sf_date(x) as
    list_transform([x], lambda v$: coalesce(
        sf_try_date(v$),
        case when v$ is not null
            then sf_raise('100040', 'Date ''' || v$ || ''' is not recognized') end
    ))[1];

create macro sf_auto_time(x) as
    list_transform([x], lambda v$: case
        when regexp_full_match(v$, '\s*([01]?[0-9]|2[0-3]):[0-5]?[0-9]')
            then try_cast(trim(v$) || ':00' as time)
        when regexp_full_match(
            v$,
            '\s*([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]*)?([+-][0-9]{1,2}:[0-9]{2})?'
        ) then try_cast(sf_in_micros(trim(regexp_replace(v$, '[+-][0-9:]+$', ''))) as time)
        when regexp_matches(v$, '[AaPp][Mm]$') and contains(v$, ':') then cast(try_strptime(
            sf_in_micros(v$), ['%I:%M:%S.%f %p', '%I:%M:%S %p', '%I:%M %p']
        ) as time)
        when sf_is_whole(v$) then list_transform([sf_epoch_micros(try_cast(v$ as hugeint))], lambda m$: case
            when m$ % 1000000 <> 0 then sf_refuse('a TIME of a number with a fraction of a second')
            else cast(make_timestamp(m$) as time)
        end)[1]
        when sf_auto_timestamp(v$) is not null then sf_refuse('the text of a timestamp as a TIME')
    end)[1];
create macro sf_try_time(x) as sf_unless_blank(x, sf_auto_time(rtrim(x)));
create macro sf_time(x) as
    list_transform([x], lambda v$: coalesce(
        sf_try_time(v$),
        case when v$ is not null
            then sf_raise('100108', 'Time ''' || v$ || ''' is not recognized') end
    ))[1];

-- By a format: what the groups of rules/dateformats.py mean; an empty text is a group without a match.
create macro sf_century(short) as
    case
        when short = '' then ''
        when cast(short as integer) >= 70 then '19' || lpad(short, 2, '0')
        else '20' || lpad(short, 2, '0')
    end;
create macro sf_month(name) as
    case
        when name = '' then ''
        else cast(
            (strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower(left(name, 3))) + 2) // 3
            as varchar
        )
    end;
create macro sf_hour(twelve, half) as
    case
        when twelve = '' then ''
        else cast(
            cast(twelve as integer) % 12 + case when lower(half) = 'pm' then 12 else 0 end
            as varchar
        )
    end;
create macro sf_timestamp_of(years, months, days, hours, minutes, seconds, fraction) as
    list_transform([{
        'y': years, 'mo': months, 'd': days, 'h': hours, 'mi': minutes, 's': seconds, 'f': fraction
    }], lambda v$: case
        when '' in (v$['y'], v$['mo'], v$['d'], v$['h'], v$['mi'], v$['s']) then null
        when v$['f'] = '' then sf_refuse('a text without the fraction of a second of its format')
        else try_cast(sf_in_micros(
            lpad(v$['y'], 4, '0') || '-' || v$['mo'] || '-' || v$['d'] || ' '
            || v$['h'] || ':' || v$['mi'] || ':' || v$['s'] || '.' || v$['f']
        ) as timestamp)
    end)[1];
create macro sf_minutes(sign, hours, minutes) as
    case when sign = '-' then -1 else 1 end
    * (try_cast(hours as integer) * 60 + coalesce(try_cast(minutes as integer), 0));
