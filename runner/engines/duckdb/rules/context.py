"""What depends on the session and the moment: names, the clock, system functions."""

from __future__ import annotations

from decimal import Decimal

from runner.engines.duckdb import types
from runner.engines.duckdb.names import literal
from runner.engines.duckdb.rules import Call, Value, function
from runner.engines.duckdb.types import DATE, LTZ, NTZ, TEXT, TIME
from runner.errors import Unsupported

CONSTANTS = {
    "CURRENT_ROLE": "SYSADMIN",
    "CURRENT_PRIMARY_ROLE": "SYSADMIN",
    "CURRENT_USER": "RUNNER",
    "CURRENT_WAREHOUSE": "LOCAL",
    "CURRENT_ACCOUNT": "LOCAL",
    "CURRENT_ACCOUNT_NAME": "LOCAL",
    "CURRENT_ORGANIZATION_NAME": "LOCAL",
    "CURRENT_REGION": "LOCAL",
    "CURRENT_VERSION": "9.0.0",
    "CURRENT_CLIENT": "runner",
    "CURRENT_SECONDARY_ROLES": '{"roles":"","value":""}',
    "CURRENT_AVAILABLE_ROLES": '["SYSADMIN"]',
    "CURRENT_IP_ADDRESS": "127.0.0.1",
}


@function(*CONSTANTS, arguments=(0, 0))
def constant(call: Call) -> Value:
    """Who and where one is: what USE has chosen, else the one role, user and account there is."""
    chosen = call.binder.session.parameters.get(call.name, CONSTANTS[call.name])
    return Value(literal(chosen), TEXT)


@function("CURRENT_DATABASE", arguments=(0, 0))
def current_database(call: Call) -> Value:
    return optional(call.binder.session.database)


@function("CURRENT_SCHEMA", arguments=(0, 0))
def current_schema(call: Call) -> Value:
    return optional(call.binder.session.schema)


@function("CURRENT_SCHEMAS", arguments=(0, 0))
def current_schemas(call: Call) -> Value:
    session = call.binder.session
    return Value(literal(f'["{session.database}.{session.schema}"]'), TEXT)


def optional(name: str | None) -> Value:
    return Value("CAST(NULL AS VARCHAR)" if name is None else literal(name), TEXT)


@function("CURRENT_SESSION", "CURRENT_STATEMENT", "CURRENT_TRANSACTION", "LAST_TRANSACTION")
def by_session(call: Call) -> Value:
    """Ids that the session keeps, NULL when there is none."""
    session = call.binder.session
    if call.name == "CURRENT_STATEMENT":
        return Value(literal(session.sql), TEXT)
    if call.name == "CURRENT_SESSION":
        return Value(literal(session.identity), TEXT)
    if call.name == "CURRENT_TRANSACTION" and not session.in_transaction:
        return optional(None)
    return optional(session.last_transaction)


@function("CURRENT_TIMESTAMP", "GETDATE", "SYSTIMESTAMP", "LOCALTIMESTAMP", arguments=(0, 1))
def current_timestamp(call: Call) -> Value:
    return Value(call.binder.now(), LTZ)


@function("SYSDATE", arguments=(0, 0))
def sysdate(call: Call) -> Value:
    """The moment in UTC, without a time zone."""
    return Value(f"CAST({call.binder.now()} AS TIMESTAMP)", NTZ)


@function("CURRENT_DATE", arguments=(0, 0))
def current_date(call: Call) -> Value:
    return Value(f"CAST({call.binder.now()} AS DATE)", DATE)


@function("CURRENT_TIME", "LOCALTIME", arguments=(0, 1))
def current_time(call: Call) -> Value:
    return Value(f"CAST(CAST({call.binder.now()} AS TIMESTAMP) AS TIME)", TIME)


@function("SYSTEM$TYPEOF", arguments=(1, 1))
def system_typeof(call: Call) -> Value:
    """SYSTEM$TYPEOF(12.3) is 'NUMBER(3,1)[SB1]': the type and the class of its storage.

    Snowflake stores a NUMBER by its value, which is known of a literal alone.
    """
    value = call.value(0)
    sizes = {"VARCHAR": "[LOB]", "FLOAT": "[DOUBLE]", "NUMBER": ""}
    if value.type.name == "NUMBER":
        sizes["NUMBER"] = storage(value)
    return Value(literal(f"{value.type}{sizes.get(value.type.name, '')}"), TEXT)


def storage(value: Value) -> str:
    """The bytes that a literal NUMBER takes without its decimal point."""
    if isinstance(value.const, (int, Decimal)):
        digits = int(Decimal(value.const).scaleb(value.type.scale))
    elif value.type.precision <= 2:
        digits = 99
    else:
        raise Unsupported(
            "SYSTEM$TYPEOF of a NUMBER that is no literal",
            "make a table of the query and describe it",
        )
    return next(f"[SB{size}]" for size in (1, 2, 4, 8, 16) if digits.bit_length() < 8 * size)


@function("SYSTEM$WAIT", arguments=(1, 2))
def system_wait(call: Call) -> Value:
    if call.constant(0) != 0:
        raise Unsupported("SYSTEM$WAIT for more than 0 seconds")
    return Value("'waited 0 seconds'", TEXT)


@function("LAST_QUERY_ID", arguments=(0, 1))
def last_query_id(call: Call) -> Value:
    if len(call):
        raise Unsupported("LAST_QUERY_ID with a number")
    return optional(call.binder.session.last_query_id)


@function("SEQ1", "SEQ2", "SEQ4", "SEQ8", arguments=(0, 1))
def seq(call: Call) -> Value:
    """The number of the row that a GENERATOR gives, from 0."""
    if len(call) and call.constant(0) != 0:
        raise Unsupported(f"{call.name} with a sign")
    row = call.binder.scope.column("#ROW", ())
    if row is None:
        raise Unsupported(f"{call.name} without one GENERATOR in FROM")
    return Value(row.sql, types.INTEGER)
