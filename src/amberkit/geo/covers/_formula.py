"""A region as a formula of statuses: what may be decided part by part, and what not.

A status of a union follows from those of its parts (`_status`), and nothing is lost by
that as long as the parts have nothing to do with each other: whether a disk holds a
cell says nothing of another one. Parts are *entangled* if a shape occurs in both, or if
both have polygons, which may share borders as a country and its provinces do. Such
parts stay one `Knot`, decided in the plane (`_logic`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeAlias, assert_never

import attrs
import numpy as np
import numpy.typing as npt

from amberkit.geo.covers._known import Shape
from amberkit.geo.covers._logic import EVERYTHING, NOTHING, Atlas
from amberkit.geo.covers._status import (
    BOTH,
    EITHER,
    IN,
    MIXED,
    OPPOSITE,
    OUT,
    STATUS,
    UNSURE,
)
from amberkit.geo.regions._plane import Plane
from amberkit.geo.regions._regions import (
    Corridor,
    Difference,
    Disk,
    Intersection,
    Polygon,
    Region,
    Round,
    Union,
)

__all__ = ["Formula", "Source", "formula_of", "shapes"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]


class Source(Protocol):
    """Whatever answers for single shapes."""

    def status(self, shape: Shape, rows: Ints, /) -> Signs:
        """Return a status for each place in *rows*."""


# --- formulas -------------------------------------------------------------------------


@attrs.frozen
class Leaf:
    """One shape."""

    shape: Shape

    @property
    def asked(self) -> tuple[Shape, ...]:
        """The shapes that are asked in any case."""
        return (self.shape,)

    def status(self, known: Source, rows: Ints) -> Signs:
        """Return what is known of the places in *rows*."""
        return known.status(self.shape, rows)


@attrs.frozen
class Opposite:
    """What is outside."""

    part: Formula

    @property
    def asked(self) -> tuple[Shape, ...]:
        return self.part.asked

    def status(self, known: Source, rows: Ints) -> Signs:
        return np.asarray(OPPOSITE[self.part.status(known, rows)])


@attrs.frozen
class Join:
    """A union or an intersection of parts that have nothing to do with each other."""

    parts: tuple[Formula, ...]
    """Those first that cost least."""

    table: Signs = attrs.field(eq=False)
    """`EITHER` or `BOTH`."""

    final: int
    """The status of a part that is that of the whole: no other is asked then."""

    @property
    def asked(self) -> tuple[Shape, ...]:
        return tuple(shape for part in self.parts for shape in part.asked)

    def status(self, known: Source, rows: Ints) -> Signs:
        first, *others = self.parts
        status = first.status(known, rows)
        for part in others:
            (still,) = np.nonzero(status != self.final)
            if len(still):
                told = part.status(known, rows[still])
                status[still] = self.table[status[still], told]
        return status


@attrs.frozen
class Knot:
    """Entangled parts: once all disks are known, what is left is one area."""

    region: Region
    rounds: tuple[Round, ...]
    atlas: Atlas = attrs.field(eq=False)

    @property
    def asked(self) -> tuple[Shape, ...]:
        return self.rounds

    def status(self, known: Source, rows: Ints) -> Signs:
        status = np.empty(len(rows), np.int8)
        label = np.zeros(len(rows), np.int64)
        lines = [known.status(disk, rows) for disk in self.rounds]
        for line in lines:
            code = 4 * label + line
            label = (np.cumsum(np.bincount(code) > 0) - 1)[code]
        for group in np.unique(label).tolist():
            some = np.flatnonzero(label == group)
            told = [int(line[some[0]]) for line in lines]
            statuses = dict(zip(self.rounds, told, strict=True))
            status[some] = self._alike(known, rows[some], statuses)
        return status

    def _alike(self, known: Source, rows: Ints, statuses: Mapping[Round, int]) -> Signs:
        """Return the same for places of which every disk tells the same."""
        cases = self.atlas.cases(self.region, statuses)
        if cases is None:
            return np.full(len(rows), UNSURE, np.int8)
        all_out, all_in = np.ones((2, len(rows)), bool)
        one_in, one_out = np.zeros((2, len(rows)), bool)
        for case in cases:
            status = _of_area(known, case.area, rows)
            all_out &= status == OUT
            all_in &= status == IN
            if case.certain:
                one_in |= status == IN
                one_out |= status == OUT
            if len(cases) == 1:
                one_in |= status == MIXED
                one_out |= status == MIXED
        some_in = np.where(all_out, -1, one_in | all_in)
        no_all_in = np.where(all_in, -1, one_out | all_out)
        return np.asarray(STATUS[some_in, -no_all_in])


def _of_area(known: Source, area: Plane, rows: Ints) -> Signs:
    if area is NOTHING or area is EVERYTHING:
        return np.full(len(rows), OUT if area is NOTHING else IN, np.int8)
    return known.status(area, rows)


Formula: TypeAlias = Leaf | Opposite | Join | Knot


# --- from a region to its formula -----------------------------------------------------


def formula_of(region: Region, atlas: Atlas) -> Formula:
    """Return what decides about a region."""
    match region:
        case Disk() | Corridor():
            return Leaf(region)
        case Polygon():
            return Leaf(region.plane)
        case Union():
            return _joined(Union, region.parts, EITHER, IN, atlas)
        case Intersection():
            return _joined(Intersection, region.parts, BOTH, OUT, atlas)
        case Difference():
            parts = (region.whole, region.removed)
            if len(_untangled(parts)) < len(parts):
                return _knot(region, atlas)
            whole, removed = (formula_of(part, atlas) for part in parts)
            return Join((whole, Opposite(removed)), BOTH, OUT)
        case _:
            assert_never(region)


def _joined(
    kind: Callable[[Iterable[Region]], Region],
    parts: tuple[Region, ...],
    table: Signs,
    final: int,
    atlas: Atlas,
) -> Formula:
    formulas = [
        formula_of(group[0], atlas) if len(group) == 1 else _knot(kind(group), atlas)
        for group in sorted(_untangled(parts), key=_cost)
    ]
    return formulas[0] if len(formulas) == 1 else Join(tuple(formulas), table, final)


def _knot(region: Region, atlas: Atlas) -> Knot:
    rounds = tuple(s for s in shapes(region) if not isinstance(s, Plane))
    return Knot(region, rounds, atlas)


def _untangled(parts: Iterable[Region]) -> list[list[Region]]:
    """Return the parts in groups, those in one that are entangled, none twice."""
    groups: list[tuple[set[object], list[Region]]] = []
    for part in dict.fromkeys(parts):
        owned: set[object] = {
            Plane if isinstance(s, Plane) else s for s in shapes(part)
        }
        group, apart = [part], []
        for other in groups:
            if owned.isdisjoint(other[0]):
                apart.append(other)
            else:
                owned, group = owned | other[0], other[1] + group
        groups = [*apart, (owned, group)]
    return [group for _, group in groups]


def _cost(group: Iterable[Region]) -> int:
    """Return the rank of what in some regions costs most to ask."""
    kinds = (Disk, Corridor, Plane)
    return max(
        rank
        for region in group
        for shape in shapes(region)
        for rank, kind in enumerate(kinds)
        if isinstance(shape, kind)
    )


def shapes(region: Region) -> tuple[Shape, ...]:
    """Return the distinct shapes that a region is made of, in order."""
    match region:
        case Disk() | Corridor():
            return (region,)
        case Polygon():
            return (region.plane,)
        case Union() | Intersection():
            parts = region.parts
        case Difference():
            parts = (region.whole, region.removed)
        case _:
            assert_never(region)
    return tuple(dict.fromkeys(shape for part in parts for shape in shapes(part)))
