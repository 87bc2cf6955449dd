"""ALTER TABLE … ADD, DROP, RENAME and ALTER COLUMN (pages *ALTER TABLE* and *… ALTER COLUMN*)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from runner.engines.duckdb import dialect, types
from runner.engines.duckdb.names import quote
from runner.engines.duckdb.objects import Object, TableColumn
from runner.engines.duckdb.scopes import invalid_identifier
from runner.engines.duckdb.statements import columns, counters, ddl, definitions, replies, settings
from runner.engines.duckdb.statements.words import Words
from runner.errors import EngineError

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

ColumnChange = Callable[["Session", Words, str, TableColumn], TableColumn]


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


def add(session: Session, words: Words, record: Object) -> Object:
    """ADD [COLUMN] [IF NOT EXISTS] definition, …"""
    while True:
        words.take("COLUMN")
        quiet = words.take("IF", "NOT", "EXISTS")
        start, end = words.item()
        tree = dialect.part(words.sql, start, end, "create table added").tree
        declared = definitions.of_table(tree)  # type: ignore[arg-type]
        column = declared.columns[0]
        if record.column(column.name) is None:
            record = add_column(session, record, column)
        elif not quiet:
            raise replies.compilation(f"column '{column.name}' already exists", 1430, "42S21")
        record = with_constraints(record, declared.properties.get("constraints", []))
        if not words.take(","):
            return record


def with_constraints(record: Object, added: list[dict[str, Any]]) -> Object:
    known = list(record.properties.get("constraints", []))
    return record.with_properties(constraints=[*known, *added]) if added else record


def add_column(session: Session, record: Object, column: TableColumn) -> Object:
    """Add one column; rows that are there get its default (page *ALTER TABLE*)."""
    place = located(session, record)
    wants_value = column.identity is not None or (not column.nullable and column.default is None)
    if wants_value and filled(session, place):
        raise replies.compilation(
            f"Non-nullable column '{column.name}' cannot be added to non-empty table "
            f"'{record.name}' unless it has a non-null default value.",
            2140,
            "42601",
        )
    if column.default is not None:
        column = replace(column, properties={**column.properties, "default_added": True})
    column = counters.own(columns.resolved(session, column))
    counters.create(session, record.database, column)
    columns.check_names([*(c.name for c in record.columns), column.name], len(record.columns) + 1)
    nullable = replace(column, nullable=True)
    text = columns.column_sql(session, record.database, nullable)
    session.raw(f"alter table {place} add column {text}")
    if not column.nullable:
        session.raw(f"alter table {place} alter {quote(column.name)} set not null")
    return replace(record, columns=(*record.columns, column))


def drop(session: Session, words: Words, record: Object) -> Object:
    """DROP [COLUMN] [IF EXISTS] names"""
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
    counters.drop_all(session, replace(record, columns=(column,)))
    kept = [c for c in rest.properties.get("constraints", []) if column.name not in c["columns"]]
    return rest.with_properties(constraints=kept or None)


def rename(session: Session, words: Words, record: Object) -> Object:
    column = need_column(record, words.identifier())
    words.expect("TO")
    name = words.identifier()
    if record.column(name) is not None:
        raise replies.compilation(f"column '{name}' already exists", 1430, "42S21")
    change = f"rename column {quote(column.name)} to {quote(name)}"
    session.raw(f"alter table {located(session, record)} {change}")
    return with_column(record, column, replace(column, name=name))


def alter(session: Session, words: Words, record: Object) -> Object:
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
    place = located(session, record)
    for phrase, act in CHANGES:
        if words.take(*phrase):
            return act(session, words, place, column)
    words.take("SET", "DATA")
    words.take("TYPE")
    return retype(session, words, place, column)


def change(place: str, column: TableColumn) -> str:
    """The beginning of DuckDB's statement that changes a column."""
    return f"alter table {place} alter {quote(column.name)}"


