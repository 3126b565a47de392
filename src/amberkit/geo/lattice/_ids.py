"""Arithmetic on h3 ids, without h3.

An id holds, from high bits to low: mode 1, four bits of resolution, seven bits of
base cell (0 to 121), and 15 digits of three bits, one for each resolution: 0 to 6, and
7 where the id is coarser (https://h3geo.org/docs/core-library/h3Indexing). Below the
twelve base cells that are pentagons, digit 1 cannot be the first digit that is not 0.

Here a cell has two more numbers, both in the order of ids:

* its *slot*: base cell and digits read as a number in base 7. A parent is the slot
  divided by 7, but the slots below a pentagon's digit 1 are empty;
* its *rank*: how many valid cells of its resolution come before it. Two cells are
  neighbors in a sorted list exactly if their ranks follow each other.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "CELLS_PER_RESOLUTION",
    "IS_PENTAGON",
    "PENTAGONS",
    "bases",
    "children",
    "exists",
    "is_cell",
    "parents",
    "ranks",
    "resolutions",
    "slot_ids",
    "slots",
    "slots_of_ranks",
]

Ids = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# https://h3geo.org/docs/core-library/restable, base cells centered on the corners of
# the icosahedron.
PENTAGONS = np.array([4, 14, 24, 38, 49, 58, 63, 72, 83, 97, 107, 117])

CELLS_PER_RESOLUTION = tuple(2 + 120 * 7**r for r in range(16))

IS_PENTAGON = np.isin(np.arange(123), PENTAGONS)
"""Whether each base cell is a pentagon; the last entry stands for what is none."""
_PENTAGONS_BEFORE = np.concatenate(([0], np.cumsum(IS_PENTAGON)[:-1]))
_ONE = np.uint64(1)
_SEVEN = np.uint64(7)


def _empty(depth: npt.NDArray[np.int64] | int) -> Ints:
    """Return how many slots are empty below a pentagon, *depth* resolutions down."""
    return np.asarray((7 ** np.asarray(depth, np.int64) - 1) // 6)


def resolutions(ids: Ids) -> Ints:
    """Return the resolution that is written in each id."""
    return ((ids >> np.uint64(52)) & np.uint64(15)).astype(np.int64)


def is_cell(ids: Ids) -> Bools:
    """Tell which ids are cells, of any resolution, as h3 would."""
    res = resolutions(ids)
    base = bases(ids)
    good = ((ids >> np.uint64(56)) == 8) & (base < 122)
    leading = good & IS_PENTAGON[np.minimum(base, 122)]
    for r in range(1, 16):
        digit = (ids >> np.uint64(3 * (15 - r))) & _SEVEN
        good &= (digit == 7) == (res < r)
        good &= ~(leading & (digit == 1))
        leading &= digit == 0
    return np.asarray(good)


def parents(ids: Ids, resolution: int) -> Ids:
    """Return the ancestors at *resolution*, which must not be finer than the ids."""
    tail = (_ONE << np.uint64(3 * (15 - resolution))) - _ONE
    cleared = ids & ~(np.uint64(15) << np.uint64(52))
    return np.asarray(cleared | (np.uint64(resolution) << np.uint64(52)) | tail)


def slots(ids: Ids, resolution: int) -> Ints:
    """Return the slot of each id; all ids are cells of *resolution*."""
    result = bases(ids)
    for r in range(1, resolution + 1):
        digit = (ids >> np.uint64(3 * (15 - r))) & _SEVEN
        result = result * 7 + digit.astype(np.int64)
    return result


def slot_ids(slot: Ints, resolution: int) -> Ids:
    """Return the id in each slot of *resolution*."""
    tail = (1 << (3 * (15 - resolution))) - 1
    head = (1 << 59) | (resolution << 52) | tail
    result = np.full(slot.shape, head, np.uint64)
    rest = slot
    for r in range(resolution, 0, -1):
        rest, digit = np.divmod(rest, 7)
        result |= digit.astype(np.uint64) << np.uint64(3 * (15 - r))
    return np.asarray(result | (rest.astype(np.uint64) << np.uint64(45)))


def bases(ids: Ids) -> Ints:
    """Return the number of each id's base cell, 0 to 121."""
    return ((ids >> np.uint64(45)) & np.uint64(127)).astype(np.int64)


def _lead(slot: Ints, resolution: int) -> tuple[Ints, Ints]:
    """Return the first digit that is not 0 and how many digits follow it."""
    rest = slot % 7**resolution
    digit, after = np.zeros_like(slot), np.zeros_like(slot)
    for follow in range(resolution):
        here = rest // 7**follow
        digit = np.where(here > 0, here, digit)
        after = np.where(here > 0, follow, after)
    return digit, after


def exists(slot: Ints, resolution: int) -> Bools:
    """Tell which slots hold a cell."""
    result = np.ones(slot.shape, bool)
    below = IS_PENTAGON[slot // 7**resolution]
    digit, _ = _lead(slot[below], resolution)
    result[below] = digit != 1
    return result


def ranks(slot: Ints, resolution: int) -> Ints:
    """Return the rank of the cell in each slot; every slot must hold one."""
    base = slot // 7**resolution
    result = slot - _PENTAGONS_BEFORE[base] * _empty(resolution)
    below = IS_PENTAGON[base]
    digit, after = _lead(slot[below], resolution)
    result[below] -= np.where(digit > 0, _empty(after + 1), 0)
    return np.asarray(result)


def slots_of_ranks(rank: Ints, resolution: int) -> Ints:
    """Return the slot of each rank: the inverse of `ranks`."""
    bases = np.arange(122)
    first = bases * 7**resolution - _PENTAGONS_BEFORE[:122] * _empty(resolution)
    base = np.searchsorted(first, rank, side="right") - 1
    inner = rank - first[base]
    # Below a pentagon the first digit that is not 0 has n digits after it exactly if
    # the inner rank lies between the sizes of the pentagons n and n + 1 below.
    sizes = 7 ** np.arange(resolution + 1) - _empty(np.arange(resolution + 1))
    depth = np.searchsorted(sizes, inner, side="right")
    skipped = np.where(IS_PENTAGON[base], _empty(depth), 0)
    return np.asarray(base * 7**resolution + inner + skipped)


def children(ids: Ids, resolution: int) -> tuple[Ids, Ints]:
    """Return the children at *resolution* of cells one coarser, and whose they are.

    Returns:
        The ids in order, and for each the index of its parent in *ids*. A pentagon
        has six children, any other cell seven.
    """
    shift = np.uint64(3 * (15 - resolution))
    bare = (ids + (_ONE << np.uint64(52))) & ~(_SEVEN << shift)
    flat = (bare[:, None] | (np.arange(7, dtype=np.uint64) << shift)).ravel()
    owner = np.repeat(np.arange(len(ids)), 7)
    digits = bare & ((_ONE << np.uint64(45)) - (_SEVEN + _ONE << shift))
    pentagon = IS_PENTAGON[bases(ids)] & (digits == 0)
    real = np.ones((len(ids), 7), bool)
    real[pentagon, 1] = False
    return flat[real.ravel()], owner[real.ravel()]
