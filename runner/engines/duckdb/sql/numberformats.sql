-- Formats of numbers, see rules/numberformats.py.
create macro sf_separated(digits, commas) as
    list_transform([digits], lambda d$: array_to_string(list_transform(
        generate_series(length(d$), 1, -1), lambda i$:
            substr(d$, length(d$) - i$ + 1, 1)
            || case when list_contains(commas, i$ - 1) then ',' else '' end
    ), ''))[1];
create macro sf_decimal_text(x, scale, most, wide) as
    list_transform([x], lambda v$: case
        when not isfinite(v$) or abs(v$) >= most then wide
        when abs(abs(v$ * power(10, scale)) % 1 - 0.5) < 1e-6
            then sf_refuse('a FLOAT between two texts of its format')
        else format('{:.' || scale || 'f}', abs(v$))
    end)[1];
-- The fraction without the zeros that its format leaves out; blanks in their place unless compact.
create macro sf_fraction(fraction, zeros, compact) as
    list_transform([fraction], lambda f$: list_transform(
        [left(f$, greatest(length(rtrim(f$, '0')), zeros))], lambda k$:
            case when compact then k$ else rpad(k$, cast(length(f$) as integer), ' ') end
    )[1])[1];
create macro sf_zeros_before(digits, least) as
    list_transform([ltrim(digits, '0')], lambda d$:
        repeat('0', greatest(least - length(d$), 0)) || d$)[1];
create macro sf_written(digits, signed, negative, layout, plus, compact) as
    list_transform([{
        'd': digits, 's': case when signed then '-' else plus end, 'n': negative, 'l': layout
    }], lambda v$: list_transform([v$['s'] || v$['l']['dollar'] || case
        when v$['n'] and not regexp_matches(v$['d'], '[1-9]')
            then sf_refuse('a negative number that is written as zero')
        when length(ltrim(split_part(v$['d'], '.', 1), '0')) > v$['l']['most'] then v$['l']['hashes']
        else sf_separated(sf_zeros_before(split_part(v$['d'], '.', 1), v$['l']['least']), v$['l']['commas'])
            || v$['l']['point'] || sf_fraction(split_part(v$['d'], '.', 2), v$['l']['zeros'], compact)
    end], lambda t$: case
        when compact then t$ else lpad(t$, cast(greatest(v$['l']['width'], length(t$)) as integer), ' ')
    end)[1])[1];
create macro sf_hexadecimal(x, size, zeros, compact) as
    list_transform([x], lambda v$: case
        when v$ < 0 then sf_refuse('a negative number in hexadecimal digits')
        when v$ >= 1::hugeint << (4 * size) then ' ' || repeat('#', size)
        else list_transform(
            [lpad(to_hex(v$), cast(greatest(length(to_hex(v$)), zeros) as integer), '0')],
            lambda t$: case when compact then t$ else lpad(t$, cast(size + 1 as integer), ' ') end
        )[1]
    end)[1];
create macro sf_read_number(x, fits, least, most) as
    list_transform([x], lambda v$: case
        when regexp_full_match(v$, fits) then list_transform(
            [regexp_replace(v$, '[^0-9.]', '', 'g')], lambda d$: case
                when length(split_part(d$, '.', 1)) between least and most
                    then case when contains(v$, '-') then '-' else '' end || d$
            end)[1]
    end)[1];
create macro sf_read_hexadecimal(x, size) as
    list_transform([trim(x)], lambda v$: case
        when length(v$) <= least(size, 15) and regexp_full_match(v$, '[0-9A-Fa-f]+')
            then cast(cast('0x' || v$ as bigint) as varchar)
        when length(v$) <= size and regexp_full_match(v$, '[0-9A-Fa-f]+')
            then sf_refuse('a number of so many hexadecimal digits')
    end)[1];
create macro sf_no_number(x) as
    sf_raise('100038', 'Numeric value ''' || x || ''' is not recognized');
