-- The parts of a surrogate key, as text that no two lists of values share: each value
-- behind its length, so that neither a null nor a separator within a value can make two
-- keys one.

create or replace function shopify_serving.key_part(part varchar)
returns varchar
comment = 'A value as a part of a surrogate key: md5(key_part(a) || key_part(b))'
as
$$
    coalesce(length(part) || ':' || part, '-')
$$;
