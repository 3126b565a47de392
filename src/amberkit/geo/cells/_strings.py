"""Cells as h3 writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from amberkit.errors import InvalidValue

__all__ = ["numbers_of"]

_CELL = re.compile(r"[0-9a-fA-F]{15}")
_NO_CELL = 0


def numbers_of(strings: Iterable[str]) -> npt.NDArray[np.uint64]:
    """Return the number that each string writes; 0, which is no cell, for what is none.

    Raises:
        InvalidValue: If they are not several strings.
    """
    if isinstance(strings, (str, bytes)) or not isinstance(strings, Iterable):
        raise InvalidValue("strings", "h3 cell ids as strings, several of them")
    return np.array([_number(string) for string in strings], np.uint64)


def _number(string: object) -> int:
    if not isinstance(string, str) or not _CELL.fullmatch(string):
        return _NO_CELL
    return int(string, 16)
