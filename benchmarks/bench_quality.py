"""How well a cover keeps its promise, and how well the usual ways do.

See ``bench_cover.py`` for how it is run. A point is missed if its own cell, by h3, is
not in the set; overshoot is how far a corner of a cell lies beyond the disk, by pyproj.
"""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from _peers import CASABLANCA, GEOD, H3Py, closed, disk, ring_of
from _timing import table

from amberkit.geo import CellSet, Containment, cover

COUNT = 20_000


def by_rings(radius_m, resolution):
    """As many rings of cells as the radius has average edges times the root of 3."""
    step_m = h3.average_hexagon_edge_length(resolution, "m") * 3**0.5
    hub = h3.latlng_to_cell(CASABLANCA.lat, CASABLANCA.lon, resolution)
    return h3.grid_disk(hub, round(radius_m / step_m))


def by_degrees(radius_m, resolution):
    """A buffer of a point in degrees, 111 km each, as polyfill takes it."""
    hub = shapely.Point(CASABLANCA.lon, CASABLANCA.lat)
    ring = shapely.get_coordinates(hub.buffer(radius_m / 111_000, quad_segs=90))
    return H3Py(closed(ring[:-1])).cells(resolution, "center")


WAYS = {
    "amberkit, OVERLAP": lambda radius, r: cover(disk(radius), r).to_array(),
    "amberkit, WITHIN": lambda radius, r: cover(
        disk(radius), r, Containment.WITHIN
    ).to_array(),
    "polyfill by centers": lambda radius, r: H3Py(ring_of(radius)).cells(r, "center"),
    "rings of cells": by_rings,
    "buffer in degrees": by_degrees,
}


def points_of(radius_m, resolution, seed=3):
    """The cells of points drawn evenly from a disk, and of its rim."""
    chance = np.random.default_rng(seed)
    far = np.append(
        radius_m * np.sqrt(chance.uniform(0, 1, COUNT)), np.full(3_600, radius_m)
    )
    azimuth = np.append(chance.uniform(0, 360, COUNT), np.arange(3_600) / 10)
    start = np.full(len(far), CASABLANCA.lon), np.full(len(far), CASABLANCA.lat)
    lon, lat, _ = GEOD.fwd(*start, azimuth, far * (1 - 1e-9))
    pairs = zip(lat.tolist(), lon.tolist(), strict=True)
    return [h3.latlng_to_cell(y, x, resolution) for y, x in pairs]


def quality(way, radius_m, resolution):
    """Return shares of points covered, inside and on the rim, overshoot, and area."""
    found = np.asarray(way(radius_m, resolution), np.uint64).tolist()
    among = set(found)
    covered = np.array([i in among for i in points_of(radius_m, resolution)])
    corners = np.array([p for c in found for p in h3.cell_to_boundary(c)] or [(0, 0)])
    start = (np.full(len(corners), x) for x in (CASABLANCA.lon, CASABLANCA.lat))
    far = GEOD.inv(*start, corners[:, 1], corners[:, 0])[2] if found else [0.0]
    area = CellSet.from_cells(found, resolution=resolution).area_m2
    beyond_m = max(0.0, max(far) - radius_m)
    return covered[:COUNT].mean(), covered[COUNT:].mean(), beyond_m, area


@pytest.mark.parametrize(("radius_m", "resolution"), [(2_000, 8), (20_000, 7)])
def bench_an_overlap_leaves_nobody_out(radius_m, resolution):
    inside, rim, beyond_m, area = quality(
        WAYS["amberkit, OVERLAP"], radius_m, resolution
    )

    assert (inside, rim) == (1, 1)
    assert 0 < beyond_m < 2.1 * h3.average_hexagon_edge_length(resolution, "m")
    assert area > np.pi * radius_m**2


def parts(_outline):
    rows = []
    for radius_m, resolution in ((1_000, 8), (5_000, 8), (40_000, 8), (160_000, 7)):
        true_m2 = np.pi * radius_m**2
        for name, way in WAYS.items():
            inside, rim, beyond_m, area = quality(way, radius_m, resolution)
            rows.append(
                (
                    f"{radius_m / 1e3:g} km, resolution {resolution}",
                    name,
                    f"{inside:.2%}",
                    f"{rim:.2%}",
                    f"{beyond_m:,.0f} m",
                    f"{area / true_m2:.3f}",
                )
            )
    yield (
        "quality",
        table(
            ("disk", "way", "inside", "rim", "overshoot", "area to the disk's"), rows
        ),
    )
