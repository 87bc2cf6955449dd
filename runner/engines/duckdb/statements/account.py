"""Objects that have no meaning on one machine: recorded, shown, without effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.objects import Object
from runner.engines.duckdb.statements import ddl, handles, kinds, programs, replies, settings
from runner.engines.duckdb.statements.words import Words
from runner.errors import Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

# what would run or hold rows on Snowflake, so that recording it would be pretending
MEANT = frozenset(
    {"STREAM", "PROCEDURE", "EXTERNAL TABLE", "TABLE", "VIEW", "STAGE", "PIPE", "FILE FORMAT"}
    | {"SEQUENCE", "FUNCTION", "MATERIALIZED VIEW", "DYNAMIC TABLE", "DATABASE", "SCHEMA"}
)
SECRETS = frozenset({"PASSWORD", "SECRET_STRING", "RSA_PUBLIC_KEY", "RSA_PUBLIC_KEY_2"})


@handles("CREATE")
def create(session: Session, statement: Statement) -> Result:
    """`create [or replace] <kind> [if not exists] <name> …` for every kind that is only recorded.
    What is secret is not written down."""
    words = Words(statement.sql, session.variables, statement.tokens)
    head = ddl.opening(words)
    kind = kinds.read(words)
    if kind in MEANT:
        raise Unsupported(f"CREATE {kind}")
    quiet = words.take("IF", "NOT", "EXISTS")
    path = kinds.path(session, kind, words.name())
    if not kinds.is_account(kind):
        ddl.require_schema(session, path[0], path[1] or path[2])
    found = known(objects.find(session, kind, path))
    if found and quiet:
        return replies.status(f"{path[2]} already exists, statement succeeded.")
    if found and not head.replace:
        raise replies.already_exists(path[2])
    given = clauses(words)
    comment = given.pop("comment", None)
    definition = None if kind in ("SECRET", "USER") else statement.sql.strip()
    record = Object(kind, *path, comment=comment, properties={**given, "definition": definition})
    with ddl.alone(session):
        objects.put(session, record.changed(grants=ddl.granted(session, record)))
    return replies.status(f"{kind.capitalize()} {path[2]} successfully created.")


def known(record: Object | None) -> Object | None:
    """The record, unless it only holds grants on something that the account is taken to have."""
    return None if record is None or record.properties.get("assumed") else record


def clauses(words: Words) -> dict[str, Any]:
    """The `key = value` properties of a statement, up to AS or a condition; other clauses stay in
    its text."""
    found: dict[str, Any] = {}
    while not words.done and words.word() not in ("AS", "WHEN", "IF"):
        properties = ddl.lowered(words.properties())
        found.update(properties)
        if not properties:
            words.next()
    return {k: v for k, v in found.items() if k.upper() not in SECRETS}


@handles("ALTER")
def alter(session: Session, statement: Statement) -> Result:
    """`alter <kind> [if exists] <name> …`: SET, UNSET and RENAME TO are recorded, anything else is
    taken and without effect."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("ALTER")
    if words.take("ACCOUNT"):
        return replies.succeeded()
    kind = kinds.read(words)
    quiet = words.take("IF", "EXISTS")
    if kind in ("WAREHOUSE", "USER") and words.word() in ("SET", "SUSPEND", "RESUME", "UNSET"):
        return replies.succeeded()
    path = kinds.path(session, kind, words.name())
    record = known(objects.find(session, kind, path))
    if record is None:
        if quiet or kinds.is_account(kind):
            return replies.succeeded()
        raise replies.does_not_exist(kind.capitalize(), ".".join(filter(None, path)))
    refuse_effect(kind, words)
    with ddl.alone(session):
        changed = changed_record(session, words, record)
        if changed.key != record.key:
            objects.drop(session, record.key)
        objects.put(session, changed.changed())
    return replies.succeeded()


def refuse_effect(kind: str, words: Words) -> None:
    """Changes of objects that do have a meaning here, and that no handler of theirs knows."""
    if kind in programs.KINDS and words.word() in ("MODIFY", "ADD", "REMOVE", "FINALIZE"):
        raise Unsupported(f"ALTER {kind} … {words.word()}", "create it anew with OR REPLACE")
    harmless = words.word() in ("SET", "UNSET", "ADD", "REFRESH", "RESUME", "ENABLE", "DISABLE")
    if kind in MEANT and not harmless:
        raise Unsupported(f"ALTER {kind} … {words.word()}")


def changed_record(session: Session, words: Words, record: Object) -> Object:
    """The record after the change that comes next."""
    if words.take("RENAME", "TO"):
        database, schema, name = kinds.path(session, record.kind, words.name())
        return record.changed(database=database, schema=schema, name=name)
    if words.take("SET"):
        changed = settings.set_properties(words, record)
        words.rest()
        return changed
    if words.take("UNSET"):
        return settings.unset_properties(words, record)[0]
    state = words.take_any("SUSPEND", "RESUME")
    words.rest()
    return record.with_properties(state=programs.STATES[state]) if state else record


@handles("DROP")
def drop(session: Session, statement: Statement) -> Result:
    """`drop <kind> [if exists] <name>` of what is only recorded."""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("DROP")
    kind = kinds.read(words)
    quiet = words.take("IF", "EXISTS")
    path = kinds.path(session, kind, words.name())
    words.rest()
    record = known(objects.find(session, kind, path))
    if record is None:
        if quiet:
            return replies.gone(path[2])
        raise replies.does_not_exist(kind.capitalize(), path[2])
    with ddl.alone(session):
        objects.drop(session, record.key)
    return replies.status(f"{path[2]} successfully dropped.")
