"""Where the credentials come from: `connections.toml` and the environment, never the project.

The order is that of the Snowflake CLI ("Managing Snowflake connections"), the first that says
something about a parameter wins:

1. `SNOWFLAKE_CONNECTIONS_<NAME>_<PARAMETER>`, the environment's word on one connection
2. the connection `<NAME>` in `connections.toml` or `config.toml`, read by the connector from
   `SNOWFLAKE_HOME` (`~/.snowflake`) or the system's configuration folder
3. `SNOWFLAKE_<PARAMETER>`, such as `SNOWFLAKE_ACCOUNT` and `SNOWFLAKE_USER`

`<NAME>` is the target's `connection`, else `SNOWFLAKE_DEFAULT_CONNECTION_NAME`, else the default
connection of `config.toml`, else the one named `default`. The database is always the target's; its
`role` and `warehouse` win over the connection's, as the CLI's flags do.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from snowflake.connector.config_manager import CONFIG_MANAGER
from snowflake.connector.constants import CONFIG_FILE, CONNECTIONS_FILE
from snowflake.connector.errors import Error

from runner.engines import Target
from runner.errors import ConnectionFailed

OVERRIDES = frozenset({"role", "warehouse"})

# Parameter -> the names it has in the environment, behind SNOWFLAKE_.
FROM_ENVIRONMENT = {
    "account": ("ACCOUNT",),
    "user": ("USER",),
    "password": ("PASSWORD",),
    "authenticator": ("AUTHENTICATOR",),
    "private_key_file": ("PRIVATE_KEY_FILE", "PRIVATE_KEY_PATH"),
    "private_key_file_pwd": ("PRIVATE_KEY_FILE_PWD", "PRIVATE_KEY_PASSPHRASE"),
    "private_key_raw": ("PRIVATE_KEY_RAW",),
    "token": ("TOKEN",),
    "token_file_path": ("TOKEN_FILE_PATH",),
    "oauth_client_id": ("OAUTH_CLIENT_ID",),
    "oauth_client_secret": ("OAUTH_CLIENT_SECRET",),
    "oauth_authorization_url": ("OAUTH_AUTHORIZATION_URL",),
    "oauth_token_request_url": ("OAUTH_TOKEN_REQUEST_URL",),
    "oauth_redirect_uri": ("OAUTH_REDIRECT_URI",),
    "oauth_scope": ("OAUTH_SCOPE",),
    "workload_identity_provider": ("WORKLOAD_IDENTITY_PROVIDER",),
    "role": ("ROLE",),
    "warehouse": ("WAREHOUSE",),
    "host": ("HOST",),
    "port": ("PORT",),
    "protocol": ("PROTOCOL",),
}
ALIASES = {"private_key_path": "private_key_file", "private_key_passphrase": "private_key_file_pwd"}
SHOWN = ("account", "host", "user", "authenticator", "role", "warehouse", "database")


@dataclass(frozen=True)
class Credentials:
    """The connector's parameters and where they came from."""

    parameters: Mapping[str, Any]
    source: str

    def describe(self) -> list[tuple[str, str]]:
        """What may be shown: never a password, a key or a token."""
        known = [(name, str(self.parameters[name])) for name in SHOWN if name in self.parameters]
        return [("engine", "snowflake"), ("credentials", self.source), *known]


def find(target: Target) -> Credentials:
    """The parameters with which to connect to a target.

    Raises `ConnectionFailed` when the named connection does not exist or the account is not known.
    """
    name, connection = _named_connection(target.options.get("connection"))
    parameters = {ALIASES.get(key, key): value for key, value in connection.items()}
    parameters |= _environment(f"SNOWFLAKE_CONNECTIONS_{name.upper()}_") if name else {}
    parameters = _environment("SNOWFLAKE_") | parameters
    parameters |= {key: target.options[key] for key in OVERRIDES & target.options.keys()}
    parameters["database"] = target.database
    # Relations are always named with their schema, and that of the connection may not exist here.
    parameters.pop("schema", None)
    if "account" not in parameters:
        raise ConnectionFailed(
            f"target {target.name}: no Snowflake account is known",
            f"describe the connection in {CONNECTIONS_FILE} and name it in runner.toml "
            '(connection = "…"), or set SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and a way to sign in',
        )
    source = f"connection {name} in {_file()}" if name else "SNOWFLAKE_* variables"
    return Credentials(_with_private_key(parameters), source)


def _named_connection(wanted: str | None) -> tuple[str, Mapping[str, Any]]:
    """The connection to start from, and its name; `""` when there is none and none was named."""
    try:
        CONFIG_MANAGER.read_config()
        connections = cast(Mapping[str, Mapping[str, Any]], CONFIG_MANAGER["connections"])
        name = wanted or os.environ.get("SNOWFLAKE_DEFAULT_CONNECTION_NAME")
        default = str(CONFIG_MANAGER["default_connection_name"])
    except (Error, OSError) as error:
        raise ConnectionFailed(
            f"the Snowflake connections cannot be read: {error}",
            f"mend {CONNECTIONS_FILE}; only its owner may write to it (chmod 0600)",
        ) from error
    if name is None:
        return (default, connections[default]) if default in connections else ("", {})
    if name not in connections:
        known = ", ".join(sorted(connections)) or "none"
        raise ConnectionFailed(
            f"there is no Snowflake connection {name!r} (known: {known})",
            f"add [{name}] to {CONNECTIONS_FILE}",
        )
    return name, connections[name]


def _file() -> Path:
    """`connections.toml` replaces the connections of `config.toml` when it exists."""
    return CONNECTIONS_FILE if CONNECTIONS_FILE.exists() else CONFIG_FILE


def _environment(prefix: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for parameter, names in FROM_ENVIRONMENT.items():
        given = (os.environ.get(prefix + name) for name in names)
        value = next(filter(None, given), None)
        if value is not None:
            values[parameter] = value
    return values


def _with_private_key(parameters: dict[str, Any]) -> dict[str, Any]:
    """`private_key_raw` (a key's PEM text, as CI keeps it) as the key that the connector takes."""
    raw = parameters.pop("private_key_raw", None)
    passphrase = parameters.get("private_key_file_pwd") or os.environ.get("PRIVATE_KEY_PASSPHRASE")
    if raw is not None:
        secret = passphrase.encode() if passphrase else None
        parameters["private_key"] = load_pem_private_key(raw.encode(), secret)
        parameters.pop("private_key_file_pwd", None)
    elif passphrase and "private_key_file" in parameters:
        parameters["private_key_file_pwd"] = passphrase
    return parameters
