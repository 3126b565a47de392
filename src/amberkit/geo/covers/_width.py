"""How wide a cell is: what a cover may reach beyond its region."""

from __future__ import annotations

from amberkit.geo.covers._places import reach_rad
from amberkit.geo.earth._geodesy import LONGEST_RADIUS_M
from amberkit.geo.lattice._resolution import checked_resolution

__all__ = ["cell_width_m"]


def cell_width_m(resolution: int) -> float:
    """Return a bound of the distance between two points of one cell, in meters.

    Every cell of an OVERLAP cover shares a point with its region. So no point of the
    cover is farther than this from the region, and the bound holds before anything is
    measured; `certify` finds the true figure, at most this.

    Args:
        resolution: That of the cells, 0 to 15.

    Raises:
        InvalidValue: If *resolution* is not an int in 0 to 15.

    Example:
        >>> round(cell_width_m(8))
        1176
    """
    goal = checked_resolution(resolution)
    return 2 * reach_rad(goal, goal) * LONGEST_RADIUS_M
