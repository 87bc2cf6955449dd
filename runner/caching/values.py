"""Values -> bytes -> values. Reading makes nothing but our own values, whatever the bytes say.

They are pickles, the fastest there is; this reader knows the frozen dataclasses and the enums of
this package, and no function, so that foreign bytes execute nothing
(docs.python.org/3/library/pickle.html#restricting-globals).
"""

from __future__ import annotations

import io
import pickle
import sys
from datetime import datetime
from enum import Enum
from typing import Any

PACKAGE = __name__.partition(".")[0]
# what a pickle that nobody wrote may lead to
_UNREADABLE = (
    pickle.PickleError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)
_known: dict[tuple[str, str], type] = {("datetime", "datetime"): datetime}


class UnreadableError(Exception):
    """The bytes are no value of ours."""


def written(value: object) -> bytes:
    """A value of frozen dataclasses, enums, tuples, sets, mappings, texts, numbers and times."""
    return pickle.dumps(value, protocol=5)


def read(body: bytes) -> Any:
    """The value that `written` wrote. Raises `UnreadableError`."""
    try:
        return _Reader(io.BytesIO(body)).load()
    except _UNREADABLE as error:
        raise UnreadableError from error


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type:
        if (module, name) not in _known:
            found = _own(module, name)
            if found is None:
                raise pickle.UnpicklingError(f"{module}.{name}")
            _known[module, name] = found
        return _known[module, name]


def _own(module: str, name: str) -> type | None:
    """A class of values that was made in one of our modules, if it is imported already."""
    found = vars(sys.modules.get(module, object)).get(name)
    if not module.startswith(f"{PACKAGE}.") or not isinstance(found, type):
        return None
    if found.__module__ != module:
        return None
    parameters = getattr(found, "__dataclass_params__", None)
    is_frozen = parameters is not None and parameters.frozen
    return found if is_frozen or issubclass(found, Enum) else None
