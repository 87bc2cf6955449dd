-- VARIANT, OBJECT and ARRAY: canonical JSON text; see rules/variants.py for the marks.

create macro sf_mark() as chr(57344);
-- An element of an ARRAY that is SQL's NULL, which is shown as undefined.
create macro sf_undefined() as to_json(sf_mark() || 'U');
create macro sf_present(j) as
    list_transform([j], lambda v$: case
        when cast(v$ as varchar) <> cast(sf_undefined() as varchar) then v$
    end)[1];
create macro sf_tagged(letter, x) as to_json(sf_mark() || letter || x);

-- Numbers as JSON
create macro sf_plain(x) as
    case when contains(x, '.') then rtrim(rtrim(x, '0'), '.') else x end;
create macro sf_short(x) as
    length(ltrim(replace(x, '-', ''), '0')) <= case when contains(x, '.') then 16 else 18 end
    and not regexp_matches(x, '^-?0\.0000');
create macro sf_number_json(x) as
    list_transform([x], lambda v$: case
        when v$ in ('-0', '') then cast('0' as json)
        when sf_short(v$) then cast(v$ as json)
        else sf_tagged('N', v$)
    end)[1];
create macro sf_variant_of_number(x) as
    list_transform([cast(x as varchar)], lambda t$: sf_number_json(sf_plain(t$)))[1];
create macro sf_variant_of_float(x) as
    list_transform([x], lambda v$: sf_tagged('F', case
        when isfinite(v$) then printf('%.15e', v$)
        when isnan(v$) then 'NaN'
        else cast(v$ as varchar)
    end))[1];

-- Text of JSON. A time is shown in seconds, a timestamp in milliseconds.
create macro sf_shown_moment(x) as
    regexp_replace(
        regexp_replace(x, sf_mark() || 'H([0-9:]{8})[0-9.]*', '\1', 'g'),
        sf_mark() || '[TLZ]([-0-9: ]+\.[0-9]{3})[0-9]*', '\1', 'g'
    );
create macro sf_unmark(x) as
    replace(regexp_replace(
        regexp_replace(
            replace(sf_shown_moment(x), cast(sf_undefined() as varchar), 'undefined'),
            '"' || sf_mark() || '[NF]([^"]*)"', '\1', 'g'
        ),
        sf_mark() || '[A-Z]', '', 'g'
    ), sf_mark(), '');
create macro sf_json(j) as
    list_transform([cast(j as varchar)], lambda v$:
        case when contains(v$, sf_mark()) then sf_unmark(v$) else v$ end)[1];
create macro sf_text(j) as
    list_transform([{'j': j, 's': j ->> '$'}], lambda v$: case
        when not contains(v$['s'], sf_mark()) then v$['s']
        when starts_with(v$['s'], sf_mark() || 'F') then sf_float_text(try_cast(substr(v$['s'], 3) as double))
        when starts_with(v$['s'], sf_mark()) and contains('HTLZ', substr(v$['s'], 2, 1))
            then sf_shown_moment(v$['s'])
        when starts_with(v$['s'], sf_mark()) then substr(v$['s'], 3)
        else sf_unmark(v$['s'])
    end)[1];

-- Kinds and casts
create macro sf_marked_kind(s) as
    case substr(s, 2, 1)
        when 'N' then case when contains(s, '.') then 'DECIMAL' else 'INTEGER' end
        when 'F' then 'DOUBLE'
        when 'D' then 'DATE'
        when 'H' then 'TIME'
        when 'T' then 'TIMESTAMP_NTZ'
        when 'L' then 'TIMESTAMP_LTZ'
        when 'Z' then 'TIMESTAMP_TZ'
        when 'B' then 'BINARY'
    end;
-- What of a VARIANT is compared and grouped: a FLOAT as the NUMBER that is as large.
create macro sf_identity(j) as
    list_transform([j ->> '$'], lambda s$: case
        when starts_with(s$, sf_mark() || 'F') then list_transform(
            [sf_plain(cast(try_cast(substr(s$, 3) as double) as varchar))],
            lambda t$: case
                when regexp_full_match(t$, '-?[0-9.]+') then cast(sf_number_json(t$) as varchar)
                else s$
            end
        )[1]
        else cast(j as varchar)
    end)[1];
create macro sf_typeof(j) as
    list_transform([{'k': json_type(j), 's': j ->> '$'}], lambda v$: case v$['k']
        when 'NULL' then 'NULL_VALUE'
        when 'BOOLEAN' then v$['k']
        when 'OBJECT' then v$['k']
        when 'ARRAY' then v$['k']
        when 'VARCHAR'
            then case when starts_with(v$['s'], sf_mark()) then sf_marked_kind(v$['s']) else v$['k'] end
        else case
            when v$['k'] is null then null when contains(v$['s'], '.') then 'DECIMAL' else 'INTEGER'
        end
    end)[1];
create macro sf_scalar(j) as
    list_transform([{'k': json_type(j), 's': j ->> '$'}], lambda v$: case
        when starts_with(v$['s'], sf_mark()) then substr(v$['s'], 3)
        when v$['k'] = 'BOOLEAN' then case when v$['s'] = 'true' then '1' else '0' end
        else v$['s']
    end)[1];
create macro sf_cannot(j, type_name) as
    sf_raise('100071', 'Failed to cast variant value ' || sf_json(j) || ' to ' || type_name);
create macro sf_variant_number(j) as
    list_transform([{'j': j, 't': sf_scalar(j)}], lambda n$: case
        when n$['t'] is null or sf_is_number(n$['t']) then trim(n$['t'])
        else sf_cannot(n$['j'], 'FIXED')
    end)[1];
