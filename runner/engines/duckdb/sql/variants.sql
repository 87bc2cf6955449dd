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
        when not contains(v$.s, sf_mark()) then v$.s
        when starts_with(v$.s, sf_mark() || 'F') then sf_float_text(try_cast(substr(v$.s, 3) as double))
        when starts_with(v$.s, sf_mark()) and contains('HTLZ', substr(v$.s, 2, 1))
            then sf_shown_moment(v$.s)
        when starts_with(v$.s, sf_mark()) then substr(v$.s, 3)
        else sf_unmark(v$.s)
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
create macro sf_typeof(j) as
    list_transform([{'k': json_type(j), 's': j ->> '$'}], lambda v$: case v$.k
        when 'NULL' then 'NULL_VALUE'
        when 'BOOLEAN' then v$.k
        when 'OBJECT' then v$.k
        when 'ARRAY' then v$.k
        when 'VARCHAR'
            then case when starts_with(v$.s, sf_mark()) then sf_marked_kind(v$.s) else v$.k end
        else case
            when v$.k is null then null when contains(v$.s, '.') then 'DECIMAL' else 'INTEGER'
        end
    end)[1];
create macro sf_scalar(j) as
    list_transform([{'k': json_type(j), 's': j ->> '$'}], lambda v$: case
        when starts_with(v$.s, sf_mark()) then substr(v$.s, 3)
        when v$.k = 'BOOLEAN' then case when v$.s = 'true' then '1' else '0' end
        else v$.s
    end)[1];
create macro sf_cannot(j, type_name) as
    sf_raise('100071', 'Failed to cast variant value ' || sf_json(j) || ' to ' || type_name);
create macro sf_variant_number(j) as
    list_transform([{'j': j, 't': sf_scalar(j)}], lambda n$: case
        when n$.t is null or sf_is_number(n$.t) then trim(n$.t)
        else sf_cannot(n$.j, 'FIXED')
    end)[1];
create macro sf_variant_float(j) as
    list_transform([{'j': j, 't': sf_scalar(j)}], lambda n$: case
        when n$.t is null or sf_is_float(n$.t) then trim(n$.t)
        else sf_cannot(n$.j, 'REAL')
    end)[1];
create macro sf_variant_boolean(j) as
    list_transform([{'j': j, 't': sf_scalar(j), 'k': sf_typeof(j)}], lambda n$: case
        when n$.t is null then null
        when n$.k in ('INTEGER', 'DECIMAL', 'DOUBLE') then try_cast(n$.t as double) <> 0
        else coalesce(sf_try_boolean(n$.t), sf_cannot(n$.j, 'BOOLEAN'))
    end)[1];
create macro sf_to_array(j) as
    list_transform([j], lambda v$: case json_type(v$)
        when 'ARRAY' then v$
        when 'NULL' then null
        else cast('[' || cast(v$ as varchar) || ']' as json)
    end)[1];
create macro sf_to_object(j) as
    list_transform([{'j': j, 'k': json_type(j)}], lambda v$: case
        when v$.k is null or v$.k = 'NULL' then null
        when v$.k = 'OBJECT' then v$.j
        else sf_cannot(v$.j, 'OBJECT')
    end)[1];

-- The text of a VARIANT that is read as a date, time or timestamp. A number that could count
-- milliseconds as well as seconds is refused; a DATE is no timestamp (page *TO_TIMESTAMP*).
create macro sf_moment_text(j, kind) as
    list_transform([{'j': j, 's': j ->> '$', 'k': sf_typeof(j)}], lambda v$: case
        when v$.k is null or v$.k = 'NULL_VALUE' then null
        when v$.k in ('BOOLEAN', 'ARRAY', 'OBJECT', 'BINARY') or (v$.k = 'DATE' and kind = 'TIMESTAMP')
            then sf_cannot(v$.j, kind)
        when v$.k = 'INTEGER' and kind = 'TIMESTAMP' and abs(try_cast(v$.s as double)) < 31536000000
            then v$.s
        when v$.k in ('INTEGER', 'DECIMAL', 'DOUBLE')
            then sf_refuse('a ' || kind || ' from a number in a VARIANT')
        when starts_with(v$.s, sf_mark()) then substr(v$.s, 3)
        else v$.s
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
        when o$.k is not null then {
            'r': sf_rank(o$.k),
            'n': case when sf_rank(o$.k) = 1 then try_cast(o$.s as double) end,
            't': o$.t
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
        sf_field(v$.j, v$.n),
        sf_field(v$.j, list_filter(
            list_sort(json_keys(v$.j)), lambda k$: lower(k$) = lower(v$.n))[1])
    ))[1];
