"""Sets of cells and arrays of points, against what people use for them today.

See ``bench_cover.py`` for how it is run.
"""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import shapely
from _peers import disk, ring_of
from _timing import seconds, shown, table
from h3ronpy.vector import coordinates_to_cells

from amberkit.geo import LatLon, cells_to_latlng, cover, latlng_to_cells

RABAT = LatLon(lat=34.02, lon=-6.83)
COUNT = 1_000_000


def points(count, seed=1):
    chance = np.random.default_rng(seed)
    return chance.uniform(31.5, 35.5, count), chance.uniform(-10, -5, count)


def bench_everybody_gives_the_same_answers():
    check(2_000, 7)


def check(count, resolution):
    lat, lon = points(count)
    ids = latlng_to_cells(lat=lat, lon=lon, resolution=resolution)
    assert ids.tolist() == by_h3(lat, lon, resolution)
    assert np.array_equal(ids, coordinates_to_cells(lat, lon, resolution))
    place = disk(100_000)
    cells = cover(place, resolution)
    flat = frozenset(cells.to_array().tolist())
    assert cells.contains(ids).tolist() == [i in flat for i in ids.tolist()]
    assert np.array_equal(cells.contains(ids), cells.contains_points(lat=lat, lon=lon))
    centers = np.column_stack(cells_to_latlng(ids))
    assert np.abs(centers - [h3.cell_to_latlng(i) for i in ids.tolist()]).max() < 1e-9


def by_h3(lat, lon, resolution):
    pairs = zip(lat.tolist(), lon.tolist(), strict=True)
    return [h3.latlng_to_cell(y, x, resolution) for y, x in pairs]


def parts(_outline):
    yield "points", many_points()
    yield "sets", sets()


def many_points():
    check(20_000, 9)
    lat, lon = points(COUNT)
    place = disk(160_000)
    cells = cover(place, 9)
    ids = latlng_to_cells(lat=lat, lon=lon, resolution=9)
    flat = set(cells.to_array().tolist())
    shape = shapely.Polygon(ring_of(160_000))
    shapely.prepare(shape)
    some = slice(100_000)
    rows = [
        rates(
            "points to cells, resolution 9",
            {
                "amberkit": lambda: latlng_to_cells(lat=lat, lon=lon, resolution=9),
                "h3-py, a loop": lambda: by_h3(lat[some], lon[some], 9),
                "h3ronpy": lambda: coordinates_to_cells(lat, lon, 9),
            },
        ),
        rates(
            "cells to centers, resolution 9",
            {
                "amberkit": lambda: cells_to_latlng(ids),
                "h3-py, a loop": lambda: [
                    h3.cell_to_latlng(i) for i in ids[some].tolist()
                ],
            },
        ),
        rates(
            "ids in a cover",
            {
                "amberkit": lambda: cells.contains(ids),
                "a Python set": lambda: [i in flat for i in ids[some].tolist()],
                "numpy.isin": lambda: np.isin(ids, cells.to_array()),
            },
        ),
        rates(
            "points in a cover",
            {"amberkit": lambda: cells.contains_points(lat=lat, lon=lon)},
        ),
        rates(
            "points in a disk of 160 km",
            {
                "amberkit, exact": lambda: place.contains_points(lat=lat, lon=lon),
                "shapely, 360 corners": lambda: shapely.contains_xy(shape, lon, lat),
            },
        ),
    ]
    return table(("what", "millions a second"), rows)


def rates(name, ways):
    taken = seconds(ways, rounds=5)
    done = {w: 0.1 if "loop" in w or "Python" in w else 1.0 for w in ways}
    return name, "; ".join(f"{w} {done[w] / t:.3g}" for w, t in taken.items())


def sets():
    one, other = cover(disk(160_000), 9), cover(disk(160_000, RABAT), 9)
    inner = cover(disk(120_000), 9)
    a, b = set(one.to_array().tolist()), set(other.to_array().tolist())
    assert set((one & other).to_array().tolist()) == a & b
    ways = {
        "union": (lambda: one | other, lambda: a | b),
        "intersection": (lambda: one & other, lambda: a & b),
        "difference": (lambda: one - other, lambda: a - b),
        "what a stage adds, 120 to 160 km": (lambda: one - inner, None),
        "compact": (lambda: one.compact, lambda: h3.compact_cells(list(a))),
        "area": (lambda: one.area_m2, None),
    }
    rows = []
    for name, (ours, theirs) in ways.items():
        both = {"ours": ours} | ({"theirs": theirs} if theirs else {})
        taken = seconds(both)
        mine, peer = taken["ours"], taken.get("theirs")
        ratio = f"{shown(peer)}, {peer / mine:.0f} x" if peer else ""
        rows.append((name, shown(mine), ratio))
    return table(
        ("covers of 160 km, resolution 9", "amberkit", "sets of Python, h3-py"), rows
    )
