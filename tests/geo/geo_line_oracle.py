"""What a cover of a corridor must be, by other means: lines and cells sampled finely.

Shares no code with the library: h3 for cells, pyproj for distances. What sampling
cannot tell, by the spacing of the samples, may be in the cover or not.
"""

from itertools import pairwise

import h3.api.basic_int as h3
import numpy as np
from geo_oracle import GEOD, back, chord, sphere


def in_space(lat, lon):
    """Points of the ellipsoid in meters from its middle, from the textbook formula."""
    y, x = np.radians(lat), np.radians(lon)
    across = GEOD.a / np.sqrt(1 - GEOD.es * np.sin(y) ** 2)
    return np.stack(
        [
            across * np.cos(y) * np.cos(x),
            across * np.cos(y) * np.sin(x),
            across * (1 - GEOD.es) * np.sin(y),
        ],
        -1,
    )


def sampled(line, spacing):
    """Points along the geodesics that join the points ``(lat, lon)`` of a line."""
    found = [np.array(line, float)]
    for (lat, lon), (to_lat, to_lon) in pairwise(line):
        azimuth, _, length = GEOD.inv(lon, lat, to_lon, to_lat)
        along = np.linspace(0, length, int(length / spacing) + 2)
        ones = np.ones(len(along))
        x, y, _ = GEOD.fwd(lon * ones, lat * ones, azimuth * ones, along)
        found.append(np.column_stack([y, x]))
    return np.concatenate(found)


def far_from(samples, lat, lon):
    """Distance of each point from the nearest sample, by pyproj."""
    there, here = in_space(*samples.T), in_space(lat, lon)
    # From a point in the middle, lest squares of the earth's radius drown the rest.
    there, here = there - there[0], here - there[0]
    square = (there**2).sum(1)
    nearest = np.concatenate(
        [
            (square - 2 * part @ there.T).argmin(1)
            for part in np.array_split(here, len(here) // 500 + 1)
        ]
    )
    return GEOD.inv(lon, lat, samples[nearest, 1], samples[nearest, 0])[2]


def cells_around(samples, reach, resolution):
    """Every cell that could matter."""
    if resolution <= 1:
        return [
            c for z in h3.get_res0_cells() for c in h3.cell_to_children(z, resolution)
        ]
    edge = h3.average_hexagon_edge_length(resolution, "m")
    rings = int(reach / edge) + 5
    seeds = {h3.latlng_to_cell(y, x, resolution) for y, x in samples}
    return sorted({c for seed in seeds for c in h3.grid_disk(seed, rings)})


def corridor_oracle(lines, reach, resolution, containment):
    """(cells that must be in the cover, cells that may)."""
    spacing = reach / 100
    samples = np.concatenate([sampled(line, spacing) for line in lines])
    # Between samples a line is nearer than the nearest of them by this at most.
    slack = 1.01 * spacing**2 / (8 * reach) + 1e-4
    edge = h3.average_hexagon_edge_length(resolution, "m")
    coarse = samples[:: max(1, int(edge / spacing / 2))]
    cells = cells_around(coarse, reach, resolution)
    centers = np.array([h3.cell_to_latlng(c) for c in cells])
    away = far_from(samples, *centers.T)
    begin = {h3.latlng_to_cell(*line[0], resolution) for line in lines}
    must, may = set(), set()
    for cell, distance in zip(cells, away.tolist(), strict=True):
        if containment == "center" or abs(distance - reach) > 2.2 * edge:
            low = high = distance
        elif containment == "overlap":
            low, high = nearest(cell, samples, edge)
            if cell in begin:
                low = high = 0
        else:
            low, high = farthest(cell, samples, edge)
        if high - slack <= reach:
            may.add(cell)
            if high <= reach:
                must.add(cell)
        elif low - slack <= reach:
            may.add(cell)
    return must, may


def nearest(cell, samples, edge):
    """Bounds on the least distance of a cell's edge, by sampling twice."""
    ring = np.array(h3.cell_to_boundary(cell))
    a = sphere(ring[:, 0], ring[:, 1])
    b, share = np.roll(a, -1, 0), np.linspace(0, 1, 33)
    y, x = back(chord(a, b, share))
    found = far_from(samples, y.ravel(), x.ravel()).reshape(y.shape)
    side, place = np.unravel_index(found.argmin(), found.shape)
    fine = np.linspace(share[max(place - 1, 0)], share[min(place + 1, 32)], 65)
    y, x = back(chord(a[[side]], b[[side]], fine))
    least = min(found.min(), far_from(samples, y[0], x[0]).min())
    return least - edge / 32 / 32 / 2, least


def farthest(cell, samples, edge):
    """Bounds on the greatest distance of any point of a cell, by a grid over it."""
    ring = np.array(h3.cell_to_boundary(cell))
    a = sphere(ring[:, 0], ring[:, 1])
    hub = sphere(*np.array(h3.cell_to_latlng(cell))[:, None])
    y, x = back(chord(a, np.roll(a, -1, 0), np.linspace(0, 1, 9)))
    rim = sphere(y.ravel(), x.ravel())
    y, x = back(chord(np.broadcast_to(hub, rim.shape), rim, np.linspace(0, 1, 9)))
    most = far_from(samples, y.ravel(), x.ravel()).max()
    return most, most + edge / 8
