"""Views: plain, secure, materialized, and dynamic tables.

A materialized view is always current on Snowflake, so it is a view here; a dynamic table is never
staler than its target lag, and a view is never stale, so it is one too. DuckDB holds each view
with the SQL it was translated to; when the type of a column that it reads has changed since, its
Snowflake text is bound anew where it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from runner.engines import Result
from runner.engines.duckdb import dialect, objects, syntax, types
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.scopes import Query, outputs
from runner.engines.duckdb.statements import columns, ddl, definitions, handles, replies, unread
from runner.engines.duckdb.statements.words import Words
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

VIEWS = frozenset({"VIEW", "MATERIALIZED VIEW", "DYNAMIC TABLE"})
# clauses of the pages *CREATE VIEW* and *CREATE DYNAMIC TABLE* for which sqlglot has no tree
CLAUSES = frozenset(
    {"AGGREGATION", "CONTACT", "IMMUTABLE", "INITIALIZE", "JOIN", "POLICY", "REQUIRE", "WITH"}
)
CONTEXT = frozenset(
    {"CURRENT_DATABASE", "CURRENT_SCHEMA", "CURRENT_SCHEMAS", "CURRENT_SESSION", "LAST_QUERY_ID"}
    | {"CURRENT_STATEMENT", "CURRENT_TRANSACTION", "LAST_TRANSACTION", "CURRENT_ROLE"}
    | {"CURRENT_WAREHOUSE", "RESULT_SCAN", "PARAMETER", "SYSTEM$LAST_CHANGE_COMMIT_TIME"}
)


@handles("CREATE VIEW")
def create_view(session: Session, statement: Statement) -> Result:
    """`create [or replace] [secure] view … as …`"""
    return create(session, statement, "VIEW")


@handles("CREATE MATERIALIZED")
def create_materialized_view(session: Session, statement: Statement) -> Result:
    """`create materialized view … as …`: a view, since it is always current."""
    return create(session, statement, "MATERIALIZED VIEW")


@handles("CREATE DYNAMIC")
def create_dynamic_table(session: Session, statement: Statement) -> Result:
    """`create dynamic table … as …`: a view, since it is never staler than its target lag."""
    return create(session, statement, "DYNAMIC TABLE")


def create(session: Session, statement: Statement, kind: str) -> Result:
    if "RECURSIVE" in (token.text.upper() for token in statement.tokens[:5]):
        raise Unsupported("CREATE RECURSIVE VIEW")
    tree = statement.tree
    if not isinstance(tree, exp.Create):
        raise unread.refusal(statement, f"CREATE {kind}", CLAUSES)
    if not isinstance(tree.expression, exp.Query):
        raise no_query(statement)
    ddl.refuse_both(tree.args.get("replace"), tree.args.get("exists"))
    path = ddl.new_path(session, tree.this)
    dynamic = kind == "DYNAMIC TABLE"
    definition = definitions.of_table(tree, kind) if dynamic else of_view(tree, kind)
    if "iceberg" in definition.properties:
        raise Unsupported("CREATE DYNAMIC ICEBERG TABLE")
    if definition.properties.get("temporary"):
        raise Unsupported(f"CREATE TEMPORARY {kind}")
    found = objects.permanent(session, objects.key(kind, *path))
    if found and tree.args.get("exists"):
        return replies.status(f"{path[2]} already exists, statement succeeded.")
    if found and (not tree.args.get("replace") or found.kind != kind):
        raise replies.already_exists(path[2])
    if not definition.columns:
        columns.check_aliases(tree.expression)
    text = tree.expression.sql("snowflake", comments=False)
    record = Object(
        kind,
        *path,
        comment=definition.comment,
        columns=definition.columns,
        properties={
            **definition.properties,
            "query": text,
            "text": statement.sql.strip().removesuffix(";"),
        },
    )
    with ddl.alone(session):
        record = build(session, record)
        kept = found.grants if found and definition.copy_grants else ()
        objects.put(session, replace(record, grants=kept or ddl.granted(session, record)))
    what = "Dynamic table" if kind == "DYNAMIC TABLE" else kind.capitalize()
    return replies.status(f"{what} {path[2]} successfully created.")


def no_query(statement: Statement) -> EngineError:
    """The error where a view has no query."""
    words = [token.text.upper() for token in statement.tokens]
    if "AS" not in words[:-1]:
        return syntax.end(statement.sql)
    behind = statement.tokens[words.index("AS") + 1]
    return syntax.unexpected(statement.sql, behind.start, behind.text)


def of_view(tree: exp.Create, kind: str) -> definitions.Definition:
    """What a `create view` declares: names and comments of columns, properties."""
    settings = definitions.around(tree, kind)
    if not isinstance(tree.this, exp.Schema):
        return settings
    declared = [
        definitions.column(item)[0]
        if isinstance(item, exp.ColumnDef)
        else TableColumn(definitions.names([item])[0], "")
        for item in tree.this.expressions
    ]
    return replace(settings, columns=tuple(declared))


def build(session: Session, record: Object) -> Object:
    """Make the view in DuckDB, in the open transaction, and give its record with columns."""
    bound, reads = bind(session, record)
    names = [column.name for column in record.columns] or [out.name for out in bound.columns]
    columns.check_names(names, len(bound.columns))
    declared = record.columns or tuple(TableColumn(name, "") for name in names)
    typed = tuple(
        replace(column, type=columns.column_type(out.type))
        for column, out in zip(declared, bound.columns, strict=True)
    )
    selected = ", ".join(
        f"{quote(out.physical)} as {quote(name)}"
        for name, out in zip(names, bound.columns, strict=True)
    )
    place = ddl.place((record.database, record.schema, record.name))
    session.raw(f"create or replace view {place} as select {selected} from ({bound.sql})")
    return replace(record, columns=typed, properties={**record.properties, "reads": reads})


def bind(session: Session, record: Object) -> tuple[Query, list[list[str]]]:
    """A view's query bound in the view's own schema, with the relations it reads and the shapes
    they had: `[database, schema, name, shape]`. Its own name is that of a WITH in it."""
    own = (record.database, record.schema, record.name)
    with inside(session, record.database, record.schema):
        tree = dialect.read(record.properties["query"]).tree
        refuse_context(tree)
        bound = session.bind(tree)
        reads = [
            [*path, shape(found) if found else ""]
            for path in paths(session, tree)
            if path != own
            and ((found := objects.find(session, "TABLE", path)) or path[1] == "INFORMATION_SCHEMA")
        ]
    return bound, reads


def paths(session: Session, tree: exp.Expr) -> list[ddl.Path]:
    """Where the tables that a query names are, those of its own WITH among them."""
    named = [t for t in tree.find_all(exp.Table) if isinstance(t.this, exp.Identifier)]
    return sorted({session.resolve(table) for table in named})


def refuse_context(tree: exp.Expr) -> None:
    """What depends on the session that reads the view would be frozen when it is made."""
    for node in tree.find_all(exp.Anonymous, exp.Func, exp.Parameter):
        name = node.name.upper() if isinstance(node, exp.Anonymous) else node.key.upper()
        if name in CONTEXT or name.replace("CURRENT", "CURRENT_") in CONTEXT:
            raise Unsupported(f"{name} in a view")
    for pivot in tree.find_all(exp.Pivot):
        if any(field.find(exp.PivotAny, exp.Query) for field in pivot.args.get("fields") or ()):
            raise Unsupported("PIVOT of values that are not listed in a view")


def read_paths(record: Object) -> list[ddl.Path]:
    """The relations that a view reads."""
    return [(database, schema, name) for database, schema, name, _ in record.properties["reads"]]


def shape(record: Object) -> str:
    """The names and types of a relation's columns, as one text."""
    return ",".join(f"{column.name} {column.type}" for column in record.columns)


