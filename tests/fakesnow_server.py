"""fakesnow's HTTP server for the tests, with what the real connector must be shown besides.

`python fakesnow_server.py PORT LOG` serves on the loopback interface until it is ended and appends
a JSON line per statement (`sql`, `tag`) to LOG.

fakesnow cannot do these; here they are put in words that it understands:

- `create or replace table … clone … copy grants`: a copy of the rows (fakesnow knows no grants);
  a clone of a transient table must be transient
- `create temporary table schema.name`: an ordinary table (fakesnow makes none in a schema)
- `current_role()`, `current_warehouse()`: null
- `current_transaction()`: 1 between a `begin` and a `commit` or `rollback`, else null

A statement with a comment `/* fault: … */` meets that fault the first time it is sent; one that
runs `until cancelled` ends when somebody calls `system$cancel_all_queries`. The account `nowhere`
does not exist; the user `stranger` may not sign in; for `newcomer` no database is made. What
fakesnow fails at for want of a feature is an SQL error, not an answer 500, which the connector
would try again.

`POST /faults/drop?at=7&executed=1` drops the session that sends the seventh statement from then on,
before that is executed or after it: its transaction is rolled back, and it no longer exists.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from fakesnow.server import app, sessions, to_token
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

CLONE = re.compile(
    r"create or replace (transient )?table (\S+) clone (\S+)(?: copy grants)?", re.IGNORECASE
)
TRANSIENT = re.compile(r"create (?:or replace )?transient table (\S+)", re.IGNORECASE)
CANCEL = re.compile(r"system\$cancel_all_queries\(\w*\)", re.IGNORECASE)
TEMPORARY = re.compile(r"^create or replace temporary table", re.IGNORECASE)
UNKNOWN = re.compile(r"current_(?:role|warehouse)\(\)", re.IGNORECASE)
TRANSACTION = re.compile(r"current_transaction\(\)", re.IGNORECASE)
FAULT = re.compile(r"/\* fault: (.+?) \*/")

NOT_TRANSIENT = "SQL compilation error:\nTransient object cannot be cloned to a permanent object."
LOCKED = (
    "Statement '01b6c04c-0108-5374-0008-50d700010052' has locked table 'T' in transaction 1 and "
    "this lock has not yet been released."
)
GONE = "Session no longer exists. New login required to access the service."
FAULTS: dict[str, Callable[[], Response]] = {
    "lock timeout": lambda: _error("000625", "57014", LOCKED),
    "no warehouse": lambda: _error("000606", "57P03", "No active warehouse selected."),
    "until cancelled": lambda: _error("000604", "57014", "SQL execution canceled"),
    "service unavailable": lambda: Response(status_code=503),
}

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Server:
    """fakesnow's application behind the changes above (ASGI)."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.met: set[str] = set()
        self.in_transaction: set[str] = set()
        self.cancelled = asyncio.Event()
        self.transient: set[str] = set()
        self.until_drop = 0
        self.drop_executed = False
        self.dropped: set[str] = set()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        answer: Response | None = None
        if scope["type"] == "http" and scope["path"] == "/faults/drop":
            answer = self._plan_drop(Request(scope))
        elif scope["type"] == "http" and scope["path"] == "/session/v1/login-request":
            answer, receive = await self._login(scope, receive)
        elif scope["type"] == "http" and scope["path"] == "/queries/v1/query-request":
            answer, receive = await self._query(scope, receive)
            send = _without_500(send)
            answer = await self._drop(scope, receive, answer)
        await (answer or app)(scope, receive, send)

    def _plan_drop(self, request: Request) -> Response:
        self.until_drop = int(request.query_params["at"])
        self.drop_executed = request.query_params["executed"] == "1"
        return JSONResponse({})

    async def _drop(
        self, scope: dict[str, Any], receive: Receive, answer: Response | None
    ) -> Response | None:
        """What a dropped session is told, and the one whose turn it is."""
        token = to_token(Request(scope))
        if token not in self.dropped:
            self.until_drop -= 1
            if self.until_drop != 0:
                return answer
            if self.drop_executed and answer is None:
                await app(scope, receive, _unheard)
            sessions.pop(token)._duck_conn.close()
            self.dropped.add(token)
        return _error("390111", "08002", GONE)

    async def _login(
        self, scope: dict[str, Any], receive: Receive
    ) -> tuple[Response | None, Receive]:
        body = await _body(scope, receive)
        data = body["data"]
        if data["ACCOUNT_NAME"] == "nowhere":
            return Response(status_code=404), receive
        if data.get("LOGIN_NAME") == "stranger":
            message = "Incorrect username or password was specified."
            return _error("390100", None, message), receive
        if data.get("LOGIN_NAME") == "newcomer":
            scope["query_string"] = b""  # else fakesnow makes the database
        return None, _again(scope, body)

    async def _query(
        self, scope: dict[str, Any], receive: Receive
    ) -> tuple[Response | None, Receive]:
        body = await _body(scope, receive)
        sql = body["sqlText"]
        with self.log.open("a") as log:
            tag = (body.get("parameters") or {}).get("QUERY_TAG")
            log.write(json.dumps({"sql": sql, "tag": tag}) + "\n")
        fault = FAULT.search(sql)
        if fault and sql not in self.met:
            self.met.add(sql)
            if fault[1] == "until cancelled":
                await self.cancelled.wait()
            return FAULTS[fault[1]](), receive
        self.transient.update(name.lower() for name in TRANSIENT.findall(sql))
        clone = CLONE.match(sql)
        if clone and not clone[1] and clone[3].lower() in self.transient:
            return _error("002120", "0A000", NOT_TRANSIENT), receive
        sql = CLONE.sub(r"create or replace table \2 as select * from \3", sql)
        sql, cancels = CANCEL.subn("'query cancelled.'", sql)
        if cancels:
            self.cancelled.set()
        sql = TEMPORARY.sub("create or replace table", sql)
        sql = TRANSACTION.sub(self._transaction(scope, sql), sql)
        body["sqlText"] = UNKNOWN.sub("null", sql)
        return None, _again(scope, body)

    def _transaction(self, scope: dict[str, Any], sql: str) -> str:
        """Note what the statement does to its session's transaction; that transaction's number."""
        session = Request(scope).headers["authorization"]
        word = sql.split(maxsplit=1)[0].lower()
        if word == "begin":
            self.in_transaction.add(session)
        elif word in ("commit", "rollback"):
            self.in_transaction.discard(session)
        return "1" if session in self.in_transaction else "null"


def _error(code: str, sqlstate: str | None, message: str) -> Response:
    data = {"errorCode": code, "sqlState": sqlstate, "queryId": "01b6c04c-0108-5374"}
    return JSONResponse({"data": data, "code": code, "message": message, "success": False})


async def _body(scope: dict[str, Any], receive: Receive) -> dict[str, Any]:
    raw = await Request(scope, receive).body()
    zipped = (b"content-encoding", b"gzip") in scope["headers"]
    body: dict[str, Any] = json.loads(gzip.decompress(raw) if zipped else raw)
    return body


def _again(scope: dict[str, Any], body: dict[str, Any]) -> Receive:
    """The request's body, to be read once more, unpacked."""
    scope["headers"] = [
        pair for pair in scope["headers"] if pair[0] not in (b"content-encoding", b"content-length")
    ]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    return receive


async def _unheard(_message: dict[str, Any]) -> None:
    """An answer that never arrives."""


def _without_500(send: Send) -> Send:
    async def sender(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] == 500:
            message = {**message, "status": 200}
        await send(message)

    return sender


if __name__ == "__main__":
    uvicorn.run(
        Server(Path(sys.argv[2])),  # type: ignore[arg-type]
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="error",
    )
