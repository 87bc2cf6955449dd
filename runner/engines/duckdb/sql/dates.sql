-- Dates, times and timestamps. A TIMESTAMP_TZ is {utc, tz}: the instant and its offset in minutes.

create macro sf_micros(nanos) as
    list_transform([nanos], lambda v$: case
        when v$ % 1000 <> 0 then sf_refuse('a fraction of a second finer than microseconds')
        else v$ // 1000
    end)[1];

-- TIMESTAMP_TZ and TIMESTAMP_LTZ
create macro sf_tz(wall, minutes) as
    list_transform([{'w': wall, 'm': minutes}], lambda v$: case
        when v$['w'] is not null then {
            'utc': cast(v$['w'] - to_minutes(cast(v$['m'] as bigint)) as timestamp),
            'tz': cast(v$['m'] as smallint)
        }
    end)[1];
create macro sf_wall(z) as
    list_transform([z], lambda v$: cast(v$['utc'] + to_minutes(cast(v$['tz'] as bigint)) as timestamp))[1];
create macro sf_utc_only(z) as
    list_transform([z], lambda v$: case
        when v$['tz'] <> 0
            then sf_refuse('days between TIMESTAMP_TZ values that are not in UTC')
        else v$['utc']
    end)[1];
create macro sf_timestamp_tz(x) as
    list_transform([x], lambda t$: sf_tz(sf_timestamp(t$), sf_offset(t$)))[1];
create macro sf_try_timestamp_tz(x) as
    list_transform([x], lambda t$: sf_tz(sf_try_timestamp(t$), sf_offset(t$)))[1];
create macro sf_timestamp_ltz(x) as
    list_transform([x], lambda t$:
        cast(sf_timestamp(t$) - to_minutes(sf_offset(t$)) as timestamptz))[1];
create macro sf_try_timestamp_ltz(x) as
    list_transform([x], lambda t$:
        cast(sf_try_timestamp(t$) - to_minutes(sf_offset(t$)) as timestamptz))[1];
create macro sf_offset_text(minutes) as
    case when minutes < 0 then '-' else '+' end
    || lpad(cast(abs(minutes) // 60 as varchar), 2, '0')
    || lpad(cast(abs(minutes) % 60 as varchar), 2, '0');
create macro sf_tz_micros(z) as
    list_transform([z], lambda t$:
        strftime(sf_wall(t$), '%Y-%m-%d %H:%M:%S.%f ') || sf_offset_text(t$['tz']))[1];
create macro sf_tz_text(z) as
    list_transform([z], lambda t$:
        strftime(sf_wall(t$), '%Y-%m-%d %H:%M:%S.%g ') || sf_offset_text(t$['tz']))[1];

-- Time zones. A wall time that a zone has twice or never is refused.
create macro sf_zone(name) as
    list_transform([name], lambda v$: case
        when v$ = 'UTC' or regexp_full_match(v$, '[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]*)+') then v$
        when v$ is not null then sf_refuse('the time zone ' || v$)
    end)[1];
create macro sf_between_zones(wall, source, target) as
    list_transform([{'w': wall, 's': source, 't': target}], lambda v$:
        list_transform([v$['w'] at time zone v$['s']], lambda u$: case
            when u$ is null or v$['t'] is null then null
            when u$ at time zone v$['s'] <> v$['w']
                then sf_refuse('a wall time that the time zone ' || v$['s'] || ' leaves out')
            when v$['w'] in (
                (u$ - interval '1 hour') at time zone v$['s'],
                (u$ + interval '1 hour') at time zone v$['s'],
                (u$ - interval '30 minutes') at time zone v$['s'],
                (u$ + interval '30 minutes') at time zone v$['s']
            ) then sf_refuse('a wall time that the time zone ' || v$['s'] || ' has twice')
            else cast(u$ at time zone v$['t'] as timestamp)
        end)[1])[1];
create macro sf_at_zone(utc, zone) as
    list_transform([{'u': utc, 'z': zone}], lambda v$:
        list_transform([(v$['u'] at time zone 'UTC') at time zone v$['z']], lambda w$: case
            when w$ is not null
                then {'utc': v$['u'], 'tz': cast(date_diff('minute', v$['u'], w$) as smallint)}
        end)[1])[1];
create macro sf_offset_minute(minutes) as
    case
        when minutes < 0 and minutes % 60 <> 0
            then sf_refuse('the minutes of a negative offset')
        else minutes % 60
    end;

-- Fewer fractional digits of seconds: `unit` is the microseconds of the last one.
create macro sf_cut(x, unit) as
    list_transform([x], lambda v$: v$ - to_microseconds(microsecond(v$) % unit))[1];
create macro sf_cut_tz(z, unit) as
    list_transform([z], lambda v$: case
        when v$ is not null then {'utc': sf_cut(v$['utc'], unit), 'tz': v$['tz']}
    end)[1];

-- Arithmetic
create macro sf_add_months(x, months) as
    list_transform([{'x': cast(x as timestamp), 'm': months}], lambda v$: case
        when cast(v$['x'] as date) = last_day(cast(v$['x'] as date))
            then last_day(cast(cast(v$['x'] as date) + to_months(v$['m']) as date))
                + (v$['x'] - date_trunc('day', v$['x']))
        else v$['x'] + to_months(v$['m'])
    end)[1];
create macro sf_months_between(later, earlier) as
    list_transform([{'a': later, 'b': earlier}], lambda v$:
        (year(v$['a']) - year(v$['b'])) * 12 + month(v$['a']) - month(v$['b']) + case
            when day(v$['a']) = day(v$['b'])
                or (cast(v$['a'] as date) = last_day(cast(v$['a'] as date))
                    and cast(v$['b'] as date) = last_day(cast(v$['b'] as date)))
                then 0
            else (epoch(v$['a'] - date_trunc('month', v$['a'])) - epoch(v$['b'] - date_trunc('month', v$['b'])))
                / 86400 / 31
        end)[1];
create macro sf_date_from_parts(y, m, d) as
    cast(make_date(y, 1, 1) + to_months(cast(m - 1 as integer)) + to_days(cast(d - 1 as integer)) as date);
create macro sf_clock(h, mi, s, micros) as
    to_microseconds((cast(h as bigint) * 3600 + mi * 60 + s) * 1000000 + micros);
create macro sf_timestamp_from_parts(y, m, d, h, mi, s, micros) as
    cast(sf_date_from_parts(y, m, d) as timestamp)
    + sf_clock(h, mi, s, micros);
