"""What happens to nodes beside their builds, as rows of `runner.node_results`.

Such a row is the newest of its node and no success, so the next build does the node again.
"""

from __future__ import annotations

from collections.abc import Sequence

from runner.generating.ledger import timestamp
from runner.generating.work import Run, filled
from runner.remembered import RESET, ROLLED_BACK
from runner.scripts import LINES, literal

NULL, EMPTY = "null", literal("")


def rolled_back(nodes: Sequence[str], run: Run) -> str:
    """Batches were taken out: what reads the nodes meets another content than before."""
    return _rows(nodes, ROLLED_BACK, run, fingerprint=NULL, version=literal(run.id))


def forgotten(nodes: Sequence[str], run: Run) -> str:
    """Nothing that was remembered of the nodes counts any more."""
    return _rows(nodes, RESET, run, fingerprint=EMPTY, version=EMPTY)


def _rows(nodes: Sequence[str], status: str, run: Run, *, fingerprint: str, version: str) -> str:
    return filled(
        "state_changed",
        invocation=literal(run.id),
        nodes=literal(LINES.join(nodes)),
        status=literal(status),
        happened_at=timestamp(run.at.replace(tzinfo=None)),
        fingerprint=fingerprint,
        version=version,
    )
