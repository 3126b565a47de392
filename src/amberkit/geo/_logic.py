"""From what is known about the parts of a region to what is known about it.

For each place (a cell, or a ball around a point) and each *leaf* of the expression (a
disk, or an area of the plane) there is a status. Three values say what that means for
the whole region: -1 no, 1 yes, 0 not known (strong Kleene logic: union is the maximum,
intersection the minimum, complement the negative).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import product
from typing import TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from amberkit.geo._plane import Plane
from amberkit.geo._regions import Difference, Disk, Intersection, Polygon, Region, Union

__all__ = ["IN", "MIXED", "OUT", "UNSURE", "Judge", "Leaf", "Verdict"]

Leaf: TypeAlias = Disk | Plane
Signs = npt.NDArray[np.int8]

OUT = 0
"""No point of the place is in the leaf."""
IN = 1
"""Every point of the place is in the leaf."""
MIXED = 2
"""Some points are in the leaf and some are not."""
UNSURE = 3
"""Not known."""

# Up to so many open leaves are tried in all combinations.
_MOST_TRIED = 6


# --- expressions ----------------------------------------------------------------------


@attrs.frozen
class _All:
    parts: tuple[_Node, ...]


@attrs.frozen
class _Any:
    parts: tuple[_Node, ...]


@attrs.frozen
class _Not:
    part: _Node


_Node: TypeAlias = Disk | Plane | _All | _Any | _Not


def _node(region: Region, planes: dict[Polygon, Plane]) -> _Node:
    """Return a region as an expression, areas of the plane combined where possible.

    Polygons often share a border, as a country and its provinces do. There the plane
    gives an exact answer and pieces of cells would never settle.
    """
    match region:
        case Disk():
            return region
        case Polygon():
            return planes.setdefault(region, region.plane)
        case Union():
            parts = [_node(part, planes) for part in region.parts]
            return _combined(parts, shapely.union, _Any)
        case Intersection():
            parts = [_node(part, planes) for part in region.parts]
            return _combined(parts, shapely.intersection, _All)
        case Difference():
            whole, removed = _node(region.whole, planes), _node(region.removed, planes)
            if isinstance(whole, Plane) and isinstance(removed, Plane):
                return Plane(shapely.difference(whole.shape, removed.shape))
            return _All((whole, _Not(removed)))


def _combined(
    parts: list[_Node],
    combine: Callable[[BaseGeometry, BaseGeometry], BaseGeometry],
    make: Callable[[tuple[_Node, ...]], _Node],
) -> _Node:
    planes = [part for part in parts if isinstance(part, Plane)]
    others = [part for part in parts if not isinstance(part, Plane)]
    if len(planes) > 1:
        planes = [Plane(reduce(combine, (plane.shape for plane in planes)))]
    nodes: tuple[_Node, ...] = (*planes, *others)
    return nodes[0] if len(nodes) == 1 else make(nodes)


def _leaves(node: _Node) -> tuple[Leaf, ...]:
    match node:
        case Disk() | Plane():
            return (node,)
        case _Not():
            return _leaves(node.part)
        case _All() | _Any():
            inner = [leaf for part in node.parts for leaf in _leaves(part)]
            return tuple(dict.fromkeys(inner))


def _evaluate(node: _Node, signs: Mapping[Leaf, Signs]) -> Signs:
    match node:
        case Disk() | Plane():
            return signs[node]
        case _Not():
            return np.negative(_evaluate(node.part, signs))
        case _All():
            return np.minimum.reduce([_evaluate(p, signs) for p in node.parts])
        case _Any():
            return np.maximum.reduce([_evaluate(p, signs) for p in node.parts])


# --- judgement ------------------------------------------------------------------------


@attrs.frozen
class Verdict:
    """What is known of many places, each array ``(n,)`` of -1 no, 0 unknown, 1 yes."""

    meets: Signs
    """Whether the place shares a point with the region."""

    within: Signs
    """Whether all of the place is in the region."""


class Judge:
    """Decides about one region from the statuses of its leaves."""

    def __init__(self, region: Region, planes: dict[Polygon, Plane]) -> None:
        """Take a region apart.

        Args:
            region: The expression.
            planes: The planes of polygons met so far, so that equal polygons are one
                leaf; polygons of this region are added.
        """
        self._node = _node(region, planes)
        self.leaves = _leaves(self._node)
        """The distinct leaves, in the order in which `decide` wants them."""
        self._known: dict[tuple[int, ...], tuple[int, int]] = {}

    def decide(self, statuses: Signs) -> Verdict:
        """Return what the statuses of the leaves say about the region.

        Args:
            statuses: One row for each leaf, one column for each place.
        """
        label = np.zeros(statuses.shape[1], np.int64)
        for row in statuses:
            code = 4 * label + row
            label = (np.cumsum(np.bincount(code) > 0) - 1)[code]
        _, first = np.unique(label, return_index=True)
        patterns = [tuple(column) for column in statuses[:, first].T.tolist()]
        for pattern in patterns:
            if pattern not in self._known:
                self._known[pattern] = self._judge(pattern)
        table = np.array([self._known[p] for p in patterns], np.int8).reshape(-1, 2)
        return Verdict(*table[label].T)

    def _judge(self, pattern: tuple[int, ...]) -> tuple[int, int]:
        """Return (meets, within) for one combination of statuses.

        Every point of the place gives each open leaf the value yes or no. If the region
        has the same value in all combinations, it has it in the whole place. And where
        a leaf is mixed, some point is in it and some point outside: if that alone
        settles the region there, the place meets it, or is not within it.
        """
        still_open = [i for i, status in enumerate(pattern) if status >= MIXED]
        base = [{OUT: -1, IN: 1}.get(status, 0) for status in pattern]
        trials = [
            [*base[:i], value, *base[i + 1 :]] for i in still_open for value in (-1, 1)
        ]
        singles = len(trials)
        if len(still_open) <= _MOST_TRIED:
            for values in product((-1, 1), repeat=len(still_open)):
                chosen = dict(zip(still_open, values, strict=True))
                trials.append([chosen.get(i, sign) for i, sign in enumerate(base)])
        else:
            trials.append(base)
        columns = np.array(trials, np.int8).T
        found = _evaluate(
            self._node, dict(zip(self.leaves, columns, strict=True))
        ).tolist()
        everywhere = set(found[singles:])
        if everywhere in ({-1}, {1}):
            sign = everywhere.pop()
            return sign, sign
        alone = {
            found[2 * k + side]
            for k, i in enumerate(still_open)
            if pattern[i] == MIXED
            for side in (0, 1)
        }
        return int(1 in alone), -int(-1 in alone)
