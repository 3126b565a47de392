"""From a region to what a channel takes: a circle, or polygons within a budget."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs
import numpy as np
import numpy.typing as npt
import shapely

from amberkit.errors import InvalidValue
from amberkit.geo._errors import NotEnclosable
from amberkit.geo.earth import _geodesy
from amberkit.geo.earth._spherical import degrees
from amberkit.geo.proofs._beyond import farthest_beyond
from amberkit.geo.proofs._measure import Farthest
from amberkit.geo.proofs._nearest import Line, goal_of
from amberkit.geo.regions._regions import Disk, Region
from amberkit.geo.shapes._drawing import (
    AN_AREA,
    areas_m2,
    drawn_inside,
    drawn_outside,
    drawn_with,
)
from amberkit.geo.wire._shells import shells
from amberkit.values import LatLon, finite

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["WireArea", "WireBudget", "WireCircle", "wire_area"]

Floats = npt.NDArray[np.float64]
WireRing: TypeAlias = tuple[tuple[float, float], ...]

_CENTERINGS = 4
# So many corners of a hull are enough to find about the middle.
_HULL_CORNERS = 1_000
_FARTHEST_M = 20_003_900.0
# Of a disk, a ring that fits at once is best; of a part of one, some of more corners.
_CORNERS = (1, 2, 5)


# --- what a channel takes -------------------------------------------------------------


def _whole(least: int, most: int) -> Callable[[Any, attrs.Attribute[int], int], None]:
    def check(_budget: object, field: attrs.Attribute[int], value: int) -> None:
        is_int = isinstance(value, int) and not isinstance(value, bool)
        if not is_int or not least <= value <= most:
            raise InvalidValue(field.name, f"an int in [{least}, {most}]")

    return check


def _flag(value: bool) -> bool:
    if not isinstance(value, bool):
        raise InvalidValue("circles", "True or False")
    return value


def _limit(value: float | None) -> float | None:
    if value is None:
        return None
    return finite("max_overshoot_m", value, 0, _geodesy.FARTHEST_M)


@attrs.frozen(kw_only=True)
class WireBudget:
    """What a channel takes as the area of a message.

    The defaults are those of wireless emergency alerts in the United States: one
    polygon of 100 positions (47 CFR 10.450; ATIS-0700037).

    Raises:
        InvalidValue: If a number is out of range.
    """

    max_positions: int = attrs.field(default=100, validator=_whole(4, 100_000))
    """How many positions all polygons together may have, 4 to 100,000. The last one of
    each, which repeats its first, counts."""

    max_shapes: int = attrs.field(default=1, validator=_whole(1, 10_000))
    """How many polygons there may be, 1 to 10,000."""

    decimals: int = attrs.field(default=4, validator=_whole(0, 7))
    """Decimal places of a coordinate in degrees, 0 to 7."""

    circles: bool = attrs.field(default=False, converter=_flag)
    """Whether the channel takes one circle, and not polygons."""

    max_overshoot_m: float | None = attrs.field(default=None, converter=_limit)
    """How far the area may go beyond the region, in meters; None for no limit."""


@attrs.frozen(kw_only=True)
class WireCircle:
    """All points within a distance of a center, as CAP has it."""

    center: LatLon
    """The middle, rounded to the budget's decimals."""

    radius_km: float
    """Radius in kilometers, with three decimals."""

    @property
    def disk(self) -> Disk:
        """The circle as a region."""
        radius = min(self.radius_km * 1_000, _geodesy.FARTHEST_M)
        return Disk(self.center, radius_m=radius)


@attrs.frozen(kw_only=True)
class WireArea:
    """An area for a channel, proved to hold a region: a circle, or polygons."""

    circle: WireCircle | None
    """The circle; None if the area is made of polygons."""

    polygons: tuple[WireRing, ...]
    """Rings of ``(lat, lon)`` in degrees, counter-clockwise, the first position
    repeated last; none has a hole. A reader joins them by straight lines in longitude
    and latitude; no edge spans more than 180 degrees but those along a pole."""

    area_m2: float
    """Area on the WGS 84 ellipsoid, in square meters, good to a hundred-thousandth."""

    overshoot_m: float
    """How far the point that is farthest from the region is from it, in meters: a bound
    from above, less than 1 m, or a hundred-thousandth, over the truth."""

    witness: LatLon | None
    """That point; None if nothing is beyond the region."""


# --- from a region --------------------------------------------------------------------


