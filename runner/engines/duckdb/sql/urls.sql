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
        when u$['scheme'] is null then null
        when u$['scheme'] <> '' then sf_url_object(u$)
        when permissive then json '{"error":"scheme not specified"}'
        else sf_raise('100139', 'Error parsing URL: scheme not specified')
    end)[1];
