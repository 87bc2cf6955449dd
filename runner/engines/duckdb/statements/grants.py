"""GRANT, REVOKE and SHOW GRANTS: recorded with the object, without effect here."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from runner.engines import Result
from runner.engines.duckdb import objects
from runner.engines.duckdb.dialect import Statement
from runner.engines.duckdb.objects import Grant, Object
from runner.engines.duckdb.statements import ddl, handles, kinds, layouts, replies
from runner.engines.duckdb.statements.words import Words
from runner.engines.duckdb.store import ACCOUNT

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

# what ALL PRIVILEGES stands for (page *Access control privileges*)
EVERY = {
    "TABLE": (
        *("DELETE", "EVOLVE SCHEMA", "INSERT", "REBUILD"),
        *("REFERENCES", "SELECT", "TRUNCATE", "UPDATE"),
    ),
    "VIEW": ("REFERENCES", "SELECT"),
    "WAREHOUSE": ("APPLYBUDGET", "MODIFY", "MONITOR", "OPERATE", "USAGE"),
}


class Wording(NamedTuple):
    """What a GRANT or REVOKE says: the privileges, on which objects, to whom."""

    privileges: tuple[str, ...]
    holders: list[Object]
    future: str
    to: str
    name: str


@handles("GRANT")
def grant(session: Session, statement: Statement) -> Result:
    """`grant <privileges> on … to role …`, `grant role … to role | user …`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("GRANT")
    said = wording(session, words, "TO")
    option = words.take("WITH", "GRANT", "OPTION")
    keeping = not words.take("REVOKE", "CURRENT", "GRANTS")
    words.take("COPY", "CURRENT", "GRANTS")
    words.end()
    with ddl.alone(session):
        for holder in said.holders:
            if said.privileges == ("OWNERSHIP",) and not said.future:
                kept = holder.grants if keeping else ()
                objects.put(session, holder.changed(owner=said.name, grants=kept))
            else:
                added = expand(said, holder, option=option)
                kept = without(holder.grants, added)
                objects.put(session, replace(holder, grants=(*kept, *added)))
    return replies.succeeded()


@handles("REVOKE")
def revoke(session: Session, statement: Statement) -> Result:
    """`revoke [grant option for] <privileges> on … from role …`"""
    words = Words(statement.sql, session.variables, statement.tokens)
    words.expect("REVOKE")
    option_only = words.take("GRANT", "OPTION", "FOR")
    said = wording(session, words, "FROM")
    words.take_any("CASCADE", "RESTRICT")
    words.end()
    with ddl.alone(session):
        for holder in said.holders:
            gone = expand(said, holder, option=False)
            kept = without(holder.grants, gone)
            if option_only:
                kept = (*kept, *gone)
            objects.put(session, replace(holder, grants=kept))
    return replies.succeeded()


def wording(session: Session, words: Words, towards: str) -> Wording:
    """Read what stands between GRANT and the end of the grantee."""
    for kind in ("DATABASE ROLE", "ROLE"):
        if words.take(*kind.split()):
            holder = assumed(session, kind, words.name())
            words.expect(towards)
            return Wording(("USAGE",), [holder], "", *grantee(words))
    privileges = read_privileges(words)
    holders, future = on(session, words)
    words.expect(towards)
    return Wording(privileges, holders, future, *grantee(words))


def read_privileges(words: Words) -> tuple[str, ...]:
    """Privileges with commas between them, up to ON."""
    found: list[str] = []
    current: list[str] = []
    while not words.take("ON"):
        if words.take(","):
            found.append(" ".join(current))
            current = []
        else:
            current.append(words.next().text.upper())
    found.append(" ".join(current))
    return tuple("ALL" if one == "ALL PRIVILEGES" else one for one in found)


def on(session: Session, words: Words) -> tuple[list[Object], str]:
    """The objects behind ON; with FUTURE the schema or database, and the kind."""
    if words.take("ACCOUNT"):
        return [assumed(session, "ACCOUNT", ("ACCOUNT",))], ""
    if words.take("FUTURE"):
        kind = kinds.read(words, plural=True)
        return [container(session, words)], kind
    if words.take("ALL"):
        kind = kinds.read(words, plural=True)
        inside = container(session, words)
        schema = inside.name if inside.kind == "SCHEMA" else None
        found = objects.members(session, inside.database, schema)
        return [record for record in found if record.kind == kind], ""
    kind = kinds.read(words)
    name = words.name()
    if words.sees("("):
        name = (*name[:-1], f"{name[-1]}({signature(words)})")
    return [assumed(session, kind, name)], ""


def signature(words: Words) -> str:
    return ", ".join(part.strip().upper() for part in words.parenthesised().split(","))


def container(session: Session, words: Words) -> Object:
    """`in schema …` or `in database …`"""
    words.expect("IN")
    if words.take("SCHEMA"):
        return ddl.require_schema(session, *ddl.schema_of(session, words.name()))
    words.expect("DATABASE")
    return ddl.require_database(session, words.name()[-1])