create macro sf_element(j, i) as
    list_transform([{'j': j, 'i': i}], lambda v$: case
        when json_type(v$.j) = 'ARRAY' and v$.i >= 0 then json_extract(v$.j, '$[' || v$.i || ']')
    end)[1];
-- Making
create macro sf_array(items) as
    cast('[' || array_to_string(list_transform(items, lambda x$: cast(x$ as varchar)), ',') || ']' as json);
create macro sf_object(entries) as
    list_transform([entries], lambda l$: case
        when len(list_distinct(list_transform(l$, lambda p$: p$.k))) < len(l$)
            then sf_raise('100149', 'duplicate object attribute')
        else cast('{' || array_to_string(list_transform(list_sort(l$), lambda p$:
            cast(to_json(p$.k) as varchar) || ':' || cast(p$.v as varchar)), ',') || '}' as json)
    end)[1];
create macro sf_entries(j) as
    list_transform([j], lambda o$:
        list_transform(json_keys(o$), lambda k$: {'k': k$, 'v': sf_field(o$, k$)}))[1];
create macro sf_object_put(j, name, value) as
    case
        when j is not null then sf_object(list_filter(list_append(
            list_filter(sf_entries(j), lambda p$: p$.k <> name),
            {'k': name, 'v': cast(value as json)}
        ), lambda p$: p$.v is not null))
    end;
create macro sf_object_add(j, name, value) as
    case
        when list_contains(json_keys(j), name)
            then sf_raise('100149', 'duplicate object attribute "' || name || '"')
        else sf_object_put(j, name, value)
    end;

-- Lists of JSON
create macro sf_texts(items) as list_transform(items, lambda x$: cast(x$ as varchar));
create macro sf_array_size(j) as
    list_transform([j], lambda v$:
        case when json_type(v$) = 'ARRAY' then json_array_length(v$) end)[1];
create macro sf_list_distinct(items) as
    list_transform([items], lambda l$: list_filter(l$, lambda x$, i$:
        list_position(sf_texts(l$), cast(x$ as varchar)) = i$))[1];
-- Arrays are multisets: the copies of a value count.
create macro sf_copies(items, item) as
    len(list_filter(items, lambda y$: cast(y$ as varchar) = cast(item as varchar)));
create macro sf_list_intersection(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: list_filter(v$.a, lambda x$, i$:
        sf_copies(list_slice(v$.a, 1, i$), x$) <= sf_copies(v$.b, x$)))[1];
create macro sf_list_except(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: list_filter(v$.a, lambda x$, i$:
        sf_copies(list_slice(v$.a, 1, i$), x$) > sf_copies(v$.b, x$)))[1];
create macro sf_list_flatten(items) as
    flatten(list_transform(items, lambda x$: case
        when json_type(x$) = 'ARRAY' then cast(json_extract(x$, '$[*]') as json[])
        else sf_raise('100107', 'Not an array of arrays: the argument of ARRAY_FLATTEN')
    end));
create macro sf_stride(n) as
    list_transform([n], lambda v$:
        case when v$ = 0 then sf_raise('100050', 'the step of ARRAY_GENERATE_RANGE is 0') else v$ end)[1];
create macro sf_list_present(items) as
    list_filter(items, lambda x$: sf_present(x$) is not null);
