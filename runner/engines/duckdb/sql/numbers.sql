-- Numbers: reading them from text, exact division, rounding to tens, mathematical functions.

create macro sf_is_number(x) as
    regexp_full_match(x, '\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*');
create macro sf_try_number(x) as
    list_transform([x], lambda v$: case when sf_is_number(v$) then trim(v$) end)[1];
create macro sf_number(x) as
    list_transform([x], lambda v$: case
        when v$ is null or sf_is_number(v$) then trim(v$)
        else sf_raise('100038', 'Numeric value ''' || v$ || ''' is not recognized')
    end)[1];
create macro sf_is_float(x) as
    regexp_full_match(
        x, '\s*([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?inf(inity)?|nan)\s*', 'i'
    );
create macro sf_try_float(x) as
    list_transform([x], lambda v$: case when sf_is_float(v$) then trim(v$) end)[1];
create macro sf_float(x) as
    list_transform([x], lambda v$: case
        when v$ is null then null
        when not sf_is_float(v$)
            then sf_raise('100038', 'Numeric value ''' || v$ || ''' is not recognized')
        when isinf(try_cast(trim(v$) as double)) and not contains(lower(v$), 'inf')
            then sf_refuse('a FLOAT beyond its range')
        else trim(v$)
    end)[1];

-- A count of days or months; of a fraction it is not documented which way Snowflake goes.
create macro sf_whole(x) as
    list_transform([x], lambda v$: case
        when v$ <> trunc(v$) then sf_refuse('a fraction of a day, month or the like') else v$
    end)[1];

-- Whole quotient, rounded half away from zero.
create macro sf_half_away(a, b) as
    a // b + case
        when abs(a % b) >= abs(b) - abs(a % b)
            then case when (a < 0) = (b < 0) then 1 else -1 end
        else 0
    end;
create macro sf_quotient_by(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: sf_half_away(v$['a'], v$['b']))[1];
create macro sf_long_quotient_by(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: case
        when abs(v$['a']) < 4611686018427387904 and abs(v$['b']) < 4611686018427387904
            then cast(sf_half_away(try_cast(v$['a'] as bigint), try_cast(v$['b'] as bigint)) as hugeint)
        else sf_half_away(v$['a'], v$['b'])
    end)[1];
create macro sf_not_zero(b) as
    list_transform([b], lambda v$: case
        when v$ = 0 then sf_raise('100051', 'Division by zero') else v$
    end)[1];
create macro sf_quotient(a, b) as sf_quotient_by(a, sf_not_zero(b));
create macro sf_long_quotient(a, b) as sf_long_quotient_by(a, sf_not_zero(b));
-- The digits of a long NUMBER; `power` is 10 to its scale, as a decimal.
create macro sf_unscaled(x, power) as
    list_transform([x], lambda v$:
        cast(trunc(v$) as hugeint) * cast(power as hugeint)
        + cast((v$ - trunc(v$)) * power as hugeint))[1];
create macro sf_divide(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: case
        when v$['b'] = 0 then sf_raise('100051', 'Division by zero') else v$['a'] / v$['b']
    end)[1];
create macro sf_modulo(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: case
        when v$['b'] = 0 then sf_raise('100051', 'Division by zero') else fmod(v$['a'], v$['b'])
    end)[1];
create macro sf_floor_div(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$:
        v$['a'] // v$['b'] - case when v$['a'] % v$['b'] <> 0 and (v$['a'] < 0) <> (v$['b'] < 0) then 1 else 0 end)[1];

-- To tens, hundreds, …: `unit` is the HUGEINT 10, 100, …
create macro sf_round_to(x, unit) as sf_quotient(x, unit) * unit;
create macro sf_trunc_to(x, unit) as (x // unit) * unit;
create macro sf_power_of_ten(n) as
    list_transform([n], lambda v$: case
        when v$ is not null then cast('1' || repeat('0', greatest(v$, 0)) as hugeint)
    end)[1];
create macro sf_half_even_to(x, unit) as
    list_transform([{'x': x, 'u': unit}], lambda v$: v$['u'] * list_transform(
        [{'q': sf_floor_div(v$['x'], v$['u']), 'r': v$['x'] - sf_floor_div(v$['x'], v$['u']) * v$['u']}], lambda p$: case
            when p$['r'] * 2 > v$['u'] or (p$['r'] * 2 = v$['u'] and p$['q'] % 2 <> 0) then p$['q'] + 1 else p$['q']
        end)[1])[1];
create macro sf_round_float(x, digits) as round(x, cast(digits as integer));
create macro sf_scaled(x, digits) as
    case when digits < 0 then x / power(10, -digits) else x * power(10, digits) end;
create macro sf_trunc_float(x, digits) as
    list_transform([{'x': x, 'd': digits}], lambda v$: sf_scaled(trunc(sf_scaled(v$['x'], v$['d'])), -v$['d']))[1];
create macro sf_floor_float(x, digits) as
    list_transform([{'x': x, 'd': digits}], lambda v$: sf_scaled(floor(sf_scaled(v$['x'], v$['d'])), -v$['d']))[1];
create macro sf_ceil_float(x, digits) as
    list_transform([{'x': x, 'd': digits}], lambda v$: sf_scaled(ceil(sf_scaled(v$['x'], v$['d'])), -v$['d']))[1];
create macro sf_floor_to(x, unit) as sf_floor_div(x, unit) * unit;
create macro sf_ceil_to(x, unit) as -sf_floor_div(-(x), unit) * unit;

create macro sf_sqrt(x) as
    list_transform([x], lambda v$: case
        when v$ < 0 then sf_raise('100050', 'Invalid floating point operation: sqrt(' || v$ || ')')
        else sqrt(v$)
    end)[1];
create macro sf_ln(x) as
    list_transform([x], lambda v$: case
        when v$ <= 0 then sf_raise('100050', 'Invalid floating point operation: log(' || v$ || ')')
        else ln(v$)
    end)[1];
-- Whole roots and powers of 2 and 10 are exact.
create macro sf_log(base, x) as
    list_transform([{'b': base, 'x': x, 'l': sf_ln(x)}], lambda v$: case
        when v$['b'] is null or v$['l'] is null then null
        when v$['b'] = 2 then log2(v$['x'])
        when v$['b'] = 10 then log10(v$['x'])
        else sf_real(v$['l'] / sf_ln(v$['b']))
    end)[1];
create macro sf_cbrt(x) as
    list_transform([{'x': x, 'r': round(cbrt(x))}], lambda v$:
        case when v$['r'] * v$['r'] * v$['r'] = v$['x'] then v$['r'] else cbrt(v$['x']) end)[1];
create macro sf_asin(x) as
    list_transform([x], lambda v$: case
        when abs(v$) > 1 then sf_raise('100050', 'Invalid floating point operation: asin(' || v$ || ')')
        else asin(v$)
    end)[1];
create macro sf_acos(x) as
    list_transform([x], lambda v$: case
        when abs(v$) > 1 then sf_raise('100050', 'Invalid floating point operation: acos(' || v$ || ')')
        else acos(v$)
    end)[1];
-- What is no number is an error or an infinity on Snowflake, by a rule of each function.
create macro sf_real(x) as
    list_transform([x], lambda v$: case
        when isnan(v$) or isinf(v$) then sf_refuse('a FLOAT that is infinite or no number')
        else v$
    end)[1];

create macro sf_at_most(x, most) as
    list_transform([{'x': x, 'm': most}], lambda v$: case when v$['x'] > v$['m'] then v$['m'] else v$['x'] end)[1];

-- Bits of HUGEINTs. Bits that leave the 38 digits are refused.
create macro sf_shift_left(x, n) as
    list_transform([{'x': x, 'n': n}], lambda v$: case
        when v$['n'] not between 0 and 126 then sf_refuse('a shift by so many bits')
        when abs(v$['x']) > 99999999999999999999999999999999999999::hugeint // (1::hugeint << v$['n'])
            then sf_refuse('a shift of bits out of 38 digits')
        else v$['x'] * (1::hugeint << v$['n'])
    end)[1];
create macro sf_shift_right(x, n) as
    list_transform([{'x': x, 'n': n}], lambda v$: case
        when v$['n'] not between 0 and 126 then sf_refuse('a shift by so many bits')
        else sf_floor_div(v$['x'], 1::hugeint << v$['n'])
    end)[1];

create macro sf_width_bucket(x, low, high, buckets) as
    list_transform([{'x': x, 'l': low, 'h': high, 'n': buckets}], lambda v$: case
        when v$['n'] <= 0 or v$['l'] >= v$['h']
            then sf_raise('100163', 'Invalid bounds or number of buckets of WIDTH_BUCKET')
        when v$['x'] < v$['l'] then 0
        when v$['x'] >= v$['h'] then v$['n'] + 1
        else floor((v$['x'] - v$['l']) * v$['n'] / (v$['h'] - v$['l'])) + 1
    end)[1];
create macro sf_haversine(lat1, lon1, lat2, lon2) as
    list_transform([{'a': lat1, 'b': lon1, 'c': lat2, 'd': lon2}], lambda v$:
        2 * 6371.0::double * asin(sqrt(
            power(sin(radians(v$['c'] - v$['a']) / 2), 2)
            + cos(radians(v$['a'])) * cos(radians(v$['c'])) * power(sin(radians(v$['d'] - v$['b']) / 2), 2)
        )))[1];

-- How many items differ from the one before them.
create macro sf_some(x) as list_transform([x], lambda v$: case when not isnan(v$) then v$ end)[1];
create macro sf_changes(items) as
    list_transform([items], lambda l$:
        len(list_filter(l$, lambda x$, i$: i$ > 1 and x$ <> l$[i$ - 1])))[1];