create macro sf_variant_float(j) as
    list_transform([{'j': j, 't': sf_scalar(j)}], lambda n$: case
        when n$['t'] is null or sf_is_float(n$['t']) then trim(n$['t'])
        else sf_cannot(n$['j'], 'REAL')
    end)[1];
create macro sf_variant_boolean(j) as
    list_transform([{'j': j, 't': sf_scalar(j), 'k': sf_typeof(j)}], lambda n$: case
        when n$['t'] is null then null
        when n$['k'] in ('INTEGER', 'DECIMAL', 'DOUBLE') then try_cast(n$['t'] as double) <> 0
        else coalesce(sf_try_boolean(n$['t']), sf_cannot(n$['j'], 'BOOLEAN'))
    end)[1];
create macro sf_to_array(j) as
    list_transform([j], lambda v$: case json_type(v$)
        when 'ARRAY' then v$
        when 'NULL' then null
        else cast('[' || cast(v$ as varchar) || ']' as json)
    end)[1];
create macro sf_to_object(j) as
    list_transform([{'j': j, 'k': json_type(j)}], lambda v$: case
        when v$['k'] is null or v$['k'] = 'NULL' then null
        when v$['k'] = 'OBJECT' then v$['j']
        when v$['k'] = 'VARCHAR' then sf_refuse('the text in a VARIANT as an OBJECT')
        else sf_cannot(v$['j'], 'OBJECT')
    end)[1];

-- The text of a VARIANT that is read as a date, time or timestamp. A number that could count
-- milliseconds as well as seconds is refused; a DATE is no timestamp (page *TO_TIMESTAMP*).
create macro sf_moment_text(j, kind) as
    list_transform([{'j': j, 's': j ->> '$', 'k': sf_typeof(j)}], lambda v$: case
        when v$['k'] is null or v$['k'] = 'NULL_VALUE' then null
        when v$['k'] in ('BOOLEAN', 'ARRAY', 'OBJECT', 'BINARY') or (v$['k'] = 'DATE' and kind = 'TIMESTAMP')
            then sf_cannot(v$['j'], kind)
        when v$['k'] = 'INTEGER' and kind = 'TIMESTAMP' and abs(try_cast(v$['s'] as double)) < 31536000000
            then v$['s']
        when v$['k'] in ('INTEGER', 'DECIMAL', 'DOUBLE')
            then sf_refuse('a ' || kind || ' from a number in a VARIANT')
        when starts_with(v$['s'], sf_mark()) then substr(v$['s'], 3)
        else v$['s']
    end)[1];

create macro sf_time_text(j) as
    list_transform([sf_moment_text(j, 'TIME')], lambda v$:
        case when sf_typeof(j) like 'TIMESTAMP%' then split_part(v$, ' ', 2) else v$ end)[1];

-- Order: by kind, then numbers by value and all else by text.
create macro sf_rank(kind) as
    case kind
        when 'INTEGER' then 1 when 'DECIMAL' then 1 when 'DOUBLE' then 1
        when 'BOOLEAN' then 2 when 'VARCHAR' then 3 when 'ARRAY' then 5 when 'OBJECT' then 6
        else 4
    end;
create macro sf_sort_key(j) as
    list_transform([{'k': sf_typeof(j), 's': sf_scalar(j), 't': j ->> '$'}], lambda o$: case
        when o$['k'] is not null then {
            'r': sf_rank(o$['k']),
            'n': case when sf_rank(o$['k']) = 1 then try_cast(o$['s'] as double) end,
            't': o$['t']
        }
    end)[1];

-- Parts
create macro sf_field(j, k) as
    case
        when json_type(j) = 'OBJECT'
            then json_extract(j, '/' || replace(replace(k, '~', '~0'), '/', '~1'))
    end;
create macro sf_field_ignoring_case(j, name) as
    list_transform([{'j': j, 'n': name}], lambda v$: coalesce(
        sf_field(v$['j'], v$['n']),
        sf_field(v$['j'], list_filter(
            list_sort(json_keys(v$['j'])), lambda k$: lower(k$) = lower(v$['n']))[1])
    ))[1];
create macro sf_element(j, i) as
    list_transform([{'j': j, 'i': i}], lambda v$: case
        when json_type(v$['j']) = 'ARRAY' and v$['i'] >= 0 then json_extract(v$['j'], '$[' || v$['i'] || ']')
    end)[1];
-- Making
create macro sf_array(items) as
    cast('[' || array_to_string(list_transform(items, lambda x$: cast(x$ as varchar)), ',') || ']' as json);
create macro sf_object(entries) as
    list_transform([entries], lambda l$: case
        when len(list_distinct(list_transform(l$, lambda p$: p$['k']))) < len(l$)
            then sf_raise('100149', 'duplicate object attribute')
        else cast('{' || array_to_string(list_transform(list_sort(l$), lambda p$:
            cast(to_json(p$['k']) as varchar) || ':' || cast(p$['v'] as varchar)), ',') || '}' as json)
    end)[1];
create macro sf_entries(j) as
    list_transform([j], lambda o$:
        list_transform(json_keys(o$), lambda k$: {'k': k$, 'v': sf_field(o$, k$)}))[1];
create macro sf_object_put(j, name, value) as
    case
        when j is not null then sf_object(list_filter(list_append(
            list_filter(sf_entries(j), lambda p$: p$['k'] <> name),
            {'k': name, 'v': cast(value as json)}
        ), lambda p$: p$['v'] is not null))
    end;
create macro sf_object_add(j, name, value) as
    case
        when list_contains(json_keys(j), name)
            then sf_raise('100149', 'duplicate object attribute "' || name || '"')
        else sf_object_put(j, name, value)
    end;
