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
    '\b(undefined|[Nn]a[Nn]|[Ii]nf(inity)?)\b|,\s*[,\]}]|\[\s*,|/[/*]|''|[{,]\s*\w+\s*:|\b(?i:true|false|null)\b'
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
        when w$ = 'NULL' then 'null'
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