def assumed(session: Session, kind: str, name: tuple[str, ...]) -> Object:
    """The object, or for the account's own kinds a record that only holds grants."""
    path = kinds.path(session, kind, name)
    found = objects.find(session, kind, path)
    if found is not None:
        return found
    if kinds.is_account(kind):
        return Object(kind, *path, properties={"assumed": True})
    if path[1]:
        ddl.require_schema(session, path[0], path[1])
    else:
        ddl.require_database(session, path[0])
    raise replies.does_not_exist(kind.capitalize(), ".".join(filter(None, path)))


def grantee(words: Words) -> tuple[str, str]:
    """To whom: the kind and the name; a bare name is a role."""
    for kind in ("DATABASE ROLE", "APPLICATION ROLE", "ROLE", "USER", "SHARE"):
        if words.take(*kind.split()):
            return kind, ".".join(words.name())
    return "ROLE", ".".join(words.name())


def expand(said: Wording, holder: Object, *, option: bool) -> tuple[Grant, ...]:
    """The single privileges; ALL is written out where its parts are known."""
    kind = said.future or holder.kind
    names: list[str] = []
    for privilege in said.privileges:
        names.extend(EVERY.get(kind, ("ALL",)) if privilege == "ALL" else (privilege,))
    return tuple(
        Grant(privilege, said.to, said.name, option=option, future=said.future)
        for privilege in names
    )


def without(grants: tuple[Grant, ...], gone: tuple[Grant, ...]) -> tuple[Grant, ...]:
    taken = {(g.privilege, g.to, g.name, g.future) for g in gone}
    return tuple(g for g in grants if (g.privilege, g.to, g.name, g.future) not in taken)


def everything(session: Session) -> list[Object]:
    """Every recorded object of every database, and the account's."""
    databases = [ACCOUNT, *sorted(session.store.databases)]
    return [record for database in databases for record in objects.members(session, database)]


def show_grants(session: Session, words: Words) -> Result:
    """`show grants [on … | to … | of role …]`; without more, those of the current role."""
    if words.take("ON"):
        holders, _ = on(session, words)
        words.end()
        return layouts.result("grants", [row for holder in holders for row in held(holder)])
    if words.take("OF"):
        kind = kinds.read(words)
        holder = assumed(session, kind, words.name())
        words.end()
        return layouts.result("grants_of", [given_role(holder, grant) for grant in holder.grants])
    if words.take("TO"):
        to, name = grantee(words)
    else:
        to, name = "ROLE", session.parameters.get("CURRENT_ROLE", "SYSADMIN")
    words.end()
    found = [row for holder in everything(session) for row in held(holder)]
    mine = [row for row in found if (row["granted_to"], row["grantee_name"]) == (to, name)]
    return layouts.result("grants", mine)


def held(holder: Object) -> list[dict[str, Any]]:
    """The privileges on an object as rows, its ownership first."""
    rows = [grant_row(holder, grant) for grant in holder.grants if not grant.future]
    if holder.properties.get("assumed"):
        return rows
    owned = Grant(
        "OWNERSHIP", "ROLE", holder.owner, option=True, created=holder.created.isoformat()
    )
    return [grant_row(holder, owned), *rows]


def grant_row(holder: Object, grant: Grant) -> dict[str, Any]:
    path = (holder.database, holder.schema, holder.name)
    whole = kinds.is_account(holder.kind) or holder.kind == "DATABASE"
    return {
        "created_on": datetime.fromisoformat(grant.created),
        "privilege": grant.privilege,
        "granted_on": holder.kind.replace(" ", "_"),
        "name": holder.name if whole else ".".join(filter(None, path)),
        "granted_to": grant.to,
        "grantee_name": grant.name,
        "grant_option": str(grant.option).lower(),
        "granted_by": holder.owner,
    }


def given_role(holder: Object, grant: Grant) -> dict[str, Any]:
    row = grant_row(holder, grant)
    return {**row, "role": holder.name}


def show_future_grants(session: Session, words: Words) -> Result:
    """`show future grants in schema … | in database … | to role …`"""
    if words.take("TO"):
        wanted: tuple[str, str] | None = grantee(words)
        holders = everything(session)
    else:
        wanted, holders = None, [container(session, words)]
    words.end()
    rows = [
        future_row(holder, grant)
        for holder in holders
        for grant in holder.grants
        if grant.future and wanted in (None, (grant.to, grant.name))
    ]
    return layouts.result("future_grants", rows)


def future_row(holder: Object, grant: Grant) -> dict[str, Any]:
    row = grant_row(holder, grant)
    return {
        **row,
        "grant_on": grant.future,
        "name": f"{row['name']}.<{grant.future}>",
        "grant_to": grant.to,
    }
