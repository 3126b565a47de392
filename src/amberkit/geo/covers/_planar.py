"""Where a place lies with respect to polygons, proved in the lon/lat plane.

There a polygon's edges are straight and a cell's are not: great circles are cut until
each piece differs from its chord by less than `_CHORD_DEG`. What comes nearer than
`_NEAR_DEG`, half a millimeter, counts as touching. Near a pole the plane is squeezed
from east to west, which keeps straight lines straight and the number of pieces small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity

from amberkit.geo.covers._places import Places
from amberkit.geo.covers._status import IN, MIXED, OUT, UNSURE
from amberkit.geo.earth._spherical import angles, degrees, midpoints, successors
from amberkit.geo.regions._plane import Plane
from amberkit.values import LatLon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["ball_status", "cell_status"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

_CHORD_DEG = 2e-9
_ROUGH_DEG = (1e-3, 1e-6)
_NEAR_DEG = 4e-9
# Radians of latitude, and of a ball's radius, up to which circles are used.
_STEEP, _WIDE = 0.75, 0.3
_SHORTEST_RAD = 1e-10
_CHUNK = 8_192


def ball_status(area: Plane, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or UNSURE for the ball around each place in *rows*.

    On the plane, a ball fits into a box, and below about 45 degrees of latitude a
    circle is smaller than that.
    """
    high = np.abs(np.radians(places.lat[rows]))
    reach = np.broadcast_to(places.reach_rad(rows), len(rows))
    steep = (high > _STEEP) | (reach > _WIDE)
    touched = np.empty(len(rows), bool)
    touched[steep] = _touched_by_boxes(area, places, rows[steep], reach[steep])
    touched[~steep] = _touched_by_circles(area, places, rows[~steep], reach[~steep])
    return _status(area, places, rows, touched, UNSURE)


def _touched_by_circles(
    area: Plane, places: Places, rows: Ints, reach: Floats
) -> Bools:
    """Tell which balls the edge of an area may touch, each put into a circle.

    A ball has radius p around latitude f. By the haversine formula sin2(dlon / 2) =
    (sin2(p / 2) - sin2(dlat / 2)) / (cos f cos(f + dlat)), and the latter is at least c
    = cos f cos(|f| + p). So sin2(dlon / 2) + sin2(dlat / 2) <= sin2(p / 2) / c, and as
    arcsin2 is convex in the square of its argument, dlon and dlat lie in the circle of
    radius 2 arcsin(sin(p / 2) / sqrt c).
    """
    lat, lon = places.lat[rows], places.lon[rows]
    high = np.abs(np.radians(lat))
    level = np.cos(high) * np.cos(high + reach)
    radius = np.degrees(2 * np.arcsin(np.sin(reach / 2) / np.sqrt(level)))
    return np.asarray(shapely.dwithin(area.edge, shapely.points(lon, lat), radius))


def _touched_by_boxes(area: Plane, places: Places, rows: Ints, reach: Floats) -> Bools:
    """Tell the same of balls in boxes of their latitudes and longitudes."""
    lat, lon, far = places.lat[rows], places.lon[rows], np.degrees(reach)
    south, north = np.maximum(lat - far, -90), np.minimum(lat + far, 90)
    with np.errstate(divide="ignore"):
        ratio = np.sin(reach) / np.cos(np.radians(lat))
    half = np.degrees(np.arcsin(np.minimum(ratio, 1)))
    half[(south <= -90) | (north >= 90)] = 180
    boxes = shapely.box(lon - half, south, lon + half, north)
    return np.asarray(shapely.intersects(area.edge, boxes))


def _status(
    area: Plane, places: Places, rows: Ints, touched: Bools, otherwise: int
) -> Signs:
    """Return IN or OUT, by its center, for each place that the edge does not touch."""
    status = np.full(len(rows), otherwise, np.int8)
    (clear,) = np.nonzero(~touched)
    at = rows[clear]
    inside = shapely.intersects_xy(area.shape, places.lon[at], places.lat[at])
    status[clear] = np.where(inside, IN, OUT)
    return status


