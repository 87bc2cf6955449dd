"""The words of a query -> how often it gives something else by itself, and whose functions it
calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot.tokenizer_core import Token, TokenType

from runner.fingerprints import Clock
from runner.nodes import SYSTEM_SCHEMAS, Relation
from runner.parsing.lexer import SNOWFLAKE

# docs.snowflake.com/en/sql-reference/functions-context: what the session, its user or the time
# decides. The first six need no brackets.
_BARE = frozenset(
    {
        "CURRENT_DATE",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "LOCALTIME",
        "LOCALTIMESTAMP",
    }
)
_CONTEXT = frozenset(
    """
    ALL_USER_NAMES CURRENT_ACCOUNT CURRENT_ACCOUNT_NAME CURRENT_AVAILABLE_ROLES CURRENT_CLIENT
    CURRENT_DATABASE CURRENT_IP_ADDRESS CURRENT_ORGANIZATION_NAME CURRENT_ORGANIZATION_USER
    CURRENT_REGION CURRENT_ROLE CURRENT_ROLE_TYPE CURRENT_SCHEMA CURRENT_SCHEMAS
    CURRENT_SECONDARY_ROLES CURRENT_SESSION CURRENT_STATEMENT CURRENT_TRANSACTION CURRENT_VERSION
    CURRENT_WAREHOUSE GETDATE GETVARIABLE GET_CONDITION_QUERY_UUID INVOKER_ROLE INVOKER_SHARE
    IS_APPLICATION_ROLE_IN_SESSION IS_DATABASE_ROLE_IN_SESSION IS_GRANTED_TO_INVOKER_ROLE
    IS_INSTANCE_ROLE_IN_SESSION IS_ROLE_IN_SESSION LAST_QUERY_ID LAST_TRANSACTION POLICY_CONTEXT
    SYSDATE SYSTIMESTAMP SYS_CONTEXT
    """.split()  # noqa: SIM905  (a wall of quotes hides the words)
)
# docs.snowflake.com/en/sql-reference/functions-data-generation (RANDOM with a seed may give other
# numbers, too; UNIFORM, NORMAL, ZIPF and RANDSTR give what their argument decides),
# docs.snowflake.com/en/user-guide/querying-sequences, …/sql-reference/functions/result_scan,
# …/functions/get_ddl, and the functions that ask a model (…/user-guide/snowflake-cortex/aisql).
_OTHERS = frozenset(
    {
        "GETNEXTVAL",
        "GET_DDL",
        "RANDOM",
        "RESULT_SCAN",
        "SEQ1",
        "SEQ2",
        "SEQ4",
        "SEQ8",
        "UUID_STRING",
    }
)
_CALLED = _BARE | _CONTEXT | _OTHERS
_PREFIXES = ("@", "AI_", "SYSTEM$")
_PURE = frozenset({"SYSTEM$TYPEOF"})
_ANYWHERE = frozenset({"CORTEX", "INFORMATION_SCHEMA", "NEXTVAL", "TIMELIMIT"})
_SAMPLES = frozenset({"SAMPLE", "TABLESAMPLE"})
_SEEDS = frozenset({"REPEATABLE", "SEED"})
_BUILT_IN = frozenset(SNOWFLAKE.parser_class.FUNCTIONS)


def clock(said: Sequence[str], reads: Iterable[Relation] = ()) -> Clock:
    """How often the words of a query (`canonical.words`) give something else by themselves.

    They do in each run when they read a stage, the database's own records or the runner's.
    """
    if any(relation.schema in SYSTEM_SCHEMAS for relation in reads):
        return Clock.ALWAYS
    upper = [word.upper() for word in said] if ":" in said else said  # paths are as written
    known = set(upper)
    if not known.isdisjoint(_ANYWHERE) or (known & _SAMPLES and _draws(upper)):
        return Clock.ALWAYS
    prefixed = {word for word in known if word.startswith(_PREFIXES)} - _PURE
    if any(word.startswith("@") for word in prefixed):
        return Clock.ALWAYS
    suspects = known & _CALLED | prefixed
    found = Clock.NEVER
    for place, word in enumerate(upper) if suspects else ():
        if word in suspects and _is_call(upper, place):
            if not _is_of_date(upper, place):
                return Clock.ALWAYS
            found = Clock.DAILY
    return found


def _is_call(said: Sequence[str], place: int) -> bool:
    """Whether a word is a built-in function's and no column's."""
    if place and said[place - 1] == ".":
        return False
    return said[place] in _BARE or said[place + 1 : place + 2] == ["("]


def _is_of_date(said: Sequence[str], place: int) -> bool:
    """Whether a call gives the date alone: `current_date`, `current_timestamp()::date`."""
    if said[place] == "CURRENT_DATE":
        return True
    behind = said[place + 1 : place + 5]
    return behind[:2] == ["::", "DATE"] or behind == ["(", ")", "::", "DATE"]


def _draws(said: Sequence[str]) -> bool:
    """Whether rows are drawn without a seed (Snowflake's page "SAMPLE / TABLESAMPLE")."""
    drawn = [
        place for place, word in enumerate(said) if word in _SAMPLES and said[place - 1] != "."
    ]
    return len(drawn) > sum(word in _SEEDS for word in said)


def calls(said: Sequence[str], tokens: Sequence[Token]) -> frozenset[Relation]:
    """The functions that a query calls which may be a migration's; without a schema, of PUBLIC.

    Some are none: what stands before a bracket may also be a name with columns.
    """
    found: set[Relation] = set()
    for place, word in enumerate(said):
        if word != "(" or not place:
            continue
        name = tokens[place - 1]
        if place > 2 and said[place - 2] == ".":
            found.add(Relation(_stored(tokens[place - 3]), _stored(name)))
        elif name.token_type == TokenType.IDENTIFIER or (
            name.token_type == TokenType.VAR and _stored(name) not in _BUILT_IN
        ):
            found.add(Relation("PUBLIC", _stored(name)))
    return frozenset(found)


def _stored(token: Token) -> str:
    return token.text if token.token_type == TokenType.IDENTIFIER else token.text.upper()
