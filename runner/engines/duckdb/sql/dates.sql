-- Dates, times and timestamps. A TIMESTAMP_TZ is {utc, tz}: the instant and its offset in minutes.

create macro sf_micros(nanos) as
    list_transform([nanos], lambda v: case
        when v % 1000 <> 0 then sf_refuse('a fraction of a second finer than microseconds')
        else v // 1000
    end)[1];

-- Reading text by Snowflake's AUTO formats: the wall time, any offset left aside.
create macro sf_bare(x) as
    case
        when contains(x, ':')
            then regexp_replace(trim(x), '\s*(Z|[+-][0-9]{1,2}(:?[0-9]{2})?)$', '')
        else trim(x)
    end;
create macro sf_epoch(x) as
    make_timestamp(list_transform([x], lambda v: try_cast(case
        when abs(v) < 31536000000 then v * 1000000
        when abs(v) < 31536000000000 then v * 1000
        when abs(v) < 31536000000000000 then v
        else sf_micros(v)
    end as bigint))[1]);
create macro sf_iso(x) as
    case
        when regexp_matches(x, '\.[0-9]{6}[0-9]*[1-9]')
            then sf_refuse('a fraction of a second finer than microseconds')
        else try_cast(sf_bare(x) as timestamp)
    end;
create macro sf_try_timestamp(x) as
    list_transform([x], lambda v: case
        when regexp_full_match(
            v,
            '\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]*)?)?\s*(Z|[+-][0-9]{1,2}(:?[0-9]{2})?)?)?\s*'
        ) then sf_iso(v)
        when regexp_full_match(v, '[+-]?[0-9]{1,19}') then sf_epoch(try_cast(v as hugeint))
        else try_strptime(sf_bare(v), [
            '%m/%d/%Y', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M',
            '%d-%b-%Y', '%d-%b-%Y %H:%M:%S', '%d-%b-%Y %H:%M',
            '%a, %d %b %Y %H:%M:%S', '%a, %d %b %Y %H:%M'
        ])
    end)[1];
create macro sf_timestamp(x) as
    list_transform([x], lambda v: coalesce(
        sf_try_timestamp(v),
        case when v is not null
            then sf_raise('100035', 'Timestamp ''' || v || ''' is not recognized') end
    ))[1];
create macro sf_offset(x) as
    list_transform([regexp_extract(x, ':.*([+-])([0-9]{1,2}):?([0-9]{2})?\s*$', ['s', 'h', 'm'])],
        lambda v: coalesce(
            case when v.s = '-' then -1 else 1 end
            * (try_cast(v.h as integer) * 60 + coalesce(try_cast(v.m as integer), 0)),
            0
        ))[1];
create macro sf_try_date(x) as
    list_transform([x], lambda v: case
        when regexp_full_match(v, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then try_cast(v as date)
        else cast(sf_try_timestamp(v) as date)
    end)[1];
create macro sf_date(x) as
    list_transform([x], lambda v: coalesce(
        sf_try_date(v),
        case when v is not null
            then sf_raise('100040', 'Date ''' || v || ''' is not recognized') end
    ))[1];
create macro sf_try_time(x) as
    list_transform([x], lambda v: case
        when regexp_full_match(v, '\s*[0-9]{1,2}:[0-9]{1,2}\s*')
            then try_cast(trim(v) || ':00' as time)
        when regexp_full_match(v, '\s*[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]*)?\s*')
            then try_cast(trim(v) as time)
        else cast(sf_try_timestamp(v) as time)
    end)[1];
create macro sf_time(x) as
    list_transform([x], lambda v: coalesce(
        sf_try_time(v),
        case when v is not null
            then sf_raise('100108', 'Time ''' || v || ''' is not recognized') end
    ))[1];

-- TIMESTAMP_TZ and TIMESTAMP_LTZ
create macro sf_tz(wall, minutes) as
    list_transform([{'w': wall, 'm': minutes}], lambda v: case
        when v.w is not null then {
            'utc': cast(v.w - to_minutes(cast(v.m as bigint)) as timestamp),
            'tz': cast(v.m as smallint)
        }
    end)[1];
create macro sf_wall(z) as
    list_transform([z], lambda v: cast(v.utc + to_minutes(cast(v.tz as bigint)) as timestamp))[1];
create macro sf_utc_only(z) as
    list_transform([z], lambda v: case
        when v.tz <> 0
            then sf_refuse('days between TIMESTAMP_TZ values that are not in UTC')
        else v.utc
    end)[1];
create macro sf_timestamp_tz(x) as
    list_transform([x], lambda t: sf_tz(sf_timestamp(t), sf_offset(t)))[1];
create macro sf_try_timestamp_tz(x) as
    list_transform([x], lambda t: sf_tz(sf_try_timestamp(t), sf_offset(t)))[1];
create macro sf_timestamp_ltz(x) as
    list_transform([x], lambda t:
        cast(sf_timestamp(t) - to_minutes(sf_offset(t)) as timestamptz))[1];
create macro sf_try_timestamp_ltz(x) as
    list_transform([x], lambda t:
        cast(sf_try_timestamp(t) - to_minutes(sf_offset(t)) as timestamptz))[1];
create macro sf_offset_text(minutes) as
    case when minutes < 0 then '-' else '+' end
    || lpad(cast(abs(minutes) // 60 as varchar), 2, '0')
    || lpad(cast(abs(minutes) % 60 as varchar), 2, '0');
create macro sf_tz_text(z) as
    list_transform([z], lambda t:
        strftime(sf_wall(t), '%Y-%m-%d %H:%M:%S.%g ') || sf_offset_text(t.tz))[1];

-- Reading text by a format
create macro sf_strptime(x, format, kind) as
    list_transform([x], lambda v: coalesce(
        try_strptime(v, format),
        case when v is not null then sf_raise(
            case when kind = 'Date' then '100040' else '100035' end,
            kind || ' ''' || v || ''' is not recognized'
        ) end
    ))[1];

-- Arithmetic
create macro sf_add_months(x, months) as
    list_transform([{'x': cast(x as timestamp), 'm': months}], lambda v: case
        when cast(v.x as date) = last_day(cast(v.x as date))
            then last_day(cast(cast(v.x as date) + to_months(v.m) as date))
                + (v.x - date_trunc('day', v.x))
        else v.x + to_months(v.m)
    end)[1];
create macro sf_months_between(later, earlier) as
    list_transform([{'a': later, 'b': earlier}], lambda v:
        (year(v.a) - year(v.b)) * 12 + month(v.a) - month(v.b) + case
            when day(v.a) = day(v.b)
                or (cast(v.a as date) = last_day(cast(v.a as date))
                    and cast(v.b as date) = last_day(cast(v.b as date)))
                then 0
            else (epoch(v.a - date_trunc('month', v.a)) - epoch(v.b - date_trunc('month', v.b)))
                / 86400 / 31
        end)[1];
create macro sf_date_from_parts(y, m, d) as
    cast(make_date(y, 1, 1) + to_months(cast(m - 1 as integer)) + to_days(cast(d - 1 as integer)) as date);
create macro sf_clock(h, mi, s, micros) as
    to_microseconds((cast(h as bigint) * 3600 + mi * 60 + s) * 1000000 + micros);
create macro sf_timestamp_from_parts(y, m, d, h, mi, s, micros) as
    cast(sf_date_from_parts(y, m, d) as timestamp)
    + sf_clock(h, mi, s, micros);
