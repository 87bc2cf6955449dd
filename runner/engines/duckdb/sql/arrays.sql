-- Lists of JSON, which ARRAYs are for the functions that work on them; FLATTEN.

create macro sf_texts(items) as list_transform(items, lambda x$: sf_identity(x$));
create macro sf_array_size(j) as
    list_transform([j], lambda v$:
        case when json_type(v$) = 'ARRAY' then json_array_length(v$) end)[1];
create macro sf_list_distinct(items) as
    list_transform([items], lambda l$: list_filter(l$, lambda x$, i$:
        list_position(sf_texts(l$), sf_identity(x$)) = i$))[1];
-- Arrays are multisets: the copies of a value count.
create macro sf_copies(items, item) as
    len(list_filter(items, lambda y$: sf_identity(y$) = sf_identity(item)));
create macro sf_list_intersection(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: list_filter(v$['a'], lambda x$, i$:
        sf_copies(list_slice(v$['a'], 1, i$), x$) <= sf_copies(v$['b'], x$)))[1];
create macro sf_list_except(a, b) as
    list_transform([{'a': a, 'b': b}], lambda v$: list_filter(v$['a'], lambda x$, i$:
        sf_copies(list_slice(v$['a'], 1, i$), x$) > sf_copies(v$['b'], x$)))[1];
create macro sf_list_flatten(items) as
    list_transform([items], lambda l$: case
        when len(sf_list_present(l$)) = len(l$) then sf_list_flattened(l$)
    end)[1];
create macro sf_list_flattened(items) as
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
    list_filter(items, lambda x$: sf_identity(x$) <> text);
create macro sf_list_sorted(items, ascending) as
    list_transform([list_sort(list_transform(items, lambda x$: {'k': sf_sort_key(x$), 'v': x$}))],
        lambda l$: list_transform(
            case when ascending then l$ else list_reverse(l$) end, lambda p$: p$['v']
        ))[1];
create macro sf_list_sort(items, ascending, undefined_first) as
    list_transform([{
        's': sf_list_sorted(sf_list_present(items), ascending),
        'u': list_filter(items, lambda x$: sf_present(x$) is null)
    }], lambda v$: case
        when undefined_first then list_concat(v$['u'], v$['s']) else list_concat(v$['s'], v$['u'])
    end)[1];
-- The place of an element, from 1; 0 where it is not, NULL where NULL is looked for in vain.
create macro sf_place(j, items) as
    list_transform([{'j': j, 't': sf_texts(items)}], lambda v$: case
        when v$['j'] is null then list_position(v$['t'], sf_identity(sf_undefined()))
        else coalesce(list_position(v$['t'], sf_identity(v$['j'])), case when v$['t'] is not null then 0 end)
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
        case when high < 0 then greatest(len(l$) + high, 0) else high end
    ))[1];
create macro sf_list_remove_at(items, place) as
    list_transform([items], lambda l$: list_filter(l$, lambda x$, i$:
        i$ <> case when place < 0 then len(l$) + place else place end + 1))[1];
create macro sf_list_insert(items, place, item) as
    list_transform([{'l': items, 'p': place + case when place < 0 then len(items) else 0 end}],
        lambda v$: case
            when v$['p'] < 0 then sf_refuse('ARRAY_INSERT in front of the array')
            when v$['p'] > len(v$['l']) then list_append(list_concat(
                v$['l'], list_transform(range(v$['p'] - len(v$['l'])), lambda i$: sf_undefined())
            ), item)
            else list_concat(
                list_append(list_slice(v$['l'], 1, v$['p']), item), list_slice(v$['l'], v$['p'] + 1, len(v$['l']))
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
        when len(v$['n']) <> len(v$['i'])
            then sf_raise('100161', 'ARRAYS_TO_OBJECT needs arrays of one size')
        else sf_object(list_filter(
            list_transform(v$['n'], lambda k$, i$: {
                'k': sf_text(sf_present(k$)), 'v': coalesce(sf_present(v$['i'][i$]), json 'null')
            }),
            lambda p$: p$['k'] is not null
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
            }), lambda e$: e$['value'] is not null)
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
