"""The name that a misspelt one may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known name that is most like `name`, letter case aside, or an empty text."""
    names = {other.lower(): other for other in known}
    matches = difflib.get_close_matches(name.lower(), names, n=1, cutoff=likeness)
    return names[matches[0]] if matches else ""


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """`did you mean …?`, or an empty text."""
    found = nearest(name, known)
    return f"did you mean {found}?" if found else ""
