"""Draws the figures of this folder: ``python docs/explanation/figures/draw.py``."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import shapely

from amberkit.geo import (
    Containment,
    Disk,
    LatLon,
    Polygon,
    boundary_rings,
    cell_boundaries,
    cells_to_latlng,
    cover,
    cover_stages,
    latlng_to_cells,
    local_xy,
)

CASABLANCA = LatLon(lat=33.5731, lon=-7.5898)
COLORS = ("#0b3954", "#1f7a8c", "#5aa9a6", "#a7cfc4", "#dcebe4")
RIM = 'fill="none" stroke="#c1440e" stroke-width="2"'
LINE = 'stroke="#26323a" stroke-width=".7"'


# --- drawing --------------------------------------------------------------------------


def svg(size, *parts):
    """Return a picture of so many pixels."""
    width, height = size
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="13">'
    )
    paper = '<rect width="100%" height="100%" fill="#fcfcfa"/>'
    return "\n".join((head, paper, *parts, "</svg>")) + "\n"


def path(ring, style):
    """Return a closed line through pixels, ``(n, 2)``."""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in ring)
    return f'<polygon points="{points}" {style}/>'


def text(x, y, words, more=""):
    """Return words at a pixel."""
    return f'<text x="{x}" y="{y}" fill="#26323a" {more}>{words}</text>'


class Frame:
    """Meters around a center as pixels around the middle of a panel."""

    def __init__(self, middle, scale, center=CASABLANCA):
        self.middle, self.scale, self.center = np.array(middle), scale, center

    def __call__(self, lat, lon):
        xy = local_xy(self.center, lat=lat, lon=lon)
        return self.middle + xy * self.scale * (1, -1)

    def cells(self, ids, style):
        return "".join(path(self(*ring.T), style) for ring in cell_boundaries(ids))

    def rim(self, region, style=RIM):
        rings = boundary_rings(region)
        return "".join(path(self(*ring.T[::-1]), style) for ring in rings)


# --- figures --------------------------------------------------------------------------


def containments():
    """The three containments of one disk."""
    region, parts = Disk(CASABLANCA, radius_m=3_000), []
    for i, kind in enumerate(Containment):
        frame = Frame((130 + 250 * i, 140), 0.026)
        ids = cover(region, 8, kind).to_array()
        lat, lon = cells_to_latlng(ids)
        dots = "".join(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4" fill="#0b3954"/>'
            for x, y in frame(lat, lon)
        )
        parts += [
            frame.cells(ids, f'fill="{COLORS[3]}" {LINE}'),
            dots if kind is Containment.CENTER else "",
            frame.rim(region),
            text(
                130 + 250 * i, 272, f"{kind.name}: {len(ids)}", 'text-anchor="middle"'
            ),
        ]
    return svg((760, 290), *parts)


def descent():
    """What a descent takes at each resolution, and where it goes on."""
    region = Disk(CASABLANCA, radius_m=20_000)
    cells, frame = cover(region, 9), Frame((260, 250), 0.0112)
    parts, compact = [], cells.compact
    level = (compact >> np.uint64(52)) & np.uint64(15)
    for i, r in enumerate(range(5, 10)):
        ids = compact[level == r]
        color = COLORS[4 - i]
        parts.append(frame.cells(ids, f'fill="{color}" {LINE}') if len(ids) else "")
        parts += [
            f'<rect x="530" y="{60 + 28 * i}" width="18" height="18" fill="{color}"/>',
            text(556, 74 + 28 * i, f"resolution {r}: {len(ids):,}"),
        ]
    total = text(530, 220, f"{len(cells):,} cells of resolution 9")
    return svg((760, 500), *parts, frame.rim(region), total)


def stages():
    """Five stages of growth: what each adds."""
    radii = (5_000, 10_000, 20_000, 30_000, 40_000)
    regions = [Disk(CASABLANCA, radius_m=r) for r in radii]
    frame, before, parts = Frame((260, 250), 0.0056), None, []
    for i, cells in enumerate(cover_stages(regions, 7)):
        added = cells if before is None else cells - before
        before = cells
        parts += [
            frame.cells(added.to_array(), f'fill="{COLORS[i]}" {LINE}'),
            f'<rect x="530" y="{60 + 28 * i}" width="18" height="18" '
            f'fill="{COLORS[i]}"/>',
            text(
                556, 74 + 28 * i, f"to {radii[i] // 1000} km: {len(added)} cells more"
            ),
        ]
    rims = [frame.rim(r, 'fill="none" stroke="#c1440e"') for r in regions]
    return svg((760, 500), *parts, *rims)


def corner():
    """A cell that meets two regions and misses what they have in common."""
    hub = latlng_to_cells(lat=33.5731, lon=-7.5898, resolution=8)
    lat, lon = cell_boundaries(hub.reshape(1))[0].T
    center = LatLon(lat=float(lat.mean()), lon=float(lon.mean()))
    frame = Frame((260, 170), 0.16, center)
    north, east = float(lat.max()), float(lon.max())
    one = box(float(lon.min()) - 0.006, north - 0.0009, east + 0.006, north + 0.005)
    other = box(east - 0.0009, float(lat.min()) - 0.004, east + 0.006, north + 0.005)
    met = [bool(cover(r, 8).contains(hub)) for r in (one, other, one & other)]
    if met != [True, True, False]:
        raise ValueError("the cell must meet both and miss what they share")
    return svg(
        (520, 340),
        frame.cells(hub.reshape(1), f'fill="{COLORS[3]}" {LINE}'),
        frame.rim(one, 'fill="#1f7a8c" fill-opacity=".25" stroke="#1f7a8c"'),
        frame.rim(other, 'fill="#c1440e" fill-opacity=".2" stroke="#c1440e"'),
        text(150, 40, "A"),
        text(368, 300, "B"),
        text(415, 40, "A &amp; B"),
    )


def box(west, south, east, north):
    """Return a polygon between meridians and parallels."""
    shape = shapely.box(west, south, east, north)
    return Polygon.from_geojson(shapely.geometry.mapping(shape))


def net():
    """The lattice on the plane of one face of the icosahedron, and beyond its edges."""
    corners = pentagons()
    middle = corners.sum(axis=0)
    middle /= np.linalg.norm(middle)
    along = corners[0] - (corners[0] @ middle) * middle
    along /= np.linalg.norm(along)
    across = np.cross(middle, along)

    def pixels(vector):
        # From the middle of the earth to the plane that touches the face's middle.
        xy = np.stack((vector @ across, vector @ along), -1)
        return (260, 290) + xy / (vector @ middle)[..., None] * 230 * (1, -1)

    lat, lon = degrees(middle)
    ids = cover(Disk(LatLon(lat=lat, lon=lon), radius_m=4_600_000), 2).to_array()
    rings = [pixels(vectors(*ring.T)) for ring in cell_boundaries(ids)]
    face = shapely.Polygon(pixels(corners))
    shown = [
        path(r, f'fill="{COLORS[4 if face.contains(shapely.Point(r.mean(0))) else 2]}" '
        f'fill-opacity=".8" {LINE}')
        for r in rings
    ]  # fmt: skip
    return svg((520, 520), *shown, path(pixels(corners), RIM))


def pentagons():
    """Return three pentagons that are corners of one face, as unit vectors."""
    ids = cover(Disk(CASABLANCA, radius_m=20_003_932), 0).to_array()
    fives = [len(ring) == 5 for ring in cell_boundaries(ids)]
    corner = vectors(*cells_to_latlng(ids[fives]))
    near = corner @ corner.T > 0.4
    for i in range(12):
        for j in range(i):
            for k in range(j):
                if near[i, j] and near[j, k] and near[i, k]:
                    return corner[[i, j, k]]
    raise AssertionError


def vectors(lat, lon):
    """Return unit vectors, ``(n, 3)``."""
    y, x = np.radians(lat), np.radians(lon)
    return np.stack((np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)), -1)


def degrees(vector):
    """Return latitude and longitude of a unit vector."""
    x, y, z = vector
    return float(np.degrees(np.arcsin(z))), float(np.degrees(np.arctan2(y, x)))


FIGURES = (containments, descent, stages, corner, net)


def main(folder):
    """Write every figure into a folder."""
    for figure in FIGURES:
        Path(folder, f"{figure.__name__}.svg").write_text(figure(), encoding="utf-8")


if __name__ == "__main__":
    main(*(sys.argv[1:] or [Path(__file__).parent]))
