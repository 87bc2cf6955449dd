"""The Snowflake engine: the same few verbs over snowflake-connector-python.

The connector takes up to a second to import, so it is imported when the engine is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.engines import Target

if TYPE_CHECKING:
    from runner.engines.snowflake.credentials import Credentials
    from runner.engines.snowflake.session import SnowflakeSession


@dataclass(frozen=True)
class SnowflakeEngine:
    """One Snowflake database. Nothing is connected until a session is asked for."""

    target: Target
    credentials: Credentials

    def session(self) -> SnowflakeSession:
        from runner.engines.snowflake.session import SnowflakeSession  # noqa: PLC0415

        return SnowflakeSession(self.credentials.parameters)

    def describe(self) -> list[tuple[str, str]]:
        return self.credentials.describe()

    def close(self) -> None:
        """Nothing to do: every session closes its own connection."""


def open_engine(target: Target) -> SnowflakeEngine:
    """The engine of a target. Raises `ConnectionFailed` when no credentials are to be found."""
    from runner.engines.snowflake.credentials import find  # noqa: PLC0415

    return SnowflakeEngine(target, find(target))
