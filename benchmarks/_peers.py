"""The same questions, put to the libraries that people use today."""

from __future__ import annotations

import h3.api.basic_int as h3
import h3ronpy
import numpy as np
import shapely
from h3ronpy.vector import wkb_to_cells
from pyproj import Geod

from amberkit.geo import Disk, LatLon, Polygon

GEOD = Geod(ellps="WGS84")
CASABLANCA = LatLon(lat=33.5731, lon=-7.5898)
CORNERS = 360


def disk(radius_m, center=CASABLANCA):
    return Disk(center, radius_m=radius_m)


def ring_of(radius_m, center=CASABLANCA):
    """A ring of corners on the rim of a disk: what the peers can be asked for."""
    full = np.full(CORNERS, 0.0)
    azimuth = -np.linspace(0, 360, CORNERS, endpoint=False)
    lon, lat, _ = GEOD.fwd(
        full + center.lon, full + center.lat, azimuth, full + radius_m
    )
    return closed(np.column_stack((lon, lat)))


def outline_of_a_country(seed=7, doublings=10):
    """A closed line of 1,025 points with the raggedness of a coast, 1,300 km across."""
    chance = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, 5)
    line = np.column_stack((-6 + 6 * np.cos(turn), 31 + 5 * np.sin(turn)))
    for _ in range(doublings - 2):
        step = np.diff(line, axis=0)
        across = np.column_stack((-step[:, 1], step[:, 0]))
        middle = line[:-1] + step / 2
        middle += across * chance.normal(0, 0.13, len(across))[:, None]
        line = np.insert(line, np.arange(1, len(line)), middle, axis=0)
    assert shapely.Polygon(line).is_valid
    return line


def closed(line):
    return np.vstack((line, line[:1]))


def polygon(*rings):
    pieces = [[[list(p) for p in ring.tolist()]] for ring in rings]
    return Polygon.from_geojson({"type": "MultiPolygon", "coordinates": pieces})


class H3Py:
    """h3-py, the binding of h3's own C code."""

    name = "h3-py"

    def __init__(self, *rings):
        self.shapes = [
            h3.LatLngPoly([(y, x) for x, y in ring[:-1].tolist()]) for ring in rings
        ]

    def cells(self, resolution, contain):
        find = h3.polygon_to_cells
        if contain != "center":

            def find(shape, resolution):
                return h3.polygon_to_cells_experimental(shape, resolution, contain)

        return [cell for shape in self.shapes for cell in find(shape, resolution)]

    def compact(self, resolution, contain):
        return h3.compact_cells(self.cells(resolution, contain))


class H3ronPy:
    """h3ronpy, on the h3 of Rust."""

    name = "h3ronpy"

    MODES = {  # noqa: RUF012 - a table
        "center": h3ronpy.ContainmentMode.ContainsCentroid,
        "overlap": h3ronpy.ContainmentMode.Covers,
    }

    def __init__(self, *rings):
        self.wkb = [shapely.to_wkb(shapely.Polygon(ring)) for ring in rings]

    def cells(self, resolution, contain):
        mode = self.MODES[contain]
        return np.asarray(wkb_to_cells(self.wkb, resolution, mode, flatten=True))

    def compact(self, resolution, contain):
        # Its own ``compact=True`` fails for some outlines: heterogeneous resolution.
        return np.asarray(h3ronpy.compact(self.cells(resolution, contain)))


class Trees:
    """shapely's index of all cells about the area, as polygons."""

    name = "shapely STRtree"

    def __init__(self, radius_m, ring, center=CASABLANCA):
        self.radius_m, self.center = radius_m, center
        self.shape = shapely.Polygon(ring)

    def compact(self, resolution, contain):
        edge_m = h3.average_hexagon_edge_length(resolution, "m")
        hub = h3.latlng_to_cell(self.center.lat, self.center.lon, resolution)
        near = h3.grid_disk(hub, int(1.15 * self.radius_m / edge_m / 3**0.5) + 4)
        if contain == "center":
            places = shapely.points([h3.cell_to_latlng(c)[::-1] for c in near])
        else:
            places = [
                shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(c)])
                for c in near
            ]
        rows = shapely.STRtree(places).query(self.shape, predicate="intersects")
        return h3.compact_cells(np.array(near)[rows].tolist())
