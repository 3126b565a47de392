"""Covers at random places of every kind, each cell looked at by brute force.

Some hundred cases in a normal run, ten thousand in the nightly one (``pytest -m nightly
tests/geo``). A case is named by its number, and is the same each time.
"""

import h3.api.basic_int as h3
import numpy as np
import pytest
from geo_oracle import GEOD, disk_oracle, flat_disk, flat_oracle
from shapely import affinity, box
from shapely.geometry import mapping

from amberkit.geo import Containment, Disk, LatLon, Polygon, cover

NORMAL, NIGHTLY = 300, 10_000
BATCH = 25

EDGE_M = [h3.average_hexagon_edge_length(r, "m") for r in range(16)]
CORNERS = np.array([h3.cell_to_latlng(p) for p in h3.get_pentagons(0)])
KINDS = ("anywhere", "across 180", "at a pole", "around a pentagon", "over an edge")
SHARE_OF_SHAPES = 0.25


def place(chance):
    """A point of one of the kinds."""
    match str(chance.choice(KINDS)):
        case "anywhere":
            return np.degrees(np.arcsin(chance.uniform(-1, 1))), chance.uniform(
                -180, 180
            )
        case "across 180":
            away = chance.choice([0, 1e-9, 1e-4, 0.1]) * chance.choice([-1, 1])
            return chance.uniform(-80, 80), (180 + away + 180) % 360 - 180
        case "at a pole":
            return chance.choice([-1, 1]) * (
                90 - chance.choice([0, 1e-9, 1e-3, 1])
            ), chance.uniform(-180, 180)
        case "around a pentagon":
            return moved(chance, *chance.choice(CORNERS))
        case _:
            return moved(chance, *on_an_edge(chance))


def moved(chance, lat, lon):
    far = chance.choice([0, 10, 3_000, 100_000])
    lon, lat, _ = GEOD.fwd(lon, lat, chance.uniform(0, 360), far)
    return lat, lon


def on_an_edge(chance):
    """A point on an edge of the icosahedron: between two pentagons next to each other."""
    lat, lon = CORNERS[chance.integers(12)]
    far = GEOD.inv(np.full(12, lon), np.full(12, lat), CORNERS[:, 1], CORNERS[:, 0])[2]
    to = CORNERS[chance.choice(np.argsort(far)[1:6])]
    share = chance.uniform(0, 1)
    y, x = np.radians([[lat, to[0]], [lon, to[1]]])
    ends = np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])
    a, b, c = ends @ (1 - share, share)
    return np.degrees(np.arctan2(c, np.hypot(a, b))), np.degrees(np.arctan2(b, a))


def some_resolution(chance, radius_m):
    """One at which a disk has few enough cells to look at each of them."""
    fit = [r for r in range(13) if radius_m <= 7 * EDGE_M[r] or r < 2]
    return int(chance.choice(fit))


def disk_case(chance):
    lat, lon = map(float, place(chance))
    radius_m = float(10 ** chance.uniform(0, np.log10(5_000_000)))
    resolution = some_resolution(chance, radius_m)
    containment = Containment(chance.choice([c.value for c in Containment]))
    region = Disk(LatLon(lat=lat, lon=lon), radius_m=radius_m)
    oracle = disk_oracle(lat, lon, radius_m, resolution, containment.value)
    return region, resolution, containment, oracle


def shape_case(chance):
    """Two or three disks, boxes and their like, combined at random."""
    lat, lon = chance.uniform(-70, 70), chance.uniform(-150, 150)
    resolution = int(chance.integers(3, 13))
    size_m = EDGE_M[resolution] * chance.uniform(0.5, 5)
    region, shape = None, None
    for _ in range(chance.integers(2, 4)):
        part, flat = shape_part(chance, lat, lon, size_m)
        if region is None:
            region, shape = part, flat
            continue
        match int(chance.integers(3)):
            case 0:
                region, shape = region | part, shape.union(flat)
            case 1:
                region, shape = region & part, shape.intersection(flat)
            case _:
                region, shape = region - part, shape.difference(flat)
    containment = Containment(chance.choice([c.value for c in Containment]))
    if shape.is_empty:
        return region, resolution, containment, (set(), set())
    sure_deg = size_m / 111_000 * 2e-4
    oracle = flat_oracle(shape, resolution, containment.value, sure_deg)
    return region, resolution, containment, oracle


def shape_part(chance, lat, lon, size_m):
    lon, lat, _ = GEOD.fwd(lon, lat, chance.uniform(0, 360), size_m * chance.uniform())
    if chance.integers(2):
        radius_m = float(size_m * chance.uniform(0.2, 1.5))
        region = Disk(LatLon(lat=float(lat), lon=float(lon)), radius_m=radius_m)
        return region, flat_disk(lat, lon, radius_m, 2_000)
    high, wide = size_m / 111_000 * chance.uniform(0.2, 1.5, 2)
    wide /= np.cos(np.radians(lat))
    shape = affinity.rotate(
        box(lon - wide, lat - high, lon + wide, lat + high), chance.uniform(0, 90)
    )
    return Polygon.from_geojson(mapping(shape)), shape


def check(number):
    chance = np.random.default_rng(number)
    made = shape_case if chance.uniform() < SHARE_OF_SHAPES else disk_case
    region, resolution, containment, (must, may) = made(chance)

    found = set(cover(region, resolution, containment).to_array().tolist())

    assert must <= found <= may, (number, region, resolution, containment)


@pytest.mark.parametrize("first", range(0, NORMAL, BATCH))
def test_a_random_cover_is_what_brute_force_finds(first):
    for number in range(first, first + BATCH):
        check(number)


@pytest.mark.nightly
@pytest.mark.parametrize("first", range(NORMAL, NORMAL + NIGHTLY, 20 * BATCH))
def test_ten_thousand_covers_are_what_brute_force_finds(first):
    for number in range(first, first + 20 * BATCH):
        check(number)
