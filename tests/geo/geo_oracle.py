"""What a cover must be, by other means: every cell looked at, sampled and measured.

Shares no code with the library: h3 for the cells, pyproj for distances, shapely for
areas. Where sampling cannot tell, the oracle says None.
"""

import h3.api.basic_int as h3
import numpy as np
import shapely
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
SURE_M = 0.02


def sphere(lat, lon):
    y, x = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], -1)


def back(v):
    return (
        np.degrees(np.arctan2(v[..., 2], np.hypot(v[..., 0], v[..., 1]))),
        np.degrees(np.arctan2(v[..., 1], v[..., 0])),
    )


def far(lat, lon, to_lat, to_lon):
    shape = np.shape(to_lat)
    y, x = np.ravel(to_lat), np.ravel(to_lon)
    n = len(y)
    return GEOD.inv(np.full(n, lon), np.full(n, lat), x, y)[2].reshape(shape)


def outline(cell, per_edge):
    """Points along a cell's edges as great circles: (edges, per_edge + 1) lat, lon."""
    ring = np.array(h3.cell_to_boundary(cell))
    a = sphere(ring[:, 0], ring[:, 1])
    return back(chord(a, np.roll(a, -1, 0), np.linspace(0, 1, per_edge + 1)))


def chord(a, b, share):
    share = share[None, :, None] if share.ndim == 1 else share[..., None]
    return a[:, None] * (1 - share) + b[:, None] * share


def extreme(cell, lat, lon, best):
    """Least or greatest distance of a cell's edge, by six rounds of sampling."""
    ring = np.array(h3.cell_to_boundary(cell))
    a = sphere(ring[:, 0], ring[:, 1])
    b = np.roll(a, -1, 0)
    low, high = np.zeros(len(a)), np.ones(len(a))
    for _ in range(6):
        share = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, 33)
        found = far(lat, lon, *back(chord(a, b, share)))
        at = found.argmin(1) if best is min else found.argmax(1)
        rows = np.arange(len(a))
        low, high = (
            share[rows, np.maximum(at - 1, 0)],
            share[rows, np.minimum(at + 1, 32)],
        )
    return best(found.ravel().tolist())


def disk_cell(cell, lat, lon, radius, containment):
    """True, False or None: does the cell belong to the cover of the disk?"""
    res = h3.get_resolution(cell)
    if containment == "center":
        gap = radius - far(lat, lon, *np.array(h3.cell_to_latlng(cell))[:, None])[0]
    elif containment == "overlap":
        if h3.latlng_to_cell(lat, lon, res) == cell:
            return True
        gap = radius - extreme(cell, lat, lon, min)
    else:
        opposite = (-lat, lon + 180 if lon <= 0 else lon - 180)
        if radius < 20_003_900 and h3.latlng_to_cell(*opposite, res) == cell:
            return False
        gap = radius - extreme(cell, lat, lon, max)
    return (
        None
        if abs(gap)
        < SURE_M * 1e-3 * (1 + h3.average_hexagon_edge_length(res, "m") / 10)
        else gap > 0
    )


def near_cells(lat, lon, radius, resolution):
    """Every cell that could matter: all of them, or rings around the center."""
    if resolution <= 2:
        return [
            c for z in h3.get_res0_cells() for c in h3.cell_to_children(z, resolution)
        ]
    edge = h3.average_hexagon_edge_length(resolution, "m")
    return h3.grid_disk(h3.latlng_to_cell(lat, lon, resolution), int(radius / edge) + 4)


def disk_oracle(lat, lon, radius, resolution, containment):
    """(cells that must be in the cover, cells that may)."""
    cells = near_cells(lat, lon, radius, resolution)
    centers = np.array([h3.cell_to_latlng(c) for c in cells])
    away = far(lat, lon, centers[:, 0], centers[:, 1])
    reach = 2.2 * h3.average_hexagon_edge_length(resolution, "m")
    must, may = set(), set()
    for cell, distance in zip(cells, away.tolist(), strict=True):
        if abs(distance - radius) > reach and not (radius > 1.9e7 or distance < reach):
            verdict = distance < radius
        else:
            verdict = disk_cell(cell, lat, lon, radius, containment)
        if verdict is None:
            may.add(cell)
        elif verdict:
            must.add(cell)
    return must, must | may


# --- shapes in the lon/lat plane, away from poles and the antimeridian ----------------


def flat_disk(lat, lon, radius, points=20_000):
    az = np.linspace(0, 360, points, endpoint=False)
    x, y, _ = GEOD.fwd(
        np.full(points, lon), np.full(points, lat), az, np.full(points, radius)
    )
    return shapely.Polygon(np.column_stack([x, y]))


def flat_cell(cell, per_edge=60):
    y, x = outline(cell, per_edge)
    return shapely.Polygon(np.column_stack([x[:, :-1].ravel(), y[:, :-1].ravel()]))


def flat_oracle(shape, resolution, containment, sure_deg=1e-7):
    """The same for any shapely area, by shapely alone."""
    west, south, east, north = shape.bounds
    edge = h3.average_hexagon_edge_length(resolution, "m")
    mid = (south + north) / 2, (west + east) / 2
    half = GEOD.inv(west, south, east, north)[2] / 2
    must, may = set(), set()
    rim = shape.boundary
    shapely.prepare([rim, shape])
    for cell in h3.grid_disk(h3.latlng_to_cell(*mid, resolution), int(half / edge) + 4):
        if containment == "center":
            y, x = h3.cell_to_latlng(cell)
            place = shapely.Point(x, y)
        else:
            place = flat_cell(cell)
        if containment != "within":
            verdict = shape.intersects(place)
            clear = not verdict and not shapely.dwithin(shape, place, sure_deg)
            clear |= verdict and shape.intersection(place).area > sure_deg**2
            clear |= containment == "center" and rim.distance(place) > sure_deg
        else:
            verdict = shape.covers(place)
            clear = (
                rim.distance(place) > sure_deg
                if verdict
                else place.difference(shape).area > sure_deg**2
            )
        if not clear:
            may.add(cell)
        elif verdict:
            must.add(cell)
    return must, must | may