create macro sf_list_without(items, text) as
    list_filter(items, lambda x$: cast(x$ as varchar) <> text);
create macro sf_list_sorted(items, ascending) as
    list_transform([list_sort(list_transform(items, lambda x$: {'k': sf_sort_key(x$), 'v': x$}))],
        lambda l$: list_transform(
            case when ascending then l$ else list_reverse(l$) end, lambda p$: p$.v
        ))[1];
create macro sf_list_sort(items, ascending, undefined_first) as
    list_transform([{
        's': sf_list_sorted(sf_list_present(items), ascending),
        'u': list_filter(items, lambda x$: sf_present(x$) is null)
    }], lambda v$: case
        when undefined_first then list_concat(v$.u, v$.s) else list_concat(v$.s, v$.u)
    end)[1];
-- The place of an element, from 1; 0 where it is not, NULL where NULL is looked for in vain.
create macro sf_place(j, items) as
    list_transform([{'j': j, 't': sf_texts(items)}], lambda v$: case
        when v$.j is null then list_position(v$.t, cast(sf_undefined() as varchar))
        else coalesce(list_position(v$.t, cast(v$.j as varchar)), case when v$.t is not null then 0 end)
    end)[1];
create macro sf_list_zip(lists) as
    list_transform([lists], lambda l$: list_transform(
        range(greatest(list_max(list_transform(l$, lambda one$: len(one$))), 1)),
        lambda i$: case
            when list_max(list_transform(l$, lambda one$: len(one$))) = 0 then json '{}'
            else sf_object(list_transform(l$, lambda one$, n$: {
                'k': '$' || n$, 'v': coalesce(sf_present(one$[i$ + 1]), json 'null')
            }))
        end
    ))[1];
create macro sf_list_slice(items, low, high) as
    list_transform([items], lambda l$: list_slice(
        l$,
        case when low < 0 then greatest(len(l$) + low, 0) else low end + 1,
        case when high < 0 then len(l$) + high else high end
    ))[1];
create macro sf_list_remove_at(items, place) as
    list_transform([items], lambda l$: list_filter(l$, lambda x$, i$:
        i$ <> case when place < 0 then len(l$) + place else place end + 1))[1];
create macro sf_list_insert(items, place, item) as
    list_transform([{'l': items, 'p': place + case when place < 0 then len(items) else 0 end}],
        lambda v$: case
            when v$.p < 0 then sf_refuse('ARRAY_INSERT in front of the array')
            when v$.p > len(v$.l) then list_append(list_concat(
                v$.l, list_transform(range(v$.p - len(v$.l)), lambda i$: sf_undefined())
            ), item)
            else list_concat(
                list_append(list_slice(v$.l, 1, v$.p), item), list_slice(v$.l, v$.p + 1, len(v$.l))
            )
        end)[1];

create macro sf_unique(items) as
    list_transform([items], lambda l$: case
        when len(list_distinct(sf_texts(l$))) < len(l$)
            then sf_refuse('ARRAY_UNION_AGG of an array with an element twice')
        else l$
    end)[1];
create macro sf_arrays_to_object(names, items) as
    list_transform([{'n': names, 'i': items}], lambda v$: case
        when len(v$.n) <> len(v$.i)
            then sf_raise('100161', 'ARRAYS_TO_OBJECT needs arrays of one size')
        else sf_object(list_filter(
            list_transform(v$.n, lambda k$, i$: {'k': sf_text(k$), 'v': v$.i[i$]}),
            lambda p$: p$.k is not null
        ))
    end)[1];

