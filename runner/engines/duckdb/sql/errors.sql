-- Snowflake's errors leave DuckDB as '#code#message'; the code U refuses by name.
--
-- For all files here: DuckDB writes a macro's argument out wherever it stands in the body. An
-- argument that is used more than once is therefore bound first, as the element of a list:
-- list_transform([x], lambda v$: …)[1].

create macro sf_raise(code, message) as error('#' || code || '#' || message);
create macro sf_refuse(construct) as error('#U#' || construct);