def cell_status(area: Plane, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or MIXED for the cell at each place in *rows*.

    What cannot be told within a millimeter is MIXED.
    """
    status = np.full(len(rows), MIXED, np.int8)
    # No way on the sphere is longer than it is in degrees of the plane.
    hubs = shapely.points(places.lon[rows], places.lat[rows])
    near = shapely.dwithin(area.edge, hubs, np.degrees(places.core_rad))
    (open_rows,) = np.nonzero(~near)
    for begin in range(0, len(open_rows), _CHUNK):
        some = open_rows[begin : begin + _CHUNK]
        status[some] = _edge_status(area, places, rows[some])
    return status


def _edge_status(area: Plane, places: Places, rows: Ints) -> Signs:
    vector, sizes = places.boundaries(rows)
    lat, lon = degrees(vector)
    starts = np.cumsum(sizes) - sizes
    nearest = np.minimum.reduceat(np.abs(lat), starts)
    halvings = np.floor(-np.log2(np.cos(np.radians(nearest)))).astype(np.int64)
    middle_lat, middle_lon = places.lat[rows], places.lon[rows]
    polar = _holds_pole(places, rows)
    touched = np.zeros(len(rows), bool)
    for halving in np.unique(halvings).tolist():
        some = np.flatnonzero(halvings == halving)
        of_some = np.isin(np.repeat(np.arange(len(rows)), sizes), some)
        cells = _Cells(
            vector[of_some],
            lat[of_some],
            lon[of_some],
            sizes[some],
            np.column_stack((middle_lon[some], middle_lat[some])),
            polar[some],
            0.5**halving,
        )
        edge = affinity.affine_transform(area.edge, [0.5**halving, 0, 0, 1, 0, 0])
        shapely.prepare(edge)
        touched[some] = _touched(edge, cells)
    return _status(area, places, rows, touched, MIXED)


@attrs.frozen
class _Cells:
    """Cells of about one latitude, and the plane on which longitudes are squeezed."""

    corner: Floats
    lat: Floats
    lon: Floats
    sizes: Ints
    middle: Floats
    """Longitude and latitude of each center, ``(n, 2)``."""
    polar: Signs
    squeeze: float

    def take(self, rows: Bools) -> _Cells:
        corners = np.repeat(rows, self.sizes)
        return _Cells(
            self.corner[corners],
            self.lat[corners],
            self.lon[corners],
            self.sizes[rows],
            self.middle[rows],
            self.polar[rows],
            self.squeeze,
        )

    @property
    def cell(self) -> Ints:
        """The number of each corner's cell."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def flat(self, lat: Floats, lon: Floats, cell: Ints) -> Floats:
        """Return points of cells on the plane, ``(n, 2)``, around their centers."""
        base = self.middle[cell, 0]
        x = base + (lon - base + 180) % 360 - 180
        return np.column_stack((x * self.squeeze, lat))


def _touched(edge: BaseGeometry, cells: _Cells) -> Bools:
    """Tell which cells the edge of an area touches, within `_NEAR_DEG`.

    Straight lines between the corners are enough for all but a few: what is farther
    from them than an arc can be from its chord is not touched, and what the edge meets
    well within them is.
    """
    cell, following = cells.cell, successors(cells.sizes)
    starts = np.cumsum(cells.sizes) - cells.sizes
    here = cells.flat(cells.lat, cells.lon, cell)
    hub = cells.middle * (cells.squeeze, 1.0)
    ahead = here[following] - here
    from_hub = here - hub[cell]
    depth = _cross(from_hub, ahead) / np.hypot(*ahead.T)
    inner = np.minimum.reduceat(depth, starts)
    convex = np.minimum.reduceat(_cross(ahead, ahead[following]), starts) > 0
    bulge = np.degrees(_bulge(cells.corner, cells.corner[following], cells.squeeze))
    bulge = np.maximum.reduceat(bulge, starts)
    plain = convex & (inner > 40 * bulge) & (cells.polar == 0)

    outlines = shapely.polygons(shapely.linearrings(here, indices=cell))
    near = _NEAR_DEG + 2 * float(bulge[plain].max(initial=0))
    maybe = ~plain | shapely.dwithin(edge, outlines, near)
    (close,) = np.nonzero(plain & maybe)
    # Nearer to the center by more than an arc can bend in.
    within = 1 - 4 * bulge / np.where(plain, inner, np.inf)
    kept = np.isin(cell, close)
    core = hub[cell[kept]] + from_hub[kept] * within[cell[kept], None]
    cores = shapely.polygons(
        shapely.linearrings(core, indices=np.searchsorted(close, cell[kept]))
    )
    touched = np.zeros(len(plain), bool)
    touched[close] = shapely.intersects(edge, cores)
    rest = maybe & ~touched
    if rest.any():
        touched[rest] = _touched_by_arcs(edge, cells.take(rest))
    return touched


def _touched_by_arcs(edge: BaseGeometry, cells: _Cells) -> Bools:
    """Tell which cells the edge of an area touches, with arcs for their edges.

    A rough outline tells most: who is farther from it than it may err is not touched,
    and what the edge meets well within it is.
    """
    touched, is_open = np.ones((2, len(cells.sizes)), bool)
    for chord in _ROUGH_DEG:
        (rows,) = np.nonzero(is_open)
        if not len(rows):
            break
        outlines = _outlines(cells.take(is_open), chord)
        near = shapely.dwithin(edge, outlines, _NEAR_DEG + 2 * chord)
        cores = shapely.buffer(outlines, -2 * chord)
        touched[rows[~near]] = False
        is_open[rows] = near & ~shapely.intersects(edge, cores)
    if is_open.any():
        outlines = _outlines(cells.take(is_open), _CHORD_DEG)
        touched[is_open] = shapely.dwithin(edge, outlines, _NEAR_DEG)
    return touched


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _holds_pole(places: Places, rows: Ints) -> Signs:
    """Return 1 for a cell that holds the north pole, -1 for the south, 0 for others."""
    north = places.holds(LatLon(lat=90, lon=0), rows).astype(np.int8)
    return north - places.holds(LatLon(lat=-90, lon=0), rows).astype(np.int8)


def _outlines(cells: _Cells, chord_deg: float) -> npt.NDArray[np.object_]:
    """Return cells as polygons of the plane, their edges cut until they fit."""
    y, x, edge = _cut(cells.corner, cells.sizes, cells.squeeze, chord_deg)
    cell = cells.cell[edge]
    points = cells.flat(y, x, cell)
    shapes = np.asarray(shapely.polygons(shapely.linearrings(points, indices=cell)))
    for i in np.flatnonzero(cells.polar):
        x, y = points[cell == i].T
        ring = _around_pole(x / cells.squeeze, y, float(cells.polar[i]))
        shapes[i] = shapely.Polygon(ring * (cells.squeeze, 1.0))
    return shapes


def _around_pole(x: Floats, y: Floats, pole: float) -> Floats:
    """Return the strip between a line round the earth and the pole."""
    first = int(np.argmin(x))
    x, y = np.roll(x, -first), np.roll(y, -first)
    x = np.unwrap(x, period=360)
    way = np.sign(x[-1] - x[0])
    x, y = np.append(x, x[0] + 360 * way), np.append(y, y[0])
    if way < 0:
        x += 360
    corners = np.array([[x[-1], 90 * pole], [x[0], 90 * pole]])
    return np.vstack((np.column_stack((x, y)), corners))


def _bulge(a: Floats, b: Floats, squeeze: float) -> Floats:
    """Return how far each arc can be from its chord on the plane, in radians.

    Along a great circle in radians, the second derivative of latitude is at most the
    tangent of latitude, that of longitude the same over its cosine; an eighth of it
    times the length squared bounds the gap.
    """
    length = angles(a, b)
    top = np.maximum(*(np.arcsin(np.minimum(np.abs(v[:, 2]), 1)) for v in (a, b)))
    top = np.minimum(top + length / 2, np.pi / 2 - 1e-9)
    return np.asarray(length**2 / 8 * np.tan(top) * (1 + squeeze / np.cos(top)))


def _cut(
    corner: Floats, sizes: Ints, squeeze: float, chord_deg: float
) -> tuple[Floats, Floats, Ints]:
    """Return points along edges of cells: latitude, longitude, index of the edge.

    No arc between two of them is farther from its chord than *chord_deg*.
    """
    a, b = corner, corner[successors(sizes)]
    # Edge number plus the share of the edge that lies before: puts pieces in order.
    place, share = np.arange(len(a), dtype=np.float64), 1.0
    done: list[tuple[Floats, Floats]] = []
    while len(a):
        fine = _bulge(a, b, squeeze) <= np.radians(chord_deg)
        fine |= angles(a, b) < _SHORTEST_RAD
        done.append((a[fine], place[fine]))
        a, b, place, share = a[~fine], b[~fine], place[~fine], share / 2
        middle = midpoints(a, b)
        a, b = np.concatenate((a, middle)), np.concatenate((middle, b))
        place = np.concatenate((place, place + share))
    places = np.concatenate([each[1] for each in done])
    order = np.argsort(places)
    points = np.concatenate([each[0] for each in done])[order]
    return *degrees(points), places[order].astype(np.int64)
