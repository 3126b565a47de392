"""Covers against those of other libraries: first the same cells, then the time.

Run with ``python benchmarks``, which prints tables and writes them into
``docs/explanation/performance.md``. Under pytest only the answers are compared.
"""

from __future__ import annotations

import functools
import operator
import statistics
import subprocess
import sys
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
import shapely
from _peers import (
    H3Py,
    H3ronPy,
    Trees,
    disk,
    outline_of_a_country,
    polygon,
    ring_of,
)
from _timing import seconds, shown, table

from amberkit.errors import AmberkitError
from amberkit.geo import (
    CellSet,
    Containment,
    LatLon,
    Polygon,
    cover,
    cover_stages,
)

KINDS = {"center": Containment.CENTER, "overlap": Containment.OVERLAP}
RADIUS_M = 160_000


@pytest.mark.parametrize("contain", KINDS)
def bench_everybody_finds_the_same_cells(contain):
    check("disk", ring_of(40_000), 7, contain, [Trees(40_000, ring_of(40_000))])
    check("country", outline_of_a_country(), 6, contain)


def bench_everybody_finds_the_same_cells_of_stages():
    for ring in stages()[1]:
        check("stage", ring, 7, "overlap")


def check(what, ring, resolution, contain, others=()):
    """Refuse to time what does not give the same answer."""
    ours = cover(polygon(ring), resolution, KINDS[contain])
    for peer in (H3Py(ring), H3ronPy(ring), *others):
        theirs = CellSet.from_cells(
            peer.compact(resolution, contain), resolution=resolution
        )
        assert theirs == ours, f"{peer.name} finds another cover of the {what}"


def parts(outline):
    """Yield each table by its name."""
    yield "disks", disks()
    yield "outline", outlines(outline)
    yield "growth", growth()
    yield "stages", staged()
    yield "edges", first_and_refused()


def disks():
    rows = []
    ring, place = ring_of(RADIUS_M), disk(RADIUS_M)
    for resolution in (7, 8, 9):
        for contain, kind in KINDS.items():
            peers = [H3Py(ring), H3ronPy(ring)]
            if resolution < 9:
                peers.append(Trees(RADIUS_M, ring))
            check("disk", ring, resolution, contain, peers[2:])
            rows.append(
                row(
                    f"160 km, resolution {resolution}, {kind.name}",
                    lambda r=resolution, k=kind: cover(place, r, k),
                    peers,
                    resolution,
                    contain,
                )
            )
    return table(
        ("disk", "cells", "amberkit", "h3-py", "h3ronpy", "shapely STRtree"), rows
    )


def outlines(line):
    place = polygon(line)
    rows = []
    for resolution, contain in ((7, "overlap"), (8, "center"), (8, "overlap")):
        check("country", line, min(resolution, 7), contain)
        peers = [H3Py(line), H3ronPy(line)]
        name = f"{len(line):,} points, resolution {resolution}, {KINDS[contain].name}"
        kind = KINDS[contain]
        rows.append(
            row(
                name,
                lambda r=resolution, k=kind: cover(place, r, k),
                peers,
                resolution,
                contain,
            )
        )
    return table(
        ("outline of a country", "cells", "amberkit", "h3-py", "h3ronpy"), rows
    )


def row(name, ours, peers, resolution, contain):
    ways = {"amberkit": ours}
    for peer in peers:
        ways[peer.name] = lambda p=peer: p.compact(resolution, contain)
    taken = seconds(ways)
    mine = taken.pop("amberkit")
    ratios = [f"{shown(t)}, {t / mine:.0f} x" for t in taken.values()]
    ratios += ["not tried"] * (3 - len(ratios)) if "km" in name else []
    return (name, f"{len(ours()):,}", shown(mine), *ratios)


def growth():
    rows = []
    for kind in KINDS.values():
        radii = (20, 40, 80, 160, 320)
        taken = seconds(
            {str(r): lambda r=r, k=kind: cover(disk(r * 1e3), 9, k) for r in radii}
        )
        slope = np.polyfit(np.log(radii), np.log(list(taken.values())), 1)[0]
        each = ", ".join(shown(t) for t in taken.values())
        rows.append(
            (f"radius 20, 40, 80, 160, 320 km, {kind.name}", each, f"slope {slope:.2f}")
        )
        levels = range(8, 13)
        taken = seconds(
            {str(r): lambda r=r, k=kind: cover(disk(RADIUS_M), r, k) for r in levels}
        )
        times = list(taken.values())
        steps = ", ".join(f"{b / a:.2f}" for a, b in pairwise(times))
        rows.append(
            (
                f"resolution 8 to 12, 160 km, {kind.name}",
                ", ".join(map(shown, times)),
                f"steps {steps}",
            )
        )
    stages = [disk(r * 1e3) for r in (20, 40, 80, 120, 160)]
    taken = seconds(
        {
            "five": lambda: cover_stages(stages, 9),
            "one": lambda: cover(stages[-1], 9),
        },
        rounds=25,
    )
    rows.append(
        (
            "five stages to 160 km, resolution 9, against the last alone",
            f"{shown(taken['five'])}, {shown(taken['one'])}",
            f"{taken['five'] / taken['one']:.2f} x",
        )
    )
    for level in (9, 11):
        rows.append(
            (
                f"peak of extra memory, 160 km, resolution {level}",
                f"{peak_mb(lambda r=level: cover(disk(RADIUS_M), r)):.0f} MB",
                "",
            )
        )
    return table(("what grows", "measured", "growth"), rows)