def wire_area(region: Region, budget: WireBudget | None = None) -> WireArea:
    """Return a small area for a channel that holds all of a region.

    Polygons have no holes: those of the region are filled. Parts are put into one hull
    where there may not be as many polygons. What is around +-180 degrees takes two.

    Args:
        region: What is to be held, a region with an area.
        budget: What the channel takes; by default `WireBudget()`.

    Raises:
        InvalidValue: If an argument is of another type, or the region has no area.
        NotEnclosable: If no such area was found, or it goes farther beyond the region
            than the budget allows.

    Example:
        >>> disk = Disk(LatLon(lat=33.5731, lon=-7.5898), radius_m=160_000)
        >>> area = wire_area(disk)
        >>> len(area.polygons), len(area.polygons[0]), round(area.overshoot_m)
        (1, 100, 91)
    """
    if not isinstance(region, Region):
        raise InvalidValue("region", "a region")
    allowed = WireBudget() if budget is None else budget
    if not isinstance(allowed, WireBudget):
        raise InvalidValue("budget", "a WireBudget")
    inside = drawn_inside(region)
    if inside.is_empty:
        raise InvalidValue("region", AN_AREA)

    circle = _circle(region, allowed) if allowed.circles else None
    rings = [] if circle else _polygons(region, allowed)
    shape = drawn_outside(circle.disk) if circle else shapely.union_all(rings)
    far = _beyond(region, inside, shape, circle)
    limit = allowed.max_overshoot_m
    if limit is not None and far.bound_m > limit:
        raise NotEnclosable(
            f"the area goes {far.bound_m:.0f} m beyond the region, more than the "
            f"{limit:.0f} m allowed; allow more positions or more polygons"
        )
    return WireArea(
        circle=circle,
        polygons=tuple(map(_positions, rings)),
        area_m2=float(areas_m2(np.array([shape]))[0]),
        overshoot_m=far.bound_m,
        witness=far.witness,
    )


def _beyond(
    region: Region,
    inside: BaseGeometry,
    shape: BaseGeometry,
    circle: WireCircle | None,
) -> Farthest:
    """Return how far an area goes beyond a region that was drawn from inside."""
    if isinstance(region, Disk) and circle is not None:
        # On the far side of the circle from the middle of the disk.
        apart = _geodesy.geodesic_distance_m(region.center, circle.center)
        reach = circle.radius_km * 1_000 + apart
        ends = ([c.lat, c.lon] for c in (region.center, circle.center))
        turn, _ = _geodesy.routes(*(np.array([x]) for end in ends for x in end))
        (lat,), (lon,) = _geodesy.destinations(
            region.center, turn, np.array([min(reach, _FARTHEST_M)])
        )
        witness = LatLon(lat=float(lat), lon=float(lon))
        return Farthest(max(reach - region.radius_m, 0.0), witness)
    # To find it in corners, distances must be from one disk or one arc at a time.
    is_disk = isinstance(region, Disk)
    goal = goal_of(region, inside) if is_disk else Line.of_shape(inside)
    return farthest_beyond(shapely.difference(shape, inside), goal)


def _polygons(region: Region, budget: WireBudget) -> list[shapely.Polygon]:
    """Return the smallest polygons that were found to hold a region."""
    drawn = []
    for share in _CORNERS:
        # So few corners may not be enough for a large disk.
        with contextlib.suppress(NotEnclosable):
            corners = max(8, int((budget.max_positions - 1) * share))
            drawn.append(drawn_with(region, corners))
    shape = drawn_outside(region)
    return shells(
        shape,
        drawn or [shape],
        max_positions=budget.max_positions,
        max_shapes=budget.max_shapes,
        decimals=budget.decimals,
    )


def _positions(polygon: shapely.Polygon) -> WireRing:
    ring = shapely.get_coordinates(shapely.orient_polygons(polygon).exterior)
    return tuple((lat, lon) for lon, lat in (ring + 0.0).tolist())


# --- circles --------------------------------------------------------------------------


def _circle(region: Region, budget: WireBudget) -> WireCircle:
    """Return the smallest circle that was found to hold a region."""
    if isinstance(region, Disk):
        center = _on_grid(region.center, budget.decimals)
        reach = region.radius_m + _geodesy.geodesic_distance_m(center, region.center)
        return _circle_of(center, reach)
    line = Line.of_shape(drawn_outside(region))
    center = _on_grid(_middle(line), budget.decimals)
    opposite = LatLon(lat=-center.lat, lon=center.lon - math.copysign(180, center.lon))
    if region.contains_points(lat=opposite.lat, lon=opposite.lon):
        return _circle_of(center, _geodesy.FARTHEST_M)
    return _circle_of(center, line.reach_m(center))


def _circle_of(center: LatLon, reach_m: float) -> WireCircle:
    # A little more, for what rounding takes away.
    radius_km = math.ceil(reach_m + 1e-6) / 1_000
    return WireCircle(
        center=center, radius_km=min(radius_km, _geodesy.FARTHEST_M / 1_000)
    )


def _on_grid(place: LatLon, decimals: int) -> LatLon:
    return LatLon(lat=round(place.lat, decimals), lon=round(place.lon, decimals))


def _middle(line: Line) -> LatLon:
    """Return about the middle of the smallest circle round a line.

    On a plane where distances from the middle are true, again and again.
    """
    lat, lon = degrees(line.corners.mean(axis=0))
    place = LatLon(lat=float(lat), lon=float(lon))
    corner_lat, corner_lon = degrees(line.corners)
    for _ in range(_CENTERINGS):
        flat = _geodesy.local_xy(place, lat=corner_lat, lon=corner_lon)
        hull = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(flat)))
        few = hull[:: len(hull) // _HULL_CORNERS + 1]
        around = shapely.minimum_bounding_circle(shapely.multipoints(few))
        x, y = shapely.get_coordinates(shapely.centroid(around))[0]
        turn, far = np.degrees(np.arctan2([x], [y])), np.hypot([x], [y])
        lat, lon = _geodesy.destinations(place, turn, far)
        place = LatLon(lat=float(lat[0]), lon=float(lon[0]))
    return place
