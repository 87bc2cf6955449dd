"""The kinds of objects, where they live, and how statements name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.engines.duckdb.statements import ddl
from runner.engines.duckdb.statements.words import Words
from runner.engines.duckdb.store import ACCOUNT
from runner.errors import EngineError, Unsupported

if TYPE_CHECKING:
    from runner.engines.duckdb.session import Session

INTEGRATIONS = ("STORAGE", "API", "NOTIFICATION", "SECURITY", "CATALOG", "EXTERNAL ACCESS")

# kind -> its plural in SHOW and GRANT … ON ALL; longer names first, so that words are read greedily
IN_SCHEMA = {
    "MATERIALIZED VIEW": "MATERIALIZED VIEWS",
    "DYNAMIC TABLE": "DYNAMIC TABLES",
    "EXTERNAL TABLE": "EXTERNAL TABLES",
    "FILE FORMAT": "FILE FORMATS",
    "MASKING POLICY": "MASKING POLICIES",
    "ROW ACCESS POLICY": "ROW ACCESS POLICIES",
    "AGGREGATION POLICY": "AGGREGATION POLICIES",
    "PROJECTION POLICY": "PROJECTION POLICIES",
    "PASSWORD POLICY": "PASSWORD POLICIES",
    "SESSION POLICY": "SESSION POLICIES",
    "AUTHENTICATION POLICY": "AUTHENTICATION POLICIES",
    "NETWORK RULE": "NETWORK RULES",
    "TABLE": "TABLES",
    "VIEW": "VIEWS",
    "SEQUENCE": "SEQUENCES",
    "STAGE": "STAGES",
    "PIPE": "PIPES",
    "STREAM": "STREAMS",
    "TASK": "TASKS",
    "FUNCTION": "FUNCTIONS",
    "PROCEDURE": "PROCEDURES",
    "TAG": "TAGS",
    "ALERT": "ALERTS",
    "SECRET": "SECRETS",
}
IN_DATABASE = {"DATABASE ROLE": "DATABASE ROLES", "SCHEMA": "SCHEMAS"}
IN_ACCOUNT = {
    "RESOURCE MONITOR": "RESOURCE MONITORS",
    "NETWORK POLICY": "NETWORK POLICIES",
    "COMPUTE POOL": "COMPUTE POOLS",
    "EXTERNAL VOLUME": "EXTERNAL VOLUMES",
    "FAILOVER GROUP": "FAILOVER GROUPS",
    "REPLICATION GROUP": "REPLICATION GROUPS",
    "INTEGRATION": "INTEGRATIONS",
    "WAREHOUSE": "WAREHOUSES",
    "ROLE": "ROLES",
    "USER": "USERS",
    "SHARE": "SHARES",
    "CONNECTION": "CONNECTIONS",
}
DATABASE = {"DATABASE": "DATABASES"}
ALL = {**IN_SCHEMA, **IN_DATABASE, **IN_ACCOUNT, **DATABASE}

# first words of the kinds that are not kept (pages *SHOW <objects>*, *CREATE <object>*)
NOT_KEPT = frozenset(
    {"ACCOUNT", "AGENT", "AGENTS", "AGGREGATE", "APPLICATION", "APPLICATIONS", "AVAILABLE"}
    | {"BACKUP", "BUDGET", "BUDGETS", "CATALOG", "CHANNELS", "CLASSES", "CONFIGURATIONS"}
    | {"CONTACT", "CONTACTS", "CORTEX", "CUSTOM", "DATA", "DATASET", "DATASETS", "DBT"}
    | {"DELEGATED", "DOCUMENTS", "ENDPOINTS", "ENTITLEMENTS", "EVENT", "EXTERNAL", "FEATURE"}
    | {"FILE", "GATEWAY", "GATEWAYS", "GIT", "GLOBAL", "HYBRID", "ICEBERG", "IMAGE", "INDEXES"}
    | {"INTERACTIVE", "JOIN", "LISTING", "LISTINGS", "LOCKS", "MANAGED", "MCP", "MODEL"}
    | {"MODELS", "MODULES", "NOTEBOOK", "NOTEBOOKS", "OFFERS", "ONLINE", "OPENFLOW"}
    | {"ORGANIZATION", "PACKAGES", "POSTGRES", "PRICING", "PRIVACY", "PRIVILEGES"}
    | {"PROVISIONED", "REFERENCES", "REGIONS", "RELEASE", "REPLICATION", "RUN", "SEMANTIC"}
    | {"SERVICE", "SERVICES", "SHARED", "SNAPSHOT", "SNAPSHOTS", "SPECIFICATIONS", "STORAGE"}
    | {"STREAMLIT", "STREAMLITS", "TELEMETRY", "TYPE", "TYPES", "USER", "VERSIONS", "WORKSPACE"}
    | {"WORKSPACES"}
)

TABLE_KINDS = frozenset({"TABLE", "VIEW", "MATERIALIZED VIEW", "DYNAMIC TABLE", "EXTERNAL TABLE"})


def is_account(kind: str) -> bool:
    """Whether objects of this kind belong to the account. Those are not required to exist: an
    account has roles, users and warehouses that no project made."""
    return kind in IN_ACCOUNT or kind == "ACCOUNT"


def read(words: Words, *, plural: bool = False) -> str:
    """The kind of object that comes next; `storage integration` is an `INTEGRATION`."""
    for first in INTEGRATIONS:
        if words.take(*first.split(), "INTEGRATIONS" if plural else "INTEGRATION"):
            return "INTEGRATION"
    for kind, several in ALL.items():
        if words.take(*(several if plural else kind).split()):
            return kind
    raise refusal(words)


def refusal(words: Words) -> EngineError:
    """The error for a kind that is not kept, or for a word that is none."""
    if words.word() not in NOT_KEPT:
        return words.unexpected()
    noun = words.word(1).removesuffix("S")
    return Unsupported(" ".join([words.verb, words.word(), *([words.word(1)] * (noun in NOUNS))]))


NOUNS = frozenset({"TABLE", "FUNCTION", "VIEW", "POLICY", "SERVICE", "PACKAGE", "REPOSITORY"})


def sees_one(words: Words, *, plural: bool = False) -> bool:
    """Whether a kind of object comes next."""
    ending = "INTEGRATIONS" if plural else "INTEGRATION"
    if any(words.sees(*first.split(), ending) for first in INTEGRATIONS):
        return True
    return any(words.sees(*(several if plural else kind).split()) for kind, several in ALL.items())


def path(session: Session, kind: str, name: tuple[str, ...]) -> ddl.Path:
    """Where an object of this kind is recorded."""
    if is_account(kind):
        return ACCOUNT, "", name[-1]
    if kind == "DATABASE":
        return name[-1], "", name[-1]
    if kind in IN_DATABASE:
        database, one = ddl.schema_of(session, name)
        return database, "", one
    return ddl.path_of(session, name)
