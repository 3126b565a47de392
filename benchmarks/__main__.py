"""Measure covers against other libraries, and write the figures onto their page.

Run as ``python benchmarks``; give the path of a GeoJSON file to have the outline of a
country measured that is not made up (its largest ring is taken). It takes some minutes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import bench_cells
import bench_cover
import bench_quality
import numpy as np
import shapely
from _peers import outline_of_a_country
from _timing import machine, write


def outline():
    """Return the outline to measure, ``(n, 2)``."""
    if len(sys.argv) < 2:
        return outline_of_a_country()
    shape = shapely.from_geojson(Path(sys.argv[1]).read_text(encoding="utf-8"))
    pieces = [p for g in shapely.get_parts(shape) for p in shapely.get_parts(g)]
    largest = max(pieces, key=lambda piece: piece.area)
    return np.round(shapely.get_coordinates(largest.exterior), 12)


def main() -> None:
    found = {"machine": machine()}
    print(found["machine"], flush=True)
    for bench in (bench_cover, bench_cells, bench_quality):
        for name, part in bench.parts(outline()):
            print(f"\n{part}", flush=True)
            found[name] = part
    write(found)


if __name__ == "__main__":
    main()