def require_value(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    if types.parse(column.type).name in types.SEMI_STRUCTURED and filled(session, place):
        raise replies.compilation(
            f"column '{column.name}' of type {column.type} cannot be set to NOT NULL: the table "
            "has rows"
        )
    session.raw(f"{change(place, column)} set not null")
    return replace(column, nullable=False)


def filled(session: Session, place: str) -> bool:
    """Whether a table has rows."""
    return bool(session.raw(f"select exists (from {place})")[0][0])


def allow_null(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    session.raw(f"{change(place, column)} drop not null")
    return replace(column, nullable=True)


def drop_default(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    """Not of a column that ALTER TABLE has added (page *ALTER TABLE … ALTER COLUMN*)."""
    if column.properties.get("default_added"):
        raise replies.compilation(
            f"cannot drop the default of column '{column.name}': ALTER TABLE has added it"
        )
    session.raw(f"{change(place, column)} drop default")
    return replace(column, default=None)


def set_default(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:
    """Another sequence for a column that takes its values from one; Snowflake refuses any other
    default (page *ALTER TABLE … ALTER COLUMN*)."""
    name = words.name() if words.word(1) == "." else ()
    if name[-1:] != ("NEXTVAL",) or not is_sequence(column.default):
        raise EngineError(
            "SQL compilation error:\nUnsupported feature 'Alter Column Set Default'.",
            code=2,
            sqlstate="0A000",
        )
    path = ddl.path_of(session, name[:-1])
    ddl.require(session, "SEQUENCE", path)
    changed = replace(column, default=columns.nextval(path))
    filling = columns.default_sql(session, path[0], changed)
    session.raw(f"{change(place, column)} set default ({filling})")
    return changed


def is_sequence(default: str | None) -> bool:
    return default is not None and default.upper().endswith(".NEXTVAL")


def set_comment(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    return replace(column, comment=words.string() or None)


def unset_comment(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    return replace(column, comment=None)


def set_policy(kind: str) -> ColumnChange:
    """A policy of a column: recorded, without effect here."""

    def act(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
        name = ".".join(words.name())
        if words.take("USING"):
            words.parenthesised()
        words.take("FORCE")
        return replace(column, properties={**column.properties, kind: name})

    return act


def unset_policy(kind: str) -> ColumnChange:
    def act(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
        return replace(column, properties={k: v for k, v in column.properties.items() if k != kind})

    return act


def set_tag(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    tags = {**column.properties.get("tags", {}), **settings.tags(words)}
    return replace(column, properties={**column.properties, "tags": tags})


def unset_tag(session: Session, words: Words, place: str, column: TableColumn) -> TableColumn:  # noqa: ARG001
    gone = settings.names(words)
    tags = {k: v for k, v in column.properties.get("tags", {}).items() if k not in gone}
    return replace(column, properties={**column.properties, "tags": tags})


CHANGES: tuple[tuple[tuple[str, ...], ColumnChange], ...] = (
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
    new = read_type(words)
    old = types.parse(column.type)
    length = types.MAX_LENGTH if new.name == "VARCHAR" else types.MAX_BINARY
    if old.name != new.name or old.scale != new.scale or old.digits != new.digits:
        raise cannot_change(column, new, "they have incompatible types")
    if (new.length or length) < (old.length or length):
        raise cannot_change(column, new, "reducing the byte-length of a varchar is not supported")
    if old.precision != new.precision:
        session.raw(f"{change(place, column)} type {new.duckdb}")
    return replace(column, type=str(new))


def read_type(words: Words) -> types.Type:
    """The type that comes next. Raises 1003 for a word that is none."""
    if not types.is_type(words.word()):
        raise words.unexpected()
    text = words.next().text
    if words.sees("("):
        text += f"({words.parenthesised()})"
    return types.parse(text)


def cannot_change(column: TableColumn, new: types.Type, why: str) -> EngineError:
    return replies.compilation(
        f"cannot change column {column.name} from type {column.type} to {new} because {why}.",
        40052,
        "22000",
    )
