"""ALTER TABLE: columns, names, clustering, constraints, recorded properties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from runner.engines import Result
from runner.engines.duckdb import dialect, objects, types
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.scopes import invalid_identifier
from runner.engines.duckdb.statements import columns, ddl, definitions, handles, replies, settings
from runner.engines.duckdb.statements.words import Words
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

Action = Callable[["Session", Words, Object], Object]
ColumnChange = Callable[["Session", Words, str, TableColumn], TableColumn]


@handles("ALTER TABLE")
def alter_table(session: Session, statement: Statement) -> Result:
    """`alter table [if exists] … <action>`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("ALTER", "TABLE")
    quiet = words.take("IF", "EXISTS")
    path = ddl.path_of(session, words.name())
    if quiet and objects.find(session, "TABLE", path) is None:
        return replies.succeeded()
    record = ddl.require(session, "TABLE", path)
    act = action(words)
    with ddl.alone(session):
        changed = act(session, words, record)
        words.end()
        if changed.key != record.key:
            objects.drop(session, record.key)
        objects.put(session, changed.changed())
    return replies.succeeded()


def action(words: Words) -> Action:
    """The action that comes next; the words that name it are taken."""
    for phrase, act in ACTIONS:
        if words.take(*phrase):
            return act
    raise words.unexpected()


def located(session: Session, record: Object) -> str:
    return session.located((record.database, record.schema, record.name))


def need_column(record: Object, name: str) -> TableColumn:
    found = record.column(name)
    if found is None:
        raise invalid_identifier(name)
    return found


def with_column(record: Object, old: TableColumn, new: TableColumn) -> Object:
    changed = tuple(new if column is old else column for column in record.columns)
    return replace(record, columns=changed)


# -- columns come and go ---------------------------------------------------------------------------


def add(session: Session, words: Words, record: Object) -> Object:
    """ADD [COLUMN] [IF NOT EXISTS] definitions, or constraints."""
    if words.sees("CONSTRAINT") or words.sees("PRIMARY") or words.sees("FOREIGN"):
        return add_constraint(session, words, record)
    if words.sees("UNIQUE"):
        return add_constraint(session, words, record)
    if words.take("SEARCH", "OPTIMIZATION"):
        words.rest()
        return record.with_properties(search_optimization=True)
    if words.take("ROW", "ACCESS", "POLICY"):
        return record.with_properties(row_access_policy=words.rest())
    words.take("COLUMN")
    quiet = words.take("IF", "NOT", "EXISTS")
    table = dialect.read(f"create table added ({words.rest()})").tree
    declared = definitions.of_table(table)  # type: ignore[arg-type]
    for column in declared.columns:
        if record.column(column.name) is None:
            record = add_column(session, record, column)
        elif not quiet:
            raise replies.compilation(f"column '{column.name}' already exists", 1430, "42S21")
    known = list(record.properties.get("constraints", []))
    added = declared.properties.get("constraints")
    return record.with_properties(constraints=[*known, *added]) if added else record


def add_column(session: Session, record: Object, column: TableColumn) -> Object:
    """Add one column; rows that are there get its default (page *ALTER TABLE*)."""
    place = located(session, record)
    if column.identity is not None or (not column.nullable and column.default is None):
        ((filled,),) = session.raw(f"select exists (from {place})")
        if filled:
            raise replies.compilation(
                f"Non-nullable column '{column.name}' cannot be added to non-empty table "
                f"'{record.name}' unless it has a non-null default value.",
                2140,
                "42601",
            )
    if column.default is not None:
        column = replace(column, properties={**column.properties, "default_added": True})
    column = columns.own_sequence(column)
    if column.identity is not None:
        columns.create_sequence(session, record.database, column, column.identity[0])
    columns.check_names([*(c.name for c in record.columns), column.name], len(record.columns) + 1)
    nullable = replace(column, nullable=True)
    text = columns.column_sql(session, record.database, nullable)
    session.raw(f"alter table {place} add column {text}")
    if not column.nullable:
        session.raw(f"alter table {place} alter {quote(column.name)} set not null")
    return replace(record, columns=(*record.columns, column))


def drop(session: Session, words: Words, record: Object) -> Object:
    """DROP [COLUMN] [IF EXISTS] names, or what else a table can lose."""
    for phrase, loss in LOSSES:
        if words.take(*phrase):
            return loss(session, words, record)
    words.take("COLUMN")
    quiet = words.take("IF", "EXISTS")
    while True:
        name = words.identifier()
        if record.column(name) is not None or not quiet:
            record = drop_column(session, record, need_column(record, name))
        if not words.take(","):
            return record


