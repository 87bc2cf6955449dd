"""What a clone of a database knows of its origin: how its change tokens are to be read.

A clone's tables have change tokens of their own. The table `runner.clone_baseline` says which of
them stood for which version in the origin, so that a clone whose sources are as they were is as up
to date as its origin was. That the table is there makes a database a clone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from runner import change_tokens, scripts
from runner.engines import Session
from runner.errors import DOES_NOT_EXIST, EngineError
from runner.nodes import Relation

BASELINE = Relation("RUNNER", "CLONE_BASELINE")


def tokens(
    session: Session, relations: Iterable[Relation], there: Collection[Relation]
) -> Mapping[Relation, str]:
    """The change tokens of relations (see `change_tokens.read`), in a clone those of the origin for
    what has not changed since. `there` are the relations of the database, those of the schema
    runner among them."""
    own = change_tokens.read(session, relations)
    if BASELINE not in there:
        return own
    rows = session.execute(scripts.own("baseline_read")).rows
    origins = {(relation, token): version for relation, token, version in rows}
    return {one: origins.get((str(one), token), token) for one, token in own.items()}


def is_clone(session: Session) -> bool:
    """Whether the session's database was made by `runner clone`."""
    try:
        session.execute(f"select 1 from {BASELINE} limit 0")
    except EngineError as error:
        if error.code != DOES_NOT_EXIST:
            raise
        return False
    return True


def record(
    session: Session, tokens: Mapping[Relation, str], versions: Mapping[Relation, str]
) -> None:
    """Make the session's database a clone, in which these tokens stand for these versions."""
    for statement in scripts.split(scripts.own("baseline_table")):
        session.execute(statement.sql)
    rows = [
        (str(relation), token, versions[relation])
        for relation, token in sorted(tokens.items())
        if relation in versions
    ]
    if rows:
        sql = scripts.own("baseline_rows")
        session.execute(sql.replace("{rows}", scripts.rows_literal(rows)))
