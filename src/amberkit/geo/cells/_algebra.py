"""The operators of sets, all from one rule."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sized
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["SetAlgebra"]

Bools = npt.NDArray[np.bool_]


class SetAlgebra(Sized, abc.ABC):
    """Sets that combine with ``|``, ``&``, ``-``, ``^``, and compare with ``<=``."""

    __slots__ = ()

    @abc.abstractmethod
    def _combined(self, other: Self, rule: Callable[[Bools, Bools], Bools]) -> Self:
        """Return what *rule* takes of two sets, given what is in each."""
        ...

    def __or__(self, other: object) -> Self:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._combined(other, np.logical_or)

    def __and__(self, other: object) -> Self:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._combined(other, np.logical_and)

    def __xor__(self, other: object) -> Self:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._combined(other, np.logical_xor)

    def __sub__(self, other: object) -> Self:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._combined(other, lambda a, b: a & ~b)

    def __le__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return len(self - other) == 0

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self <= other and len(self) < len(other)

    def __ge__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return other <= self

    def __gt__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return other < self
