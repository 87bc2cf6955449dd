-- Text, binary and booleans.

create macro sf_float_text(x) as
    list_transform([x], lambda v$: case
        when isnan(v$) then 'NaN'
        when isinf(v$) then case when v$ > 0 then 'inf' else '-inf' end
        when v$ = trunc(v$) and abs(v$) < 1e10 then cast(try_cast(v$ as bigint) as varchar)
        when abs(v$) >= 1e10 or abs(v$) < 1e-4
            then sf_refuse('the text of a FLOAT that may need an exponent')
        when length(ltrim(replace(replace(cast(v$ as varchar), '.', ''), '-', ''), '0')) > 9
            then sf_refuse('the text of a FLOAT of more than 9 digits')
        else cast(v$ as varchar)
    end)[1];
create macro sf_fitting(x, n) as
    list_transform([x], lambda v$: case
        when length(v$) > n
            then sf_raise('100078', 'String ''' || v$ || ''' is too long and would be truncated')
        else v$
    end)[1];
create macro sf_unicode(x) as
    list_transform([x], lambda v$: case when v$ = '' then 0 else unicode(v$) end)[1];
create macro sf_ascii(x) as
    list_transform([sf_unicode(x)], lambda v$:
        case when v$ > 127 then sf_refuse('ASCII of a letter beyond ASCII') else v$ end)[1];
-- DuckDB measures the distance of texts in bytes.
create macro sf_plain_letters(x) as
    list_transform([x], lambda v$: case
        when strlen(v$) > length(v$) then sf_refuse('the likeness of texts with letters beyond ASCII')
        else v$
    end)[1];
create macro sf_substr(x, start, size) as
    list_transform([{'x': x, 's': start, 'n': size}], lambda v$: case
        when v$['x'] is null or v$['s'] is null or v$['n'] is null then null
        when v$['n'] <= 0 or v$['s'] < -length(v$['x']) then ''
        else substr(v$['x'], case when v$['s'] = 0 then 1 else v$['s'] end, v$['n'])
    end)[1];
create macro sf_bytes(x, start, size) as
    list_transform([start], lambda s$: unhex(
        sf_substr(hex(x), case when s$ > 0 then 2 * s$ - 1 else 2 * s$ end, 2 * size)
    ))[1];
-- One letter of lower case has two of upper case.
create macro sf_upper(x) as
    case when contains(x, 'ß') then sf_refuse('UPPER of the letter ß') else upper(x) end;
create macro sf_left(x, size) as
    list_transform([size], lambda n$: case when n$ < 0 then left(x, 0) else left(x, n$) end)[1];
create macro sf_right(x, size) as
    list_transform([size], lambda n$: case when n$ < 0 then right(x, 0) else right(x, n$) end)[1];
create macro sf_position(needle, hay, start) as
    list_transform([{'n': needle, 'h': hay, 's': start}], lambda v$: case
        when v$['s'] < 1 then sf_raise('100050', 'invalid start position ' || v$['s'])
        when v$['n'] = '' and v$['s'] > 1 then sf_refuse('the place of an empty text from a later start')
        when strpos(substr(v$['h'], v$['s']), v$['n']) = 0 then 0
        else strpos(substr(v$['h'], v$['s']), v$['n']) + v$['s'] - 1
    end)[1];
create macro sf_lpad(x, size, fill) as
    list_transform([{'x': x, 's': size, 'f': fill}], lambda v$: case
        when v$['x'] is null or v$['s'] is null or v$['f'] is null then null
        when v$['s'] <= 0 then ''
        when length(v$['x']) >= v$['s'] or v$['f'] = '' then left(v$['x'], v$['s'])
        else lpad(v$['x'], cast(v$['s'] as integer), v$['f'])
    end)[1];
create macro sf_rpad(x, size, fill) as
    list_transform([{'x': x, 's': size, 'f': fill}], lambda v$: case
        when v$['x'] is null or v$['s'] is null or v$['f'] is null then null
        when v$['s'] <= 0 then ''
        when length(v$['x']) >= v$['s'] or v$['f'] = '' then left(v$['x'], v$['s'])
        else rpad(v$['x'], cast(v$['s'] as integer), v$['f'])
    end)[1];
create macro sf_capitalized(words, delimiters) as
    array_to_string(list_transform(words, lambda w$: case
        when contains(delimiters, w$) then w$ else upper(left(w$, 1)) || lower(substr(w$, 2))
    end), '');
create macro sf_replace(x, what, other) as
    list_transform([{'x': x, 'w': what, 'o': other}], lambda v$: case
        when v$['x'] is null or v$['w'] is null or v$['o'] is null then null
        when v$['w'] = '' then v$['x']
        else replace(v$['x'], v$['w'], v$['o'])
    end)[1];
create macro sf_split_part(x, delimiter, number) as
    list_transform([{'x': x, 'd': delimiter, 'n': number}], lambda v$: case
        when v$['x'] is null or v$['d'] is null or v$['n'] is null then null
        when v$['d'] = '' then case when v$['n'] in (0, 1, -1) then v$['x'] else '' end
        else split_part(v$['x'], v$['d'], case when v$['n'] = 0 then 1 else v$['n'] end)
    end)[1];
create macro sf_split(x, separator) as
    list_transform([{'x': x, 's': separator}], lambda v$:
        case when v$['s'] is null then null when v$['s'] = '' then [v$['x']] else string_split(v$['x'], v$['s']) end)[1];
create macro sf_tokens(x, delimiters) as
    list_transform([{'x': x, 'd': delimiters}], lambda v$: case
        when v$['d'] = '' then case when v$['x'] = '' then []::varchar[] else [v$['x']] end
        else list_filter(
            string_split(
                translate(v$['x'], v$['d'], repeat(left(v$['d'], 1), length(v$['d']))), left(v$['d'], 1)
            ),
            lambda t$: t$ <> ''
        )
    end)[1];
create macro sf_token(x, delimiters, n) as
    list_transform([{'t': sf_tokens(x, delimiters), 'n': n}], lambda v$: case
        when v$['n'] < 1 then sf_refuse('STRTOK with a part below 1')
        else v$['t'][v$['n']]
    end)[1];
create macro sf_insert(x, start, size, other) as
    list_transform([{'x': x, 's': start, 'n': size, 'o': other}], lambda v$: case
        when v$['s'] < 1 or v$['s'] > length(v$['x']) + 1 or v$['n'] < 0
            then sf_refuse('INSERT at a place outside of the text')
        else left(v$['x'], v$['s'] - 1) || v$['o'] || substr(v$['x'], v$['s'] + v$['n'])
    end)[1];
create macro sf_strtok_to_array(x, delimiters) as to_json(sf_tokens(x, delimiters));
create macro sf_randstr(size) as
    array_to_string(list_transform(range(size), lambda i$: substr(
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
        1 + cast(floor(random() * 62) as bigint), 1
    )), '');

-- SOUNDEX. What is no letter may part equal codes or not: where that counts the text is refused.
create macro sf_sounds(letters) as
    list_transform([translate(
        left(letters, 1) || translate(substr(letters, 2), 'HW', ''),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '01230120022455012623010202'
    )], lambda c$: rpad(replace(substr(regexp_replace(
        regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            regexp_replace(c$, '1+', '1', 'g'), '2+', '2', 'g'), '3+', '3', 'g'),
            '4+', '4', 'g'), '5+', '5', 'g'), '6+', '6', 'g'), '0+', '0', 'g'
    ), 2), '0', ''), 3, '0'))[1];
create macro sf_soundex(x) as
    list_transform([x], lambda x$: left(x$, 1) || list_transform([upper(x$)], lambda v$: case
        when regexp_full_match(v$, '[A-Z]*') then left(sf_sounds(v$), 3 * sign(length(v$)))
        when regexp_matches(v$, '^[A-Z]')
            and sf_sounds(regexp_replace(v$, '[^A-Z]', '', 'g'))
                = sf_sounds(regexp_replace(v$, '[^A-Z]', 'A', 'g'))
            then sf_sounds(regexp_replace(v$, '[^A-Z]', '', 'g'))
        when v$ is not null then sf_refuse('SOUNDEX of a text with more than letters')
    end)[1])[1];

-- Regular expressions

-- The pattern that no constant shows: see rules/regexes.py for what is refused.
create macro sf_pattern(p) as
    list_transform([p], lambda v$: case
        when regexp_matches(v$, '\(\?[=!<]|[*+?}]\?|\\[1-9]')
            then sf_refuse('look-around, a back reference or a lazy quantifier in a pattern')
        else v$
    end)[1];
create macro sf_not_empty(matches) as
    list_transform([matches], lambda m$: case
        when list_contains(m$, '') then sf_refuse('a pattern that matches the empty text')
        else m$
    end)[1];
create macro sf_matches(x, pattern) as sf_not_empty(regexp_extract_all(x, pattern));
create macro sf_nth_match(x, pattern, n, group_) as
    list_transform([{'x': x, 'p': pattern, 'n': n}], lambda v$: case
        when len(sf_not_empty(list_slice(regexp_extract_all(v$['x'], v$['p']), 1, v$['n']))) >= v$['n']
            then regexp_extract_all(v$['x'], v$['p'], group_)[v$['n']]
    end)[1];
create macro sf_total_length(texts) as
    coalesce(list_sum(list_transform(texts, lambda t$: length(t$))), 0);
create macro sf_nth_place(x, pattern, start, n, after) as
    list_transform([{'s': string_split_regex(substr(x, start), pattern),
            'm': sf_matches(substr(x, start), pattern), 'i': start, 'n': n}], lambda v$: case
        when v$['m'] is null or v$['n'] is null or v$['i'] is null then null
        when len(v$['m']) < v$['n'] then 0
        else v$['i'] + sf_total_length(list_slice(v$['s'], 1, v$['n']))
            + sf_total_length(list_slice(v$['m'], 1, v$['n'] - 1 + after))
    end)[1];
create macro sf_regexp_replace_nth(x, pattern, other, n) as
    list_transform([{'x': x, 's': string_split_regex(x, pattern),
            'm': regexp_extract_all(x, pattern)}], lambda v$: case
        when other is null then null
        when len(v$['m']) < n then v$['x']
        else array_to_string(list_transform(v$['s'], lambda part$, i$: part$ || case
            when i$ > len(v$['m']) then ''
            when i$ = n then regexp_replace(v$['m'][i$], pattern, other)
            else v$['m'][i$]
        end), '')
    end)[1];

-- Binary and booleans

create macro sf_lines(x, width) as
    rtrim(regexp_replace(x, '(.{' || width || '})', e'\\1\n', 'g'), e'\n');
create macro sf_hex_number(x) as cast(cast('0x' || x as ubigint) as decimal(38, 0));
create macro sf_is_hex(x) as regexp_full_match(x, '([0-9A-Fa-f]{2})*');
create macro sf_try_binary(x) as
    list_transform([x], lambda v$: case when sf_is_hex(v$) then unhex(v$) end)[1];
create macro sf_binary(x) as
    list_transform([x], lambda v$: case
        when v$ is null or sf_is_hex(v$) then unhex(v$)
        else sf_raise('100115', 'The following string is not a legal hex-encoded value: ''' || v$ || '''')
    end)[1];
create macro sf_try_base64(x) as
    list_transform([x], lambda v$: case
        when regexp_full_match(v$, '([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?')
            then from_base64(v$)
    end)[1];
create macro sf_try_boolean(x) as
    case lower(trim(x))
        when 'true' then true when 't' then true when 'yes' then true when 'y' then true
        when 'on' then true when '1' then true
        when 'false' then false when 'f' then false when 'no' then false when 'n' then false
        when 'off' then false when '0' then false
    end;
create macro sf_boolean(x) as
    list_transform([x], lambda v$: coalesce(
        sf_try_boolean(v$),
        case when v$ is not null
            then sf_raise('100037', 'Boolean value ''' || v$ || ''' is not recognized') end
    ))[1];
