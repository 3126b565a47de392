"""Rings with fewer corners hold what they are made from, whatever its shape."""

import numpy as np
import pytest
import shapely

from amberkit.geo.wire._shells import _hold
from amberkit.geo.wire._simpler import simpler

# An arm reaches over a notch, and a finger of it down into the notch: the cheapest
# corner to leave out is the bottom of the notch, but the finger is in the way.
NOTCH = [
    (0, 0), (10, 0), (10, 10), (5.1, 10), (5, 1), (4.9, 10), (2, 10), (2, 12),
    (4.99, 12), (4.99, 6), (5.01, 6), (5.01, 12), (6, 12), (6, 13), (0, 13),
]  # fmt: skip
# The same with a cut corner, to which the finger points from outside.
CORNER = [
    (0, 0), (10, 0), (10, 9.8), (9.8, 10), (2, 10), (2, 13), (11, 13), (9.95, 9.96),
    (11.5, 13), (12, 13), (12, 15), (0, 15),
]  # fmt: skip


def star(seed):
    """A ring with deep notches around a point."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(8, 40))
    turn = np.sort(chance.uniform(0, 2 * np.pi, count))
    far = chance.uniform(0.2, 3, count)
    return np.column_stack((far * np.cos(turn), far * np.sin(turn)))


@pytest.mark.parametrize(
    "ring", [NOTCH, CORNER, *(star(seed) for seed in range(60))], ids=range(62)
)
def test_a_simpler_ring_holds_what_it_is_made_from(ring):
    ring = np.array(ring, float)
    whole = shapely.Polygon(ring)
    if not whole.is_valid or not shapely.is_ccw(whole.exterior):
        pytest.fail("the ring must be sound")

    totals = list(range(len(ring), 2, -1))
    # It ends where no further step is found.
    for total, (found,) in zip(totals, simpler([ring], totals), strict=False):
        shape = shapely.Polygon(found)
        assert len(found) <= total
        assert shape.is_valid
        assert shape.buffer(1e-9).covers(whole)


def test_polygons_that_cross_themselves_hold_nothing():
    bow = shapely.Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])

    assert not _hold([bow], shapely.Point(1, 1).buffer(0.1))
