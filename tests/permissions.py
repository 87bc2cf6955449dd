"""Folders that the process may not write to, or not even enter."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def read_only(folder: Path, mode: int = 0o555) -> Iterator[None]:
    """The folder has these permissions, and they hold: as another user, since root may all."""
    folder.chmod(mode)
    is_root = os.geteuid() == 0
    if is_root:
        for parent in folder.parents:
            if parent.stat().st_mode & 0o055 != 0o055:
                parent.chmod(parent.stat().st_mode | 0o055)
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o755)