PLACES = [
    LatLon(lat=31.0, lon=-6.0),
    LatLon(lat=31.1, lon=-6.2),
    LatLon(lat=31.3, lon=-5.8),
    LatLon(lat=30.7, lon=-6.3),
]


def stages():
    """Six stages around four places within a boundary, some 260 km across.

    Returns:
        The regions, and for the peers the outline of each.
    """
    line = (outline_of_a_country() - (-6, 31)) * 0.2 + (-6, 31)
    boundary, regions, rings = polygon(line), [], []
    for radius in (5e3, 10e3, 20e3, 40e3, 80e3, 160e3):
        disks = [disk(radius + 2_500, place) for place in PLACES]
        regions.append(functools.reduce(operator.or_, disks) & boundary)
        drawn = [shapely.Polygon(ring_of(radius + 2_500, place)) for place in PLACES]
        shape = shapely.union_all(drawn) & shapely.Polygon(line)
        rings += [
            shapely.get_coordinates(piece.exterior)
            for piece in shapely.get_parts(shape)
        ]
    return regions, rings


def staged():
    regions, rings = stages()
    for ring in rings:
        check("stage", ring, 8, "overlap")
    ways = {
        "amberkit": lambda: cover_stages(regions, 8),
        "one by one": lambda: [cover(region, 8) for region in regions],
    }
    for kind in (H3Py, H3ronPy):
        peers = [kind(ring) for ring in rings]
        ways[kind.name] = lambda p=peers: [peer.compact(8, "overlap") for peer in p]
    taken = seconds(ways)
    mine = taken.pop("amberkit")
    ratios = [f"{shown(t)}, {t / mine:.1f} x" for t in taken.values()]
    name = "six stages, four places, 1,025 points, resolution 8, OVERLAP"
    return table(
        ("stages within a boundary", "amberkit", *taken), [(name, shown(mine), *ratios)]
    )


HOSTILE = {
    "radius that is no number": lambda: disk(float("nan")),
    "radius of 0": lambda: disk(0),
    "latitude of 95": lambda: LatLon(lat=95, lon=0),
    "a bool for a latitude": lambda: LatLon(lat=True, lon=0),
    "resolution 16": lambda: cover(disk(1_000), 16),
    "a ring that crosses itself": lambda: box([0, 0], [4, 4], [4, 0], [0, 4]),
    "an empty ring": lambda: box(),
    "a ring with an infinite longitude": lambda: box([0, 0], [1e400, 0], [1, 1]),
    "a disk of 5,000 km at resolution 15": lambda: cover(disk(5e6), 15),
    "two of them, united": lambda: cover(disk(5e6) | disk(5e6, RABAT), 15),
}
RABAT = LatLon(lat=34.02, lon=-6.83)
COLD = """
import time
from amberkit.geo import Disk, LatLon, cover
began = time.perf_counter()
cover(Disk(LatLon(lat=33.5731, lon=-7.5898), radius_m=160_000), 9)
print(time.perf_counter() - began)
"""


def box(*corners):
    ring = [*corners, *corners[:1]]
    return Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})


@pytest.mark.parametrize("what", HOSTILE)
def bench_hostile_input_is_refused(what):
    with pytest.raises(AmberkitError):
        HOSTILE[what]()


def refusal(way):
    try:
        way()
    except AmberkitError:
        return
    raise AssertionError("it was taken")


def first_and_refused():
    taken = seconds({k: lambda w=w: refusal(w) for k, w in HOSTILE.items()})
    rows = [(f"{name} is refused", shown(t)) for name, t in taken.items()]
    turn = np.linspace(0, 2 * np.pi, 40_000, endpoint=False)
    far = 1.5 + 0.2 * np.sin(40 * turn) + 0.01 * np.sin(4_000 * turn)
    ring = np.column_stack((far * np.cos(turn) - 7, far * np.sin(turn) + 33))
    taken = seconds({"ring": lambda: cover(box(*ring.tolist()), 7)}, rounds=3)
    rows.append(
        (
            "a ring of 40,000 points is read and covered, resolution 7",
            shown(taken["ring"]),
        )
    )
    cold = [
        float(subprocess.check_output([sys.executable, "-c", COLD])) for _ in range(5)
    ]
    rows.append(("the first cover of a process", shown(statistics.median(cold))))
    return table(("what", "time"), rows)


def peak_mb(way):
    """Return how much memory a call takes at its most, as Python and numpy count it."""
    way()
    tracemalloc.start()
    way()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6