def drop_column(session: Session, record: Object, column: TableColumn) -> Object:
    if len(record.columns) == 1:
        raise replies.compilation(f"table '{record.name}' cannot lose its only column")
    session.raw(f"alter table {located(session, record)} drop column {quote(column.name)}")
    rest = replace(record, columns=tuple(c for c in record.columns if c is not column))
    ddl.drop_sequences(session, replace(record, columns=(column,)))
    kept = [c for c in rest.properties.get("constraints", []) if column.name not in c["columns"]]
    return rest.with_properties(constraints=kept or None)


def rename_column(session: Session, words: Words, record: Object) -> Object:
    column = need_column(record, words.identifier())
    words.expect("TO")
    name = words.identifier()
    if record.column(name) is not None:
        raise replies.compilation(f"column '{name}' already exists", 1430, "42S21")
    change = f"rename column {quote(column.name)} to {quote(name)}"
    session.raw(f"alter table {located(session, record)} {change}")
    return with_column(record, column, replace(column, name=name))


# -- one column changes ----------------------------------------------------------------------------


def alter_columns(session: Session, words: Words, record: Object) -> Object:
    """ALTER | MODIFY [(] [COLUMN] name change, … [)]"""
    bracket = words.take("(")
    while True:
        words.take("COLUMN")
        column = need_column(record, words.identifier())
        changed = alter_column(session, words, record, column)
        record = with_column(record, column, changed)
        if not words.take(","):
            break
        words.take_any("ALTER", "MODIFY")
    if bracket:
        words.expect(")")
    return record


def alter_column(
    session: Session, words: Words, record: Object, column: TableColumn
) -> TableColumn:
    """One change of one column."""
    place = f"alter table {located(session, record)} alter {quote(column.name)}"
    for phrase, change in COLUMN_CHANGES:
        if words.take(*phrase):
            return change(session, words, place, column)
    words.take("SET", "DATA")
    words.take("TYPE")
    return retype(session, words, place, column)


