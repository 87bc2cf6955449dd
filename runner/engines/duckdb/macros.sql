-- Macros of the embedded engine. Snowflake's errors are raised as '#code#message'; code U refuses
-- by name. A macro's arguments are written out wherever they stand in its body.

create macro sf_raise(code, message) as error('#' || code || '#' || message);

-- numbers

create macro sf_is_number(x) as
    regexp_full_match(x, '\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*');
create macro sf_number(x) as
    case when x is null or sf_is_number(x) then trim(x)
    else sf_raise('100038', 'Numeric value ''' || x || ''' is not recognized') end;
create macro sf_try_number(x) as case when sf_is_number(x) then trim(x) end;
create macro sf_is_float(x) as
    sf_is_number(x) or lower(trim(x)) in ('nan', 'inf', '-inf', '+inf', 'infinity', '-infinity');
create macro sf_float(x) as
    case when x is null or sf_is_float(x) then trim(x)
    else sf_raise('100038', 'Numeric value ''' || x || ''' is not recognized') end;
create macro sf_try_float(x) as case when sf_is_float(x) then trim(x) end;

create macro sf_quotient(dividend, divisor) as
    case when divisor = 0 then sf_raise('100051', 'Division by zero')
    else dividend // divisor
        + case when abs(dividend % divisor) >= abs(divisor) - abs(dividend % divisor)
            then case when (dividend < 0) = (divisor < 0) then 1 else -1 end
            else 0 end
    end;
create macro sf_scaled(digits, unit) as digits * unit;
create macro sf_digits(x) as replace(cast(x as varchar), '.', '');
create macro sf_divide(a, b) as
    case when b = 0 then sf_raise('100051', 'Division by zero') else a / b end;
create macro sf_modulo(a, b) as
    case when b = 0 then sf_raise('100051', 'Division by zero') else fmod(a, b) end;
create macro sf_floor_div(a, b) as a // b - case when a % b < 0 then 1 else 0 end;
create macro sf_round_to(x, unit) as
    sf_quotient(cast(round(x) as hugeint), unit) * unit;
create macro sf_trunc_to(x, unit) as (cast(trunc(x) as hugeint) // unit) * unit;
create macro sf_floor_to(x, unit) as sf_floor_div(cast(floor(x) as hugeint), unit) * unit;
create macro sf_ceil_to(x, unit) as -sf_floor_div(-cast(ceil(x) as hugeint), unit) * unit;
create macro sf_sqrt(x) as
    case when x < 0 then sf_raise('100050', 'Invalid floating point operation: sqrt(' || x || ')')
    else sqrt(x) end;
create macro sf_ln(x) as
    case when x <= 0 then sf_raise('100050', 'Invalid floating point operation: log(' || x || ')')
    else ln(x) end;
create macro sf_width_bucket(x, low, high, buckets) as
    case when x < low then 0 when x >= high then buckets + 1
    else floor((x - low) * buckets / (high - low)) + 1 end;
create macro sf_haversine(lat1, lon1, lat2, lon2) as
    2 * 6371.0::double * asin(sqrt(
        power(sin(radians(lat2 - lat1) / 2), 2)
        + cos(radians(lat1)) * cos(radians(lat2)) * power(sin(radians(lon2 - lon1) / 2), 2)
    ));

-- text

create macro sf_float_text(x) as
    case
        when isnan(x) then 'NaN'
        when isinf(x) then case when x > 0 then 'inf' else '-inf' end
        when x = trunc(x) and abs(x) < 1e15 then cast(cast(x as bigint) as varchar)
        when abs(x) >= 1e15 or abs(x) < 1e-5
            then sf_raise('U', 'the text of a FLOAT that needs an exponent')
        when length(ltrim(replace(replace(cast(x as varchar), '.', ''), '-', ''), '0')) > 15
            then sf_raise('U', 'the text of a FLOAT of more than 15 digits')
        else cast(x as varchar)
    end;
create macro sf_fitting(x, n) as
    case when length(x) > n
        then sf_raise('100078', 'String ''' || x || ''' is too long and would be truncated')
    else x end;
create macro sf_ascii(x) as case when x = '' then 0 else unicode(x) end;
create macro sf_substr(x, start, size) as
    case when size <= 0 or start < -length(x) then case when x is null then null else '' end
    else substr(x, case when start = 0 then 1 else start end, size) end;
create macro sf_position(needle, hay, start) as
    case
        when start < 1 then sf_raise('100050', 'POSITION from before the first character')
        when strpos(substr(hay, start), needle) = 0 then 0
        else strpos(substr(hay, start), needle) + start - 1
    end;
create macro sf_lpad(x, size, fill) as
    case when x is null or size is null or fill is null then null
        when size <= 0 then '' when length(x) >= size or fill = '' then left(x, size)
        else lpad(x, cast(size as integer), fill) end;
create macro sf_rpad(x, size, fill) as
    case when x is null or size is null or fill is null then null
        when size <= 0 then '' when length(x) >= size or fill = '' then left(x, size)
        else rpad(x, cast(size as integer), fill) end;
create macro sf_capitalized(words) as
    array_to_string(list_transform(words, lambda w: upper(left(w, 1)) || lower(w[2:])), '');
create macro sf_replace(x, what, other) as
    case when x is null or what is null or other is null then null
        when what = '' then x else replace(x, what, other) end;
create macro sf_split_part(x, delimiter, number) as
    case when x is null or delimiter is null or number is null then null
        when delimiter = '' then case when number in (0, 1, -1) then x else '' end
        else split_part(x, delimiter, case when number = 0 then 1 else number end) end;
create macro sf_tokens(x, delimiters) as
    case when delimiters = '' then case when x = '' then []::varchar[] else [x] end
    else list_filter(
        string_split(translate(x, delimiters, repeat(left(delimiters, 1), length(delimiters))), left(delimiters, 1)),
        lambda t: t <> '') end;
create macro sf_strtok_to_array(x, delimiters) as to_json(sf_tokens(x, delimiters));
create macro sf_regexp_instr(x, pattern) as
    case when not regexp_matches(x, pattern) then 0
    else length(regexp_extract(x, '(?s)^(.*?)(?:' || pattern || ')', 1)) + 1 end;
create macro sf_randstr(size) as
    array_to_string(list_transform(range(size), lambda i:
        substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz', 1 + cast(floor(random() * 62) as bigint), 1)), '');
create macro sf_is_hex(x) as regexp_full_match(x, '([0-9A-Fa-f]{2})*');
create macro sf_binary(x) as
    case when x is null or sf_is_hex(x) then unhex(x)
    else sf_raise('100115', 'The following string is not a legal hex-encoded value: ''' || x || '''') end;
create macro sf_try_binary(x) as case when sf_is_hex(x) then unhex(x) end;
create macro sf_try_boolean(x) as
    case when lower(trim(x)) in ('true', 't', 'yes', 'y', 'on', '1') then true
        when lower(trim(x)) in ('false', 'f', 'no', 'n', 'off', '0') then false end;
create macro sf_boolean(x) as
    case when x is null or sf_try_boolean(x) is not null then sf_try_boolean(x)
    else sf_raise('100037', 'Boolean value ''' || x || ''' is not recognized') end;

-- dates

create macro sf_micros(nanos) as
    case when nanos % 1000 <> 0 then sf_raise('U', 'a fraction of a second finer than microseconds')
    else nanos // 1000 end;
create macro sf_bare(x) as
    case when contains(x, ':') then regexp_replace(trim(x), '\s*(Z|[+-][0-9]{1,2}(:?[0-9]{2})?)$', '')
    else trim(x) end;
create macro sf_epoch(x) as
    case when abs(x) < 31536000000 then make_timestamp(cast(x * 1000000 as bigint))
        when abs(x) < 31536000000000 then make_timestamp(cast(x * 1000 as bigint))
        when abs(x) < 31536000000000000 then make_timestamp(cast(x as bigint))
        else make_timestamp(cast(sf_micros(x) as bigint)) end;
create macro sf_try_timestamp(x) as
    case
        when regexp_full_match(x, '\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]*)?)?\s*(Z|[+-][0-9]{1,2}(:?[0-9]{2})?)?)?\s*')
            then case when regexp_matches(x, '\.[0-9]{6}[0-9]*[1-9]')
                then sf_raise('U', 'a fraction of a second finer than microseconds')
                else try_cast(sf_bare(x) as timestamp) end
        when regexp_full_match(x, '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}.*')
            then try_strptime(sf_bare(x), ['%m/%d/%Y', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M'])
        when regexp_full_match(x, '[0-9]{1,2}-[A-Za-z]{3}-[0-9]{4}.*')
            then try_strptime(sf_bare(x), ['%d-%b-%Y', '%d-%b-%Y %H:%M:%S', '%d-%b-%Y %H:%M'])
        when regexp_full_match(x, '[A-Za-z]{3}, [0-9]{1,2} [A-Za-z]{3} [0-9]{4} .*')
            then try_strptime(sf_bare(x), ['%a, %d %b %Y %H:%M:%S', '%a, %d %b %Y %H:%M'])
        when regexp_full_match(x, '[+-]?[0-9]{1,19}') then sf_epoch(cast(x as hugeint))
    end;
create macro sf_timestamp(x) as
    case when x is null or sf_try_timestamp(x) is not null then sf_try_timestamp(x)
    else sf_raise('100035', 'Timestamp ''' || x || ''' is not recognized') end;
create macro sf_offset(x) as
    case when contains(x, ':') and regexp_matches(x, '[0-9]\s*[+-][0-9]{1,2}(:?[0-9]{2})?\s*$')
        then (case when regexp_extract(x, '([+-])[0-9]{1,2}(:?[0-9]{2})?\s*$', 1) = '-' then -1 else 1 end)
            * (cast(regexp_extract(x, '[+-]([0-9]{1,2})(:?[0-9]{2})?\s*$', 1) as integer) * 60
                + coalesce(try_cast(regexp_extract(x, '[+-][0-9]{1,2}:?([0-9]{2})\s*$', 1) as integer), 0))
    else 0 end;
create macro sf_try_date(x) as
    case when regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then try_cast(x as date)
    else cast(sf_try_timestamp(x) as date) end;
create macro sf_date(x) as
    case when x is null or sf_try_date(x) is not null then sf_try_date(x)
    else sf_raise('100040', 'Date ''' || x || ''' is not recognized') end;
create macro sf_try_time(x) as
    case when regexp_full_match(x, '\s*[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]*)?)?\s*')
        then try_cast(case when length(x) - length(replace(x, ':', '')) = 1 then trim(x) || ':00' else trim(x) end as time)
    else cast(sf_try_timestamp(x) as time) end;
create macro sf_time(x) as
    case when x is null or sf_try_time(x) is not null then sf_try_time(x)
    else sf_raise('100108', 'Time ''' || x || ''' is not recognized') end;
create macro sf_tz(wall, minutes) as
    case when wall is not null
        then {'utc': cast(wall - to_minutes(cast(minutes as bigint)) as timestamp), 'tz': cast(minutes as smallint)} end;
create macro sf_wall(z) as cast(z.utc + to_minutes(cast(z.tz as bigint)) as timestamp);
create macro sf_utc_only(z) as
    case when z.tz <> 0 then sf_raise('U', 'days between TIMESTAMP_TZ values that are not in UTC') else z.utc end;
create macro sf_timestamp_tz(x) as sf_tz(sf_timestamp(x), sf_offset(x));
create macro sf_try_timestamp_tz(x) as sf_tz(sf_try_timestamp(x), sf_offset(x));
create macro sf_timestamp_ltz(x) as cast(sf_timestamp(x) - to_minutes(sf_offset(x)) as timestamptz);
create macro sf_try_timestamp_ltz(x) as cast(sf_try_timestamp(x) - to_minutes(sf_offset(x)) as timestamptz);
create macro sf_tz_text(z) as
    strftime(sf_wall(z), '%Y-%m-%d %H:%M:%S.%g ') || case when z.tz < 0 then '-' else '+' end
    || lpad(cast(abs(z.tz) // 60 as varchar), 2, '0') || lpad(cast(abs(z.tz) % 60 as varchar), 2, '0');
create macro sf_strptime(x, format, kind) as
    case when x is null or try_strptime(x, format) is not null then try_strptime(x, format)
    else sf_raise(case when kind = 'Date' then '100040' else '100035' end,
        kind || ' ''' || x || ''' is not recognized') end;
create macro sf_add_months(x, months) as
    case when cast(x as date) = last_day(cast(x as date))
        then last_day(cast(cast(x as date) + to_months(months) as date)) + (x - date_trunc('day', x))
    else x + to_months(months) end;
create macro sf_months_between(later, earlier) as
    case when day(later) = day(earlier)
        or (cast(later as date) = last_day(cast(later as date)) and cast(earlier as date) = last_day(cast(earlier as date)))
        then (year(later) - year(earlier)) * 12 + month(later) - month(earlier)
    else (year(later) - year(earlier)) * 12 + month(later) - month(earlier)
        + (epoch(later - date_trunc('month', later)) - epoch(earlier - date_trunc('month', earlier))) / 86400 / 31 end;
create macro sf_date_from_parts(y, m, d) as
    cast(make_date(y, 1, 1) + to_months(cast(m - 1 as integer)) + to_days(cast(d - 1 as integer)) as date);
create macro sf_timestamp_from_parts(y, m, d, h, mi, s, micros) as
    cast(sf_date_from_parts(y, m, d) as timestamp) + to_microseconds((h * 3600 + mi * 60 + s) * 1000000 + micros);

-- semi-structured data

create macro sf_mark() as chr(57344);
create macro sf_tagged(letter, x) as to_json(sf_mark() || letter || x);
create macro sf_plain(x) as
    case when contains(x, '.') then rtrim(rtrim(x, '0'), '.') else x end;
create macro sf_number_json(x) as
    case when length(ltrim(replace(x, '-', ''), '0')) <= case when contains(x, '.') then 16 else 18 end
        and not regexp_matches(x, '^-?0\.0000')
        then cast(case when x = '-0' then '0' else x end as json)
    else sf_tagged('N', x) end;
create macro sf_variant_of_number(x) as sf_number_json(sf_plain(cast(x as varchar)));
create macro sf_variant_of_float(x) as
    sf_tagged('F', case when isfinite(x) then printf('%.15e', x) when isnan(x) then 'NaN' else cast(x as varchar) end);
create macro sf_unmark(x) as
    case when contains(x, sf_mark())
        then replace(regexp_replace(regexp_replace(x, '"' || sf_mark() || '[NF]([^"]*)"', '\1', 'g'), sf_mark() || '[A-Z]', '', 'g'), sf_mark(), '')
    else x end;
create macro sf_text(j) as
    case when not contains(cast(j as varchar), sf_mark()) then j ->> '$'
        when starts_with(j ->> '$', sf_mark() || 'F') then sf_float_text(cast(substr(j ->> '$', 3) as double))
        when starts_with(j ->> '$', sf_mark()) then substr(j ->> '$', 3)
        else sf_unmark(cast(j as varchar)) end;
create macro sf_json(j) as sf_unmark(cast(j as varchar));
create macro sf_typeof(j) as
    case json_type(j)
        when 'NULL' then 'NULL_VALUE'
        when 'BOOLEAN' then 'BOOLEAN'
        when 'OBJECT' then 'OBJECT'
        when 'ARRAY' then 'ARRAY'
        when 'VARCHAR' then case when starts_with(j ->> '$', sf_mark())
            then case substr(j ->> '$', 2, 1)
                when 'N' then case when contains(j ->> '$', '.') then 'DECIMAL' else 'INTEGER' end
                when 'F' then 'DOUBLE' when 'D' then 'DATE' when 'H' then 'TIME'
                when 'T' then 'TIMESTAMP_NTZ' when 'L' then 'TIMESTAMP_LTZ' when 'Z' then 'TIMESTAMP_TZ'
                when 'B' then 'BINARY' end
            else 'VARCHAR' end
        else case when j is null then null when contains(cast(j as varchar), '.') then 'DECIMAL' else 'INTEGER' end
    end;
create macro sf_is_numeric(j) as coalesce(sf_typeof(j) in ('INTEGER', 'DECIMAL', 'DOUBLE'), false);
create macro sf_scalar(j) as
    case when starts_with(j ->> '$', sf_mark()) then substr(j ->> '$', 3)
        when json_type(j) = 'BOOLEAN' then case when cast(j as varchar) = 'true' then '1' else '0' end
        else j ->> '$' end;
create macro sf_variant_number(j) as
    case when j is null or cast(j as varchar) = 'null' then null
        when sf_is_number(sf_scalar(j)) then trim(sf_scalar(j))
    else sf_raise('100071', 'Failed to cast variant value ' || sf_json(j) || ' to FIXED') end;
create macro sf_variant_float(j) as
    case when j is null or cast(j as varchar) = 'null' then null
        when sf_is_float(sf_scalar(j)) then trim(sf_scalar(j))
    else sf_raise('100071', 'Failed to cast variant value ' || sf_json(j) || ' to REAL') end;
create macro sf_variant_boolean(j) as
    case when j is null or cast(j as varchar) = 'null' then null
        when sf_is_numeric(j) then cast(sf_scalar(j) as double) <> 0
        when sf_try_boolean(sf_scalar(j)) is not null then sf_try_boolean(sf_scalar(j))
    else sf_raise('100071', 'Failed to cast variant value ' || sf_json(j) || ' to BOOLEAN') end;
create macro sf_to_array(j) as
    case json_type(j) when 'ARRAY' then j when 'NULL' then null
        else case when j is null then null else cast('[' || cast(j as varchar) || ']' as json) end end;
create macro sf_to_object(j) as
    case when j is null or json_type(j) = 'NULL' then null when json_type(j) = 'OBJECT' then j
    else sf_raise('100071', 'Failed to cast variant value ' || sf_json(j) || ' to OBJECT') end;
create macro sf_sort_key(j) as
    case when j is not null then {
        'r': case when sf_is_numeric(j) then 1 when json_type(j) = 'BOOLEAN' then 2 when json_type(j) = 'VARCHAR' then 3
            when json_type(j) = 'ARRAY' then 4 when json_type(j) = 'OBJECT' then 5 else 6 end,
        'n': case when sf_is_numeric(j) then cast(sf_scalar(j) as double) end,
        't': j ->> '$'
    } end;
create macro sf_pointer(k) as '/' || replace(replace(k, '~', '~0'), '/', '~1');
create macro sf_field(j, k) as case when json_type(j) = 'OBJECT' then json_extract(j, sf_pointer(k)) end;
create macro sf_element(j, i) as
    case when json_type(j) = 'ARRAY' and i >= 0 then json_extract(j, '$[' || i || ']') end;
create macro sf_defined(j) as
    case when j is null then sf_raise('U', 'an ARRAY with an undefined element') else j end;
create macro sf_array(items) as
    cast('[' || array_to_string(list_transform(items, lambda x: cast(x as varchar)), ',') || ']' as json);
create macro sf_object(entries) as
    case when len(list_distinct(list_transform(entries, lambda p: p.k))) < len(entries)
        then sf_raise('100149', 'duplicate object attribute')
    else cast('{' || array_to_string(list_transform(list_sort(entries), lambda p:
        cast(to_json(p.k) as varchar) || ':' || cast(p.v as varchar)), ',') || '}' as json) end;
create macro sf_entries(j) as
    list_transform(json_keys(j), lambda k: {'k': k, 'v': sf_field(j, k)});
create macro sf_object_put(j, name, value) as
    sf_object(list_filter(
        list_append(list_filter(sf_entries(j), lambda p: p.k <> name), {'k': name, 'v': cast(value as json)}),
        lambda p: p.v is not null));
create macro sf_object_add(j, name, value) as
    case when list_contains(json_keys(j), name)
        then sf_raise('100149', 'duplicate object attribute "' || name || '"')
    else sf_object_put(j, name, value) end;
create macro sf_texts(items) as list_transform(items, lambda x: cast(x as varchar));
create macro sf_array_size(j) as case when json_type(j) = 'ARRAY' then json_array_length(j) end;
create macro sf_list_distinct(items) as
    list_filter(items, lambda x, i: list_position(sf_texts(items), cast(x as varchar)) = i);
create macro sf_list_intersection(a, b) as
    list_filter(sf_list_distinct(a), lambda x: list_contains(sf_texts(b), cast(x as varchar)));
create macro sf_list_except(a, b) as
    list_filter(sf_list_distinct(a), lambda x: not list_contains(sf_texts(b), cast(x as varchar)));
create macro sf_list_flatten(items) as
    flatten(list_transform(items, lambda x: case when json_type(x) = 'ARRAY' then json_extract(x, '$[*]') else [x] end));
create macro sf_list_slice(items, low, high) as
    items[(case when low < 0 then greatest(len(items) + low, 0) else low end) + 1:case when high < 0 then len(items) + high else high end];
create macro sf_list_remove_at(items, place) as
    list_filter(items, lambda x, i: i <> case when place < 0 then len(items) + place else place end + 1);
create macro sf_list_insert(items, place, item) as
    list_concat(list_append(items[1:place], item), list_slice(items, place + 1, len(items)));
create macro sf_step(k) as
    case when regexp_full_match(k, '[A-Za-z_][A-Za-z0-9_$]*') then k else '[''' || k || ''']' end;
create macro sf_below(prefix, k) as
    case when prefix = '' or starts_with(sf_step(k), '[') then prefix || sf_step(k) else prefix || '.' || k end;
create macro sf_flatten(j, prefix, mode) as
    case
        when json_type(j) = 'ARRAY' and mode in ('ARRAY', 'BOTH') then
            list_transform(json_extract(j, '$[*]'), lambda v, i: {
                'key': cast(null as varchar), 'path': prefix || '[' || (i - 1) || ']',
                'index': cast(i - 1 as decimal(38, 0)), 'value': v})
        when json_type(j) = 'OBJECT' and mode in ('OBJECT', 'BOTH') then
            list_transform(json_keys(j), lambda k: {
                'key': k, 'path': sf_below(prefix, k),
                'index': cast(null as decimal(38, 0)), 'value': sf_field(j, k)})
        else []
    end;
create macro sf_or_null(items) as
    case when len(items) = 0 or items is null
        then [{'key': cast(null as varchar), 'path': cast(null as varchar),
            'index': cast(null as decimal(38, 0)), 'value': cast(null as json)}]
    else items end;

-- JSON text

create macro sf_needs_care(x) as
    regexp_matches(x, '[0-9][eE]|\.[0-9]*0([^0-9]|$)|0\.0000|[0-9.]{16,}|-0([^.0-9]|$)');
create macro sf_json_token(t) as
    case
        when not regexp_full_match(t, '-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?') then t
        when regexp_matches(t, '[eE]') then cast(sf_variant_of_float(cast(t as double)) as varchar)
        when length(replace(replace(sf_plain(t), '.', ''), '-', '')) > 38
            then cast(sf_variant_of_float(cast(t as double)) as varchar)
        else cast(sf_number_json(sf_plain(t)) as varchar)
    end;
create macro sf_careful(x) as
    array_to_string(list_transform(
        regexp_extract_all(x, '"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^"0-9-]+|-'), lambda t: sf_json_token(t)), '');
create macro sf_numbered(x) as case when sf_needs_care(x) then sf_careful(x) else x end;
create macro sf_sorted(j) as
    case when json_type(j) = 'NULL' then j else cast(cast(j as variant) as json) end;
create macro sf_canonical(x) as
    case when strlen(cast(sf_sorted(cast(sf_numbered(x) as json)) as varchar)) = strlen(cast(json(sf_numbered(x)) as varchar))
        then sf_sorted(cast(sf_numbered(x) as json))
    else sf_raise('100069', 'Error parsing JSON: duplicate object attribute') end;
create macro sf_is_json(x) as json_valid(x) and not regexp_matches(x, '(^|[^"A-Za-z])(NaN|Infinity)');
create macro sf_parse_json(x) as
    case when trim(x, e' \t\r\n') = '' then null
        when x is null or sf_is_json(x) then sf_canonical(x)
    else sf_raise('100069', 'Error parsing JSON: ' || left(x, 100)) end;
create macro sf_try_parse_json(x) as
    case when trim(x, e' \t\r\n') = '' then null when sf_is_json(x) then sf_canonical(x) end;
create macro sf_check_json(x) as
    case when x is null or trim(x, e' \t\r\n') = '' or sf_is_json(x) then null else 'invalid JSON' end;
create macro sf_parse_url(x) as
    case when not regexp_matches(x, '^[A-Za-z][A-Za-z0-9+.-]*://')
        then sf_raise('100139', 'Error parsing URL: scheme not specified')
    else sf_object([
        {'k': 'fragment', 'v': coalesce(to_json(nullif(regexp_extract(x, '#(.*)$', 1), '')), json 'null')},
        {'k': 'host', 'v': to_json(regexp_extract(x, '^[^:]+://(?:[^/@?#]*@)?([^/:?#]*)', 1))},
        {'k': 'parameters', 'v': case when regexp_matches(x, '\?[^#]+') then sf_object(list_transform(
            string_split(regexp_extract(x, '\?([^#]*)', 1), '&'),
            lambda p: {'k': split_part(p, '=', 1), 'v': to_json(split_part(p, '=', 2))})) else json 'null' end},
        {'k': 'path', 'v': coalesce(to_json(nullif(regexp_extract(x, '^[^:]+://[^/?#]*/([^?#]*)', 1), '')), json 'null')},
        {'k': 'port', 'v': coalesce(to_json(nullif(regexp_extract(x, '^[^:]+://[^/?#]*:([0-9]+)', 1), '')), json 'null')},
        {'k': 'query', 'v': coalesce(to_json(nullif(regexp_extract(x, '\?([^#]*)', 1), '')), json 'null')},
        {'k': 'scheme', 'v': to_json(regexp_extract(x, '^([^:]+):', 1))}
    ]) end;
