"""Where a place lies with respect to polygons, proved in the lon/lat plane.

There a polygon's edges are straight and a cell's are not: great circles are cut until
each piece differs from its chord by less than `_CHORD_DEG`. What comes nearer than
`_NEAR_DEG`, half a millimeter, counts as touching. Near a pole the plane is squeezed
from east to west, which keeps straight lines straight and the number of pieces small.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from shapely import affinity

from amberkit.geo._logic import IN, MIXED, OUT, UNSURE
from amberkit.geo._places import Places
from amberkit.geo._plane import Plane
from amberkit.geo._spherical import angles, degrees, midpoints, successors, vectors
from amberkit.values import LatLon

__all__ = ["ball_status", "cell_status"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Signs = npt.NDArray[np.int8]

_CHORD_DEG = 2e-9
_NEAR_DEG = 4e-9
_SHORTEST_RAD = 1e-10
_CHUNK = 8_192


def ball_status(area: Plane, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or UNSURE for the ball around each place in *rows*.

    The ball is put into the box of its latitudes and longitudes.
    """
    lat, lon = places.lat[rows], places.lon[rows]
    reach = np.degrees(places.reach_rad[rows])
    south, north = np.maximum(lat - reach, -90), np.minimum(lat + reach, 90)
    with np.errstate(divide="ignore"):
        ratio = np.sin(np.radians(reach)) / np.cos(np.radians(lat))
    half = np.degrees(np.arcsin(np.minimum(ratio, 1)))
    half[(south <= -90) | (north >= 90)] = 180
    boxes = shapely.box(lon - half, south, lon + half, north)
    touched = shapely.intersects(area.edge, boxes)
    inside = shapely.intersects_xy(area.shape, lon, lat)
    return np.where(touched, UNSURE, np.where(inside, IN, OUT)).astype(np.int8)


def cell_status(area: Plane, places: Places, rows: Ints) -> Signs:
    """Return OUT, IN or MIXED for the cell at each place in *rows*.

    What cannot be told within a millimeter is MIXED.
    """
    status = ball_status(area, places, rows)
    open_rows = np.flatnonzero(status == UNSURE)
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
    inside = shapely.intersects_xy(area.shape, middle_lon, middle_lat)
    polar = _holds_pole(places, rows)
    touched = np.zeros(len(rows), bool)
    for halving in np.unique(halvings).tolist():
        some = np.flatnonzero(halvings == halving)
        of_some = np.isin(np.repeat(np.arange(len(rows)), sizes), some)
        squeeze = 0.5**halving
        shapes = _outlines(
            lat[of_some],
            lon[of_some],
            sizes[some],
            middle_lon[some],
            polar[some],
            squeeze,
        )
        edge = affinity.affine_transform(area.edge, [squeeze, 0, 0, 1, 0, 0])
        shapely.prepare(edge)
        touched[some] = shapely.dwithin(edge, shapes, _NEAR_DEG)
    return np.where(touched, MIXED, np.where(inside, IN, OUT)).astype(np.int8)


def _holds_pole(places: Places, rows: Ints) -> Signs:
    """Return 1 for a cell that holds the north pole, -1 for the south, 0 for others."""
    north = places.holds(LatLon(lat=90, lon=0), rows).astype(np.int8)
    return north - places.holds(LatLon(lat=-90, lon=0), rows).astype(np.int8)


def _outlines(
    lat: Floats,
    lon: Floats,
    sizes: Ints,
    middle_lon: Floats,
    polar: Signs,
    squeeze: float,
) -> npt.NDArray[np.object_]:
    """Return cells as polygons of the plane, their edges cut fine."""
    y, x, edge = _cut(vectors(lat, lon), sizes, squeeze)
    cell = np.repeat(np.arange(len(sizes)), sizes)[edge]
    base = middle_lon[cell]
    x = base + (x - base + 180) % 360 - 180
    rings = shapely.linearrings(np.column_stack((x * squeeze, y)), indices=cell)
    shapes = np.asarray(shapely.polygons(rings))
    for i in np.flatnonzero(polar):
        ring = _around_pole(x[cell == i], y[cell == i], float(polar[i]))
        shapes[i] = shapely.Polygon(ring * (squeeze, 1.0))
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


def _cut(corner: Floats, sizes: Ints, squeeze: float) -> tuple[Floats, Floats, Ints]:
    """Return points along the edges of cells: latitude, longitude, index of the edge.

    Along a great circle in radians, the second derivative of latitude is at most the
    tangent of latitude, that of longitude the same over its cosine; an eighth of it
    times the length squared is how far an arc can be from its chord.
    """
    a, b = corner, corner[successors(sizes)]
    # Edge number plus the share of the edge that lies before: puts pieces in order.
    place, share = np.arange(len(a), dtype=np.float64), 1.0
    done: list[tuple[Floats, Floats]] = []
    while len(a):
        length = angles(a, b)
        top = np.maximum(*(np.arcsin(np.minimum(np.abs(v[:, 2]), 1)) for v in (a, b)))
        top = np.minimum(top + length / 2, np.pi / 2 - 1e-9)
        bend = np.tan(top) * (1 + squeeze / np.cos(top))
        fine = length**2 / 8 * bend <= np.radians(_CHORD_DEG)
        fine |= length < _SHORTEST_RAD
        done.append((a[fine], place[fine]))
        a, b, place, share = a[~fine], b[~fine], place[~fine], share / 2
        middle = midpoints(a, b)
        a, b = np.concatenate((a, middle)), np.concatenate((middle, b))
        place = np.concatenate((place, place + share))
    places = np.concatenate([each[1] for each in done])
    order = np.argsort(places)
    points = np.concatenate([each[0] for each in done])[order]
    return *degrees(points), places[order].astype(np.int64)