def require_value(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    session.raw(f"{place} set not null")
    return replace(column, nullable=False)


def allow_null(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    session.raw(f"{place} drop not null")
    return replace(column, nullable=True)


def drop_default(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    """Not of a column that ALTER TABLE has added (page *ALTER TABLE … ALTER COLUMN*)."""
    if column.properties.get("default_added"):
        raise replies.compilation(
            f"cannot drop the default of column '{column.name}': ALTER TABLE has added it"
        )
    session.raw(f"{place} drop default")
    return replace(column, default=None)


def set_default(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    """Snowflake takes only another sequence here (page *ALTER TABLE … ALTER COLUMN*)."""
    raise EngineError(
        "SQL compilation error:\nUnsupported feature 'Alter Column Set Default'.",
        code=2,
        sqlstate="0A000",
    )


def set_comment(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    return replace(column, comment=words.string() or None)


def unset_comment(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    return replace(column, comment=None)


def set_policy(kind: str) -> ColumnChange:
    """A policy of a column: recorded, without effect here."""

    def change(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
        name = ".".join(words.name())
        if words.take("USING"):
            words.parenthesised()
        words.take("FORCE")
        return replace(column, properties={**column.properties, kind: name})

    return change


def unset_policy(kind: str) -> ColumnChange:
    def change(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
        return replace(column, properties={k: v for k, v in column.properties.items() if k != kind})

    return change


def set_tag(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    tags = {**column.properties.get("tags", {}), **settings.tags(words)}
    return replace(column, properties={**column.properties, "tags": tags})


def unset_tag(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    gone = settings.names(words)
    tags = {k: v for k, v in column.properties.get("tags", {}).items() if k not in gone}
    return replace(column, properties={**column.properties, "tags": tags})


COLUMN_CHANGES: tuple[tuple[tuple[str, ...], ColumnChange], ...] = (
    (("SET", "NOT", "NULL"), require_value),
    (("NOT", "NULL"), require_value),
    (("DROP", "NOT", "NULL"), allow_null),
    (("DROP", "DEFAULT"), drop_default),
    (("SET", "DEFAULT"), set_default),
    (("COMMENT",), set_comment),
    (("UNSET", "COMMENT"), unset_comment),
    (("SET", "MASKING", "POLICY"), set_policy("masking_policy")),
    (("UNSET", "MASKING", "POLICY"), unset_policy("masking_policy")),
    (("SET", "PROJECTION", "POLICY"), set_policy("projection_policy")),
    (("UNSET", "PROJECTION", "POLICY"), unset_policy("projection_policy")),
    (("SET", "TAG"), set_tag),
    (("UNSET", "TAG"), unset_tag),
)


def retype(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:
    """A new type, within what the page *ALTER TABLE … ALTER COLUMN* allows: longer text, other
    precision of a number of the same scale if the values fit."""
    text = words.word().lower()
    words.next()
    if words.sees("("):
        text += f"({words.parenthesised()})"
    old, new = types.parse(column.type), types.parse(text)
    length = types.MAX_LENGTH if new.name == "VARCHAR" else types.MAX_BINARY
    if old.name != new.name or old.scale != new.scale or old.digits != new.digits:
        raise cannot_change(column, new, "they have incompatible types")
    if (new.length or length) < (old.length or length):
        raise cannot_change(column, new, "reducing the byte-length of a varchar is not supported")
    if old.precision != new.precision:
        session.raw(f"{place} type {new.duckdb}")
    return replace(column, type=str(new))


def cannot_change(column: TableColumn, new: types.Type, why: str) -> EngineError:
    return replies.compilation(
        f"cannot change column {column.name} from type {column.type} to {new} because {why}.",
        40052,
        "22000",
    )


# -- the table as a whole --------------------------------------------------------------------------


def rename(session: Session, words: Words, record: Object) -> Object:
    """RENAME TO a name in the same database."""
    path = ddl.path_of(session, words.name())
    if objects.find(session, "TABLE", path) is not None:
        raise replies.already_exists(path[2])
    if record.key in session.temporary:
        raise Unsupported("ALTER TABLE … RENAME of a temporary table")
    ddl.require_schema(session, path[0], path[1])
    session.known.refuse_near_name(objects.key("TABLE", *path))
    return move(session, record, path)


def move(session: Session, record: Object, path: ddl.Path) -> Object:
    """Give a table another name; into another schema its rows are copied, since DuckDB has no
    other way."""
    if path[0] != record.database:
        raise Unsupported("moving a table to another database")
    place = located(session, record)
    moved = replace(record, database=path[0], schema=path[1], name=path[2])
    if path[1] == record.schema:
        session.raw(f"alter table {place} rename to {quote(path[2])}")
        return moved
    session.raw(columns.create_table_sql(session, ddl.place(path), moved))
    session.raw(f"insert into {ddl.place(path)} from {place}")
    session.raw(f"drop table {place}")
    return moved


def swap(session: Session, words: Words, record: Object) -> Object:
    """SWAP WITH another table: both names at once; grants stay with the tables."""
    path = ddl.path_of(session, words.name())
    other = ddl.require(session, "TABLE", path)
    if other.key == record.key:
        raise Unsupported("ALTER TABLE … SWAP WITH the table itself")
    if {record.key, other.key} & session.temporary.keys():
        raise Unsupported("ALTER TABLE … SWAP WITH of a temporary table")
    mine = (record.database, record.schema, record.name)
    parked = move(session, record, (*mine[:2], f"{record.name}~swap"))
    theirs = move(session, other, mine)
    swapped = move(session, parked, path)
    objects.put(session, swapped.changed())
    return theirs


def cluster(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    """CLUSTER BY: recorded, without effect here."""
    return record.with_properties(cluster_by=f"LINEAR({words.parenthesised()})")


def recluster(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    words.expect("RECLUSTER")
    return record


def add_constraint(session: Session, words: Words, record: Object) -> Object:
    """A key: recorded and not enforced; a primary key's columns become NOT NULL."""
    tree = dialect.read(f"create table added (x int, {words.rest()})").tree
    added = definitions.of_table(tree).properties["constraints"]  # type: ignore[arg-type]
    known = list(record.properties.get("constraints", []))
    keys = [one for one in (*known, *added) if one["type"] == "PRIMARY KEY"]
    if len(keys) > 1:
        raise replies.compilation(
            f"primary key already exists for table '{record.name}'", 2260, "42601"
        )
    for constraint in added:
        for name in constraint["columns"]:
            column = need_column(record, name)
            if constraint["type"] == "PRIMARY KEY" and column.nullable:
                place = located(session, record)
                session.raw(f"alter table {place} alter {quote(name)} set not null")
                record = with_column(record, column, replace(column, nullable=False))
    return record.with_properties(constraints=[*known, *added])


def drop_constraint(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    name = words.identifier()
    words.take_any("CASCADE", "RESTRICT")
    known = record.properties.get("constraints", [])
    kept = [constraint for constraint in known if constraint["name"] != name]
    if len(kept) == len(known):
        raise replies.does_not_exist("Constraint", name)
    return record.with_properties(constraints=kept or None)


def rename_constraint(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    old = words.identifier()
    words.expect("TO")
    new = words.identifier()
    known = record.properties.get("constraints", [])
    if old not in [constraint["name"] for constraint in known]:
        raise replies.does_not_exist("Constraint", old)
    renamed = [{**one, "name": new} if one["name"] == old else one for one in known]
    return record.with_properties(constraints=renamed)


def drop_key(kind: str) -> Action:
    """DROP PRIMARY KEY, UNIQUE (…) or FOREIGN KEY (…)."""

    def act(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
        listed = words.parenthesised() if words.sees("(") else ""
        names = [name.strip().strip('"').upper() for name in listed.split(",") if name.strip()]
        words.take_any("CASCADE", "RESTRICT")
        kept = [
            constraint
            for constraint in record.properties.get("constraints", [])
            if constraint["type"] != kind
            or (names and [name.upper() for name in constraint["columns"]] != names)
        ]
        return record.with_properties(constraints=kept or None)

    return act


def lose(name: str) -> Action:
    """Take a recorded property away."""

    def act(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
        words.rest()
        return record.with_properties(**{name: None})

    return act


def set_(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    changed = settings.set_properties(words, record)
    known = PROPERTIES[record.kind] | COMMON_PROPERTIES | record.properties.keys()
    for name in changed.properties.keys() - known:
        raise replies.compilation(
            f"invalid property '{name.upper()}' for '{record.kind}'", 1420, "22023"
        )
    return changed


COMMON_PROPERTIES = frozenset({"tags", "change_tracking", "contact"})
# pages *ALTER TABLE*, *ALTER VIEW*, *ALTER MATERIALIZED VIEW*, *ALTER DYNAMIC TABLE*, behind SET
PROPERTIES: dict[str, frozenset[str]] = {
    "TABLE": frozenset(
        {"data_retention_time_in_days", "max_data_extension_time_in_days", "default_ddl_collation"}
        | {"enable_schema_evolution", "row_timestamp", "stage_file_format", "stage_copy_options"}
        | {"error_logging", "enable_data_compaction"}
    ),
    "VIEW": frozenset({"secure"}),
    "MATERIALIZED VIEW": frozenset({"secure"}),
    "DYNAMIC TABLE": frozenset(
        {"target_lag", "warehouse", "initialization_warehouse", "log_level"}
        | {"data_retention_time_in_days", "max_data_extension_time_in_days"}
        | {"default_ddl_collation"}
    ),
}


def unset(session: Session, words: Words, record: Object) -> Object:  # noqa: ARG001
    return settings.unset_properties(words, record)


LOSSES: tuple[tuple[tuple[str, ...], Action], ...] = (
    (("CONSTRAINT",), drop_constraint),
    (("PRIMARY", "KEY"), drop_key("PRIMARY KEY")),
    (("UNIQUE",), drop_key("UNIQUE")),
    (("FOREIGN", "KEY"), drop_key("FOREIGN KEY")),
    (("CLUSTERING", "KEY"), lose("cluster_by")),
    (("SEARCH", "OPTIMIZATION"), lose("search_optimization")),
    (("ROW", "ACCESS", "POLICY"), lose("row_access_policy")),
    (("ALL", "ROW", "ACCESS", "POLICIES"), lose("row_access_policy")),
)

ACTIONS: tuple[tuple[tuple[str, ...], Action], ...] = (
    (("RENAME", "TO"), rename),
    (("RENAME", "COLUMN"), rename_column),
    (("RENAME", "CONSTRAINT"), rename_constraint),
    (("SWAP", "WITH"), swap),
    (("ADD",), add),
    (("DROP",), drop),
    (("ALTER",), alter_columns),
    (("MODIFY",), alter_columns),
    (("CLUSTER", "BY"), cluster),
    (("SUSPEND",), recluster),
    (("RESUME",), recluster),
    (("SET",), set_),
    (("UNSET",), unset),
)
