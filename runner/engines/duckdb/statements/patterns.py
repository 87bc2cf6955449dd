"""LIKE as SHOW has it."""

from __future__ import annotations

import re


def like(pattern: str, text: str) -> bool:
    r"""SHOW's LIKE: without regard to case, `%`, `_` and `\` as in SQL.

    >>> like("t_%", "TABLE"), like("t\\_%", "TABLE")
    (True, False)
    """
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    signs = {"%": ".*", "_": "."}
    body = "".join(signs.get(part, re.escape(part.removeprefix("\\"))) for part in parts)
    return re.fullmatch(body, text, re.IGNORECASE | re.DOTALL) is not None
