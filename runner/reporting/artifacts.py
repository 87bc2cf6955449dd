"""`manifest.json` and `run_results.json` in a project's folder `target/`, in the shape of dbt's, so
that what reads dbt's reads them (https://docs.getdbt.com/reference/artifacts/dbt-artifacts).

The names in them follow dbt's `<resource type>.<project>.<name>`, where the name is what selects
the node here: `model.retail360.retail_core.fact_orders`.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runner import __version__
from runner.graph import Graph
from runner.nodes import Kind, sql_name
from runner.options import Options
from runner.results import RunResult

MANIFEST = "manifest.json"
RUN_RESULTS = "run_results.json"
_HEAD = 400  # bytes of a manifest that hold its invocation id

Document = Mapping[str, Any]
Note = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """Whose artifacts they are and where they go: a project on a database."""

    project: str
    database: str
    folder: Path

    def id(self, resource: str, name: str) -> str:
        """A `unique_id`; a project's name has no dots in it, which would end it."""
        return f"{resource}.{self.project.replace('.', '_')}.{name}"

    def node_id(self, kind: Kind, node: str) -> str:
        """That of a node, by its id in the graph."""
        if kind is Kind.CHECK:
            return self.id("test", node.removeprefix("check:"))
        return self.id(kind.value, node)

    def check_id(self, node: str, check: str, *, is_file: bool) -> str:
        """That of a check of a node, or of a check file that runs with it."""
        return self.id("test", check if is_file else f"{node}.{check}")

    def relation_name(self, relation: object) -> str:
        return f"{sql_name(self.database)}.{relation}"


def write_manifest(place: Place, graph: Graph, note: Note) -> None:
    """Write the manifest, unless the one that is there was made of the same."""
    identity = _identity(place, graph)
    if graph.digest and identity.encode() in _head(place.folder / MANIFEST):
        return
    from runner.reporting import manifest  # noqa: PLC0415  (a build with nothing to do writes none)

    metadata = _metadata("manifest/v12", identity)
    metadata |= {"project_name": place.project, "adapter_type": "snowflake"}
    _write(place, MANIFEST, {"metadata": metadata, **manifest.document(place, graph)}, note)


def write_run_results(place: Place, run: RunResult, options: Options, note: Note) -> None:
    """Write what a run did, in the place of what the last one did."""
    from runner.reporting import run_results  # noqa: PLC0415  (only runs need it)

    metadata = _metadata("run-results/v6", run.invocation.id)
    metadata["invocation_started_at"] = moment(run.invocation.started_at)
    document = run_results.document(place, run, options)
    _write(place, RUN_RESULTS, {"metadata": metadata, **document}, note)


def moment(at: datetime) -> str:
    """A time as dbt writes it: UTC, with microseconds and a `Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _identity(place: Place, graph: Graph) -> str:
    """What stands for an invocation in a manifest: a UUID of all that it is made of."""
    parts = (__version__, graph.digest, place.project, place.database)
    return str(uuid.UUID(hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]))


def _metadata(schema: str, invocation: str) -> dict[str, Any]:
    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{schema}.json",
        "dbt_version": __version__,
        "generated_at": moment(datetime.now(UTC)),
        "invocation_id": invocation,
        "env": {},
    }


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return b""


def _write(place: Place, name: str, document: Document, note: Note) -> None:
    """Write a file as a whole or not at all."""
    path = place.folder / name
    aside = path.with_name(f".{name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(document, separators=(",", ":")), encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        note(f"{path} was not written: {error.strerror}")