@contextmanager
def inside(session: Session, database: str, schema: str) -> Iterator[None]:
    """Names without a schema mean this one, as in a view's text (page *CREATE VIEW*)."""
    outer = session.database, session.schema
    session.database, session.schema = database, schema
    try:
        yield
    finally:
        session.database, session.schema = outer


def as_query(session: Session, record: Object) -> Query:
    """A view as a query reads it: DuckDB's view, or its text bound anew when what it reads has
    other columns than it had."""
    if is_fresh(session, record):
        typed = [types.parse(column.type) for column in record.columns]
        place = ddl.place((record.database, record.schema, record.name))
        names = [column.name for column in record.columns]
        return Query(f"select * from {place}", outputs(names, typed))
    bound, _ = bind(session, record)
    if len(bound.columns) != len(record.columns):
        raise replies.compilation(
            f"View definition for '{record.database}.{record.schema}.{record.name}' declared "
            f"{len(record.columns)} column(s), but view query produces {len(bound.columns)} "
            "column(s).",
            2057,
            "42601",
        )
    names = [column.name for column in record.columns]
    typed = [out.type for out in bound.columns]
    given = outputs(names, typed)
    selected = ", ".join(
        f"{quote(out.physical)} as {quote(column.physical)}"
        for out, column in zip(bound.columns, given, strict=True)
    )
    return Query(f"select {selected} from ({bound.sql})", given)


def is_fresh(session: Session, record: Object) -> bool:
    """Whether what a view reads, views below it included, still has the columns it had."""
    for *path, known in record.properties["reads"]:
        if path[1] == "INFORMATION_SCHEMA":
            return False
        found = objects.find(session, "TABLE", (path[0], path[1], path[2]))
        session.reads(objects.key("TABLE", path[0], path[1], path[2]))
        if found is None or shape(found) != known:
            return False
        if found.kind in VIEWS and not is_fresh(session, found):
            return False
    return True


@handles("DROP VIEW", "DROP MATERIALIZED VIEW")
def drop_view(session: Session, statement: Statement) -> Result:
    """`drop [materialized] view [if exists] …`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP")
    kind = "MATERIALIZED VIEW" if words.take("MATERIALIZED") else "VIEW"
    words.expect("VIEW")
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    words.end()
    return ddl.drop_relation(session, path, kind, quiet=quiet)
