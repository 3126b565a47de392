"""Covers against those of other libraries: first the same cells, then the time.

Run with ``python benchmarks``, which prints tables and writes them into
``docs/explanation/performance.md``. Under pytest only the answers are compared.
"""

from __future__ import annotations

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
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

from amberkit.geo import CellSet, Containment, cover, cover_stages

KINDS = {"center": Containment.CENTER, "overlap": Containment.OVERLAP}
RADIUS_M = 160_000


@pytest.mark.parametrize("contain", KINDS)
def bench_everybody_finds_the_same_cells(contain):
    check("disk", ring_of(40_000), 7, contain, [Trees(40_000, ring_of(40_000))])
    check("country", outline_of_a_country(), 6, contain)


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


def peak_mb(way):
    """Return how much memory a call takes at its most, as Python and numpy count it."""
    way()
    tracemalloc.start()
    way()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6
