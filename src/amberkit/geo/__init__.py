"""Where: regions on the WGS 84 ellipsoid, and the h3 cells that cover them.

A region is a `Disk`, a `Corridor`, a `Polygon`, or a combination with ``|``, ``&`` and
``-``. `cover` turns it into a `CellSet`. Geometry knows no cases.
"""

from __future__ import annotations

from amberkit.geo._errors import (
    BudgetExceeded,
    CoverTooLarge,
    InvalidCell,
    InvalidRegion,
    MixedResolutions,
    NotEnclosable,
)
from amberkit.geo.cells._cells import CellSet
from amberkit.geo.cells._latlng import (
    cell_boundaries,
    cells_to_latlng,
    latlng_to_cells,
)
from amberkit.geo.covers._cover import Containment, cover, cover_stages
from amberkit.geo.covers._width import cell_width_m
from amberkit.geo.earth._geodesy import geodesic_distance_m, local_xy
from amberkit.geo.proofs._certify import Certificate, certify
from amberkit.geo.regions._regions import (
    Corridor,
    Difference,
    Disk,
    Intersection,
    Polygon,
    Region,
    Union,
)
from amberkit.geo.shapes._polygons import (
    CoarseCell,
    boundary_rings,
    coarse_cell,
    enclosing_polygon,
)
from amberkit.geo.wire._wire_area import WireArea, WireBudget, WireCircle, wire_area
from amberkit.values import LatLon

__all__ = [
    "BudgetExceeded",
    "CellSet",
    "Certificate",
    "CoarseCell",
    "Containment",
    "Corridor",
    "CoverTooLarge",
    "Difference",
    "Disk",
    "Intersection",
    "InvalidCell",
    "InvalidRegion",
    "LatLon",
    "MixedResolutions",
    "NotEnclosable",
    "Polygon",
    "Region",
    "Union",
    "WireArea",
    "WireBudget",
    "WireCircle",
    "boundary_rings",
    "cell_boundaries",
    "cell_width_m",
    "cells_to_latlng",
    "certify",
    "coarse_cell",
    "cover",
    "cover_stages",
    "enclosing_polygon",
    "geodesic_distance_m",
    "latlng_to_cells",
    "local_xy",
    "wire_area",
]
