"""A path -> the name of what stands in the file. Folders joined by `_` are the schema."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from runner.errors import Problem
from runner.nodes import Relation

RESERVED_SCHEMAS = frozenset({"RUNNER", "INFORMATION_SCHEMA"})
RESERVED_SUFFIXES = ("__NEXT", "__BATCH", "__ARRIVED", "__QUARANTINE")

_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")


def relation(path: str) -> tuple[Relation | None, list[Problem]]:
    """`models/retail/core/fact_orders.sql` -> `retail_core.fact_orders`."""
    parts = PurePosixPath(path).with_suffix("").parts[1:]
    if len(parts) < 2:
        hint = f"put it into {PurePosixPath(path).parts[0]}/<domain>/<layer>/"
        return None, [Problem(path, 1, "a file needs a folder that names its schema", hint)]
    for part in parts:
        if not _PART.match(part):
            hint = "use letters, digits and _ in the names of folders and files"
            return None, [Problem(path, 1, f"{part} is no plain SQL name", hint)]
    found = Relation("_".join(parts[:-1]).upper(), parts[-1].upper())
    return found, list(_reserved(path, found))


def check_name(path: str) -> str:
    """`checks/retail/money_is_never_negative.sql` -> `retail/money_is_never_negative`."""
    return "/".join(PurePosixPath(path).with_suffix("").parts[1:])


def _reserved(path: str, found: Relation) -> list[Problem]:
    if found.schema in RESERVED_SCHEMAS:
        message = f"the schema {found.schema.lower()} is reserved"
        return [Problem(path, 1, message, "rename the folder")]
    return [
        Problem(
            path,
            1,
            f"names that end in {suffix.lower()} are kept for the runner's own tables",
            "rename the file",
        )
        for suffix in RESERVED_SUFFIXES
        if found.name.endswith(suffix)
    ]
