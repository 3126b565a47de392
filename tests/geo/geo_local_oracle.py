"""What a cover of combined regions must be, by other means, anywhere on the earth.

Shares no code with the library: h3 for the cells, pyproj for geodesics and for a map
around one place, shapely for areas of that map. Each area is kept as two, one that is
surely within it and one that surely holds it; what lies between may be in a cover.
"""

from itertools import pairwise

import h3.api.basic_int as h3
import numpy as np
import shapely
from geo_oracle import GEOD, outline
from pyproj import Proj


class LocalMap:
    """Areas up to some tens of kilometers across, in meters around a place."""

    def __init__(self, lat, lon):
        self.lat, self.lon = lat, lon
        self._project = Proj(proj="aeqd", ellps="WGS84", lat_0=lat, lon_0=lon)

    def points(self, lat, lon):
        return np.column_stack(self._project(np.ravel(lon), np.ravel(lat)))

    def disk(self, lat, lon, radius_m):
        n = 3_000
        azimuth = np.linspace(0, 360, n, endpoint=False)
        x, y, _ = GEOD.fwd([lon] * n, [lat] * n, azimuth, [radius_m] * n)
        return self._between(shapely.Polygon(self.points(y, x)), radius_m)

    def corridor(self, line, reach_m):
        shape = shapely.LineString(self.points(*between(line).T))
        return self._between(shape.buffer(reach_m, quad_segs=400), reach_m)

    def polygon(self, ring):
        """One with geodesics for edges, given as ``(lat, lon)``, not closed."""
        line = between([*ring, ring[0]])
        return self._between(shapely.Polygon(self.points(*line.T)), 0)

    def _between(self, shape, size_m):
        # A ring of 1,600 corners or more is off by a part of 2e-6 of its radius, and
        # the map by one of 2e-6 at 20 km.
        off = 0.01 + 2e-5 * (size_m + 2_000)
        return Area(shape.buffer(-off), shape.buffer(off))

    def cell(self, cell):
        y, x = outline(cell, 40)
        return shapely.Polygon(self.points(y[:, :-1], x[:, :-1]))

    def center(self, cell):
        lat, lon = h3.cell_to_latlng(cell)
        return shapely.Point(self.points(lat, lon)[0])

    def cover(self, area, resolution, containment):
        """(cells that must be in the cover, cells that may)."""
        middle = h3.latlng_to_cell(self.lat, self.lon, resolution)
        reach = np.abs(area.outer.bounds).max() if not area.outer.is_empty else 0
        rings = int(reach * 2**0.5 / h3.average_hexagon_edge_length(resolution, "m"))
        place = self.center if containment == "center" else self.cell
        around = {c: place(c) for c in h3.grid_disk(middle, rings + 4)}
        test = "covers" if containment == "within" else "intersects"
        must, may = (
            {c for c, shape in around.items() if getattr(side, test)(shape)}
            for side in (area.inner, area.outer)
        )
        return must, may


def between(line):
    """The points ``(lat, lon)`` of a line, and a hundred between each two of them."""
    found = []
    for (lat, lon), (to_lat, to_lon) in pairwise(line):
        azimuth, _, length = GEOD.inv(lon, lat, to_lon, to_lat)
        along, ones = np.linspace(0, length, 101), np.ones(101)
        x, y, _ = GEOD.fwd(lon * ones, lat * ones, azimuth * ones, along)
        found.append(np.column_stack([y, x]))
    return np.concatenate(found)


class Area:
    """An area between two that are known."""

    def __init__(self, inner, outer):
        self.inner, self.outer = inner, outer
        shapely.prepare([inner, outer])

    def __or__(self, other):
        return Area(self.inner | other.inner, self.outer | other.outer)

    def __and__(self, other):
        return Area(self.inner & other.inner, self.outer & other.outer)

    def __sub__(self, other):
        return Area(self.inner - other.outer, self.outer - other.inner)