-- FLATTEN
create macro sf_step(k) as
    case when regexp_full_match(k, '[A-Za-z_][A-Za-z0-9_$]*') then k else '[''' || k || ''']' end;
create macro sf_below(prefix, k) as
    case
        when prefix = '' or starts_with(sf_step(k), '[') then prefix || sf_step(k)
        else prefix || '.' || k
    end;
create macro sf_flatten(j, prefix, mode) as
    list_transform([j], lambda o$: case
        when json_type(o$) = 'ARRAY' and mode in ('ARRAY', 'BOTH')
            then list_filter(list_transform(json_extract(o$, '$[*]'), lambda x$, i$: {
                'key': cast(null as varchar), 'path': prefix || '[' || (i$ - 1) || ']',
                'index': cast(i$ - 1 as decimal(38, 0)), 'value': sf_present(x$)
            }), lambda e$: e$.value is not null)
        when json_type(o$) = 'OBJECT' and mode in ('OBJECT', 'BOTH')
            then list_transform(json_keys(o$), lambda k$: {
                'key': k$, 'path': sf_below(prefix, k$),
                'index': cast(null as decimal(38, 0)), 'value': sf_field(o$, k$)
            })
        else []
    end)[1];
create macro sf_tree_path(fullkey) as
    ltrim(substr(regexp_replace(fullkey, '\."([^"]*)"', '[''\1'']', 'g'), 2), '.');
create macro sf_under(prefix, path) as
    case when prefix = '' or starts_with(path, '[') then prefix || path else prefix || '.' || path end;
create macro sf_or_null(items, prefix) as
    list_transform([items], lambda l$: case
        when len(l$) = 0 or l$ is null then [{
            'key': cast(null as varchar), 'path': cast(prefix as varchar),
            'index': cast(null as decimal(38, 0)), 'value': cast(null as json)
        }]
        else l$
    end)[1];

-- Reading JSON text: numbers that DuckDB would change are marked first, then keys are sorted.
create macro sf_needs_care(x) as
    regexp_matches(x, '[0-9][eE]|\.[0-9]*0([^0-9]|$)|0\.0000|[0-9.]{16,}|-0([^.0-9]|$)');
create macro sf_json_token(t) as
    case
        when not regexp_full_match(t, '-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?') then t
        when regexp_matches(t, '[eE]') or length(replace(replace(sf_plain(t), '.', ''), '-', '')) > 38
            then case
                when isinf(try_cast(t as double)) then sf_refuse('a number in JSON beyond a FLOAT')
                else cast(sf_variant_of_float(try_cast(t as double)) as varchar)
            end
        else cast(sf_number_json(sf_plain(t)) as varchar)
    end;
create macro sf_careful(x) as
    array_to_string(list_transform(
        regexp_extract_all(x, '"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|[^"0-9-]+|-'),
        lambda t$: sf_json_token(t$)
    ), '');
create macro sf_canonical(x, doubled) as
    list_transform(
        [try_cast(case when sf_needs_care(x) then sf_careful(x) else x end as json)],
        lambda t$: case
            when json_type(t$) = 'NULL' then t$
            else list_transform([cast(cast(t$ as variant) as json)], lambda c$: case
                when doubled or strlen(cast(c$ as varchar)) = strlen(cast(json(t$) as varchar)) then c$
                else sf_raise('100069', 'Error parsing JSON: duplicate object attribute')
            end)[1]
        end
    )[1];
-- What DuckDB's reader or Snowflake's takes beyond JSON: NaN, undefined, commas without values,
-- comments, single quotes, keys without quotes. Looked for outside of texts, where it may stand.
create macro sf_without_texts(x) as regexp_replace(x, '"(?:[^"\\]|\\.)*"', '""', 'g');
create macro sf_loose(x) as regexp_matches(
    sf_without_texts(x),
    '\b(undefined|[Nn]a[Nn]|[Ii]nf(inity)?)\b|,\s*[,\]}]|\[\s*,|/[/*]|''|[{,]\s*\w+\s*:'
);
create macro sf_maybe_loose(x) as regexp_matches(x, '[Nn]a[Nn]|[Ii]nf|,\s*[\]}]|/[/*]');
create macro sf_is_strict(x) as
    list_transform([x], lambda v$: json_valid(v$) and not (sf_maybe_loose(v$) and sf_loose(v$)))[1];
-- Keys get their quotes, and missing elements of arrays are undefined (page *PARSE_JSON*).
create macro sf_tightened(x) as
    list_transform([regexp_extract_all(
        x, '"(?:[^"\\]|\\.)*"|[A-Za-z_$][A-Za-z0-9_$]*|-?[0-9][0-9.eE+-]*|[^ \t\r\n]'
    )], lambda t$: array_to_string(list_transform(t$, lambda w$, i$: case
        when regexp_full_match(w$, '[A-Za-z_$][A-Za-z0-9_$]*') and t$[i$ + 1] = ':'
            then '"' || w$ || '"'
        when w$ = 'undefined' then cast(sf_undefined() as varchar)
        when (w$ = ',' and t$[i$ + 1] in (',', ']')) or (w$ = '[' and t$[i$ + 1] = ',')
            then w$ || cast(sf_undefined() as varchar)
        else w$
    end), ' '))[1];
-- The text as strict JSON, NULL where it is none; what Snowflake may take is refused.
create macro sf_strict(x) as
    list_transform([x], lambda v$: case
        when sf_is_strict(v$) then v$
        when sf_loose(v$) then list_transform([sf_tightened(v$)], lambda t$: case
            when sf_is_strict(t$) then t$
            when sf_loose(t$) then sf_refuse('JSON that is not strict')
        end)[1]
    end)[1];
create macro sf_blank(x) as trim(x, e' \t\r\n') = '';
create macro sf_parse_json(x, doubled := false) as
    list_transform([x], lambda v$: case
        when v$ is null or sf_blank(v$) then null
        else list_transform([sf_strict(v$)], lambda s$: case
            when s$ is not null then sf_canonical(s$, doubled)
            else sf_raise('100069', 'Error parsing JSON: ' || left(v$, 100))
        end)[1]
    end)[1];
create macro sf_try_parse_json(x) as
    list_transform([x], lambda v$: case
        when sf_blank(v$) then null else list_transform([sf_strict(v$)], lambda s$:
            case when s$ is not null then sf_canonical(s$, false) end)[1]
    end)[1];
create macro sf_check_json(x) as
    list_transform([x], lambda v$: case
        when v$ is null or sf_blank(v$) or sf_strict(v$) is not null then null else 'invalid JSON'
    end)[1];

-- PARSE_URL
create macro sf_url_part(x) as coalesce(to_json(nullif(x, '')), cast('null' as json));
create macro sf_url_parameters(query) as
    case
        when query = '' then cast('null' as json)
        else sf_object(list_transform(string_split(query, '&'), lambda p$:
            {'k': split_part(p$, '=', 1), 'v': to_json(split_part(p$, '=', 2))}))
    end;
create macro sf_url_object(u) as
    sf_object([
        {'k': 'fragment', 'v': sf_url_part(u.fragment)},
        {'k': 'host', 'v': sf_url_part(u.host)},
        {'k': 'parameters', 'v': sf_url_parameters(u.query)},
        {'k': 'path', 'v': case when u.host = '' then sf_url_part(u.path) else to_json(u.path) end},
        {'k': 'port', 'v': sf_url_part(u.port)},
        {'k': 'query', 'v': sf_url_part(u.query)},
        {'k': 'scheme', 'v': sf_url_part(u.scheme)}
    ]);
-- What stands between // and the port is the host, with a user and a password.
create macro sf_parse_url(x, permissive) as
    list_transform([regexp_extract(
        x, '^([A-Za-z][A-Za-z0-9+.-]*):(?://((?:[^/?#@]*@)?[^/:?#]*)(?::([0-9]+))?/?)?([^?#]*)\??([^#]*)#?(.*)$',
        ['scheme', 'host', 'port', 'path', 'query', 'fragment']
    )], lambda u$: case
        when u$.scheme is null then null
        when u$.scheme <> '' then sf_url_object(u$)
        when permissive then json '{"error":"scheme not specified"}'
        else sf_raise('100139', 'Error parsing URL: scheme not specified')
    end)[1];
