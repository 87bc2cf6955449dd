"""Whether a table or view has changed: the database's own token for each, compared for equality.

Snowflake's page *SYSTEM$LAST_CHANGE_COMMIT_TIME*: when two calls give different tokens, the table,
or something that the view reads, has changed between them. It is a look into metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from runner import scripts
from runner.engines import Session
from runner.errors import Cancelled, ConnectionFailed, EngineError
from runner.nodes import Relation

AT_ONCE = 1000  # relations in one statement
MISSING = 2003  # Snowflake's error: does not exist or not authorized
PATIENCE = 32  # statements that may fail before nothing more is asked


def read(session: Session, relations: Iterable[Relation]) -> Mapping[Relation, str]:
    """The tokens of relations, in one statement for up to a thousand.

    A relation is left out when it is not there or the database does not tell: it must be taken for
    changed. Ask for relations that are known to be there: where one is not, the statement is sent
    again for each half of them. Raises `Cancelled` and `ConnectionFailed`.
    """
    asked = sorted(set(relations))
    open_ = [asked[start : start + AT_ONCE] for start in range(0, len(asked), AT_ONCE)]
    found: dict[Relation, str] = {}
    failures = 0
    while open_ and failures < PATIENCE:
        some = open_.pop()
        try:
            row = session.execute(statement(some)).rows[0]
        except (Cancelled, ConnectionFailed):
            raise
        except EngineError as error:
            if error.code != MISSING:
                break
            failures += 1
            middle = len(some) // 2
            open_ += [some[:middle], some[middle:]] if middle else []
        else:
            told = zip(some, row, strict=True)
            found.update({one: str(token) for one, token in told if token is not None})
    return found


def statement(relations: Sequence[Relation]) -> str:
    """The statement that asks for these: one row, a column for each."""
    calls = (f"system$last_change_commit_time({scripts.literal(str(one))})" for one in relations)
    return "select\n    " + ",\n    ".join(calls)
