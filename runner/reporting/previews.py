"""What a preview says, as text for people."""

from __future__ import annotations

from collections.abc import Sequence

from runner.reporting import tabular
from runner.results import Preview, PreviewedKey

WIDEST = 100  # characters of what changes in a row


def text(previews: Sequence[Preview]) -> str:
    """A table of counts, then for each snapshot a sample of its keys and why it would stop."""
    counts = [(one.node, one.new, one.changed, one.closed) for one in previews]
    parts = [tabular.table(["snapshot", "new", "changed", "closed"], counts)]
    parts += [_details(one) for one in previews if one.sample or one.message]
    return "\n\n".join(parts)


def _details(preview: Preview) -> str:
    lines = [preview.node]
    if preview.message:
        lines.append(f"would stop: {preview.message}")
    if preview.sample:
        headers = ["change", *(name.lower() for name in preview.key_columns), "what"]
        rows = [(key.change, *key.key, _difference(preview, key)) for key in preview.sample]
        lines.append(tabular.table(headers, rows, WIDEST))
    return "\n".join(lines)


def _difference(preview: Preview, key: PreviewedKey) -> str:
    """`price 2.90 -> 3.10`; of a new key its values, of one that is closed nothing."""
    named = zip(preview.value_columns, key.now, key.then, strict=True)
    if key.change == "new":
        told = [f"{name.lower()} {_text(then)}" for name, _, then in named]
    elif key.change == "changed":
        told = [
            f"{name.lower()} {_text(now)} -> {_text(then)}"
            for name, now, then in named
            if now != then
        ]
        told = told or ["its past, by a late version"]
    else:
        told = []
    return ", ".join(told)


def _text(value: object) -> str:
    return "NULL" if value is None else tabular.value_text(value)
