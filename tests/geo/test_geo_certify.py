"""What a certificate says, by other means: planes of pyproj, areas of shapely, h3."""

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from geo_oracle import outline
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Transformer

from amberkit.errors import InvalidValue
from amberkit.geo import (
    CellSet,
    Containment,
    Disk,
    LatLon,
    Polygon,
    certify,
    cover,
)

GEOD = Geod(ellps="WGS84")
HERE = (33.5731, -7.5898)
RESOLUTION = 10


class Sheet:
    """A flat map around a place: over a kilometer, lengths and areas to a millionth."""

    def __init__(self, lat, lon):
        self.lat, self.lon = lat, lon
        at = f"+proj=aeqd +lat_0={lat} +lon_0={lon} +ellps=WGS84"
        self._to = Transformer.from_crs("EPSG:4326", at, always_xy=True)

    def flat(self, lon, lat):
        return np.column_stack(self._to.transform(lon, lat))

    def disk(self, lat, lon, radius, n=1500):
        turn = np.linspace(0, 360, n, endpoint=False)
        x, y, _ = GEOD.fwd(np.full(n, lon), np.full(n, lat), turn, np.full(n, radius))
        return shapely.Polygon(self.flat(x, y))

    def box(self, west, south, east, north, n=50):
        corners = np.array([[west, south], [east, south], [east, north], [west, north]])
        share = np.linspace(0, 1, n, endpoint=False)[:, None]
        edges = zip(corners, np.roll(corners, -1, 0), strict=True)
        ring = np.vstack([a * (1 - share) + b * share for a, b in edges])
        return shapely.Polygon(self.flat(*ring.T))

    def cells(self, ids):
        shapes = []
        for cell in ids:
            y, x = outline(int(cell), 4)
            shapes.append(
                shapely.Polygon(self.flat(x[:, :-1].ravel(), y[:, :-1].ravel()))
            )
        # Neighbors meet at corners that differ by a hair.
        return shapely.union_all(shapes, grid_size=1e-5)

    def point(self, place):
        return shapely.Point(self._to.transform(place.lon, place.lat))


def farthest(shape, goal):
    """How far the points of a shape are from another at most: an ever denser grid."""
    west, south, east, north = shape.bounds
    step = 10.0
    x, y = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    points = np.column_stack((x.ravel(), y.ravel()))
    rim = shapely.points(shapely.get_coordinates(shapely.segmentize(shape, 1)))
    shapely.prepare([shape, goal])
    best = float(shapely.distance(goal, rim).max())
    around = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    while step > 0.3:
        points = points[shapely.contains_xy(shape, *points.T)]
        far = shapely.distance(goal, shapely.points(points))
        best = max(best, float(far.max(initial=0)))
        step /= 2
        points = points[far > best - 3 * step]
        points = np.unique((points[:, None] + step * around).reshape(-1, 2), axis=0)
    return best


def assert_proved(proof, sheet, region, cells):
    """Check all figures; *region* is drawn on the sheet."""
    covered = sheet.cells(cells)
    near = 2e-5 * max(region.area, covered.area)
    missed, extra = region.difference(covered), covered.difference(region)
    assert proof.region_m2 == pytest.approx(region.area, rel=1e-5)
    assert proof.cells_m2 == pytest.approx(covered.area, rel=1e-5)
    assert proof.missed_m2 == pytest.approx(missed.area, abs=near)
    assert proof.extra_m2 == pytest.approx(extra.area, abs=near)
    assert proof.area_ratio == pytest.approx(covered.area / region.area, rel=2e-5)
    for bound, witness, what, to in (
        (proof.farthest_miss_m, proof.farthest_miss, missed, covered),
        (proof.overshoot_m, proof.overshoot, extra, region),
    ):
        if to.is_empty:
            assert (bound, witness) == (None, None)
            continue
        truth = 0 if what.area < 1e-3 else farthest(what, to)
        # What the grid leaves out is half a meter at most.
        assert truth - 0.01 <= bound <= truth + 1.5
        if witness is None:
            assert bound == 0
        else:
            at = sheet.point(witness)
            assert bound - 1 <= to.distance(at) <= bound + 0.01
            assert what.distance(at) < 0.1


def geo_box(west, south, east, north):
    return Polygon.from_geojson(
        shapely.geometry.mapping(shapely.box(west, south, east, north))
    )


def regions(sheet):
    """Regions of some hundred meters, each with how it is on a sheet."""
    lat, lon = sheet.lat, sheet.lon
    x, y = 1 / 111_320 / np.cos(np.radians(lat)), 1 / 110_900
    left = (lon - 400 * x, lat - 250 * y, lon - 150 * x, lat + 250 * y)
    right = (lon + 100 * x, lat - 200 * y, lon + 350 * x, lat + 100 * y)
    whole = (lon - 350 * x, lat - 300 * y, lon + 350 * x, lat + 300 * y)
    east = lon + 250 * x
    here, there = LatLon(lat=lat, lon=lon), LatLon(lat=lat, lon=east)
    disk, small = Disk(here, radius_m=350), Disk(there, radius_m=180)
    disk_, small_ = sheet.disk(lat, lon, 350), sheet.disk(lat, east, 180)
    return {
        "a disk": (disk, disk_),
        "a box": (geo_box(*whole), sheet.box(*whole)),
        "a union with a gap": (
            geo_box(*left) | geo_box(*right),
            sheet.box(*left) | sheet.box(*right),
        ),
        "a box with a hole": (
            geo_box(*whole) - Disk(here, radius_m=230),
            sheet.box(*whole) - sheet.disk(lat, lon, 230),
        ),
        "a crescent": (disk - small, disk_ - small_),
        "a lens": (disk & small, disk_ & small_),
    }


CASABLANCA = Sheet(*HERE)
REGIONS = regions(CASABLANCA)


@pytest.mark.parametrize("containment", Containment, ids=lambda c: c.name)
@pytest.mark.parametrize("kind", REGIONS)
def test_a_cover_is_measured(kind, containment):
    region, drawn = REGIONS[kind]
    cells = cover(region, RESOLUTION, containment)

    proof = certify(cells, region)

    assert_proved(proof, CASABLANCA, drawn, cells)
    assert proof.is_complete == (containment is Containment.OVERLAP)
    assert (proof.overshoot is None) == (containment is Containment.WITHIN)
    if proof.is_complete:
        assert (proof.missed_m2, proof.farthest_miss_m) == (0.0, 0.0)
    if containment is Containment.WITHIN:
        assert (proof.extra_m2, proof.overshoot_m) == (0.0, 0.0)


@pytest.mark.parametrize("kind", ["a disk", "a union with a gap"])
@pytest.mark.parametrize("shift", [700, 2_000])
def test_cells_that_lie_beside_the_region_are_measured(kind, shift):
    region, drawn = REGIONS[kind]
    beside = Disk(LatLon(lat=HERE[0], lon=HERE[1] + shift / 93_000), radius_m=200)
    cells = cover(beside, RESOLUTION)

    proof = certify(cells, region)

    assert_proved(proof, CASABLANCA, drawn, cells)
    assert not proof.is_complete


places = st.sampled_from(
    [(-17.8, 180.0), (65.0, -179.9999), (89.9995, 12.0), (-90.0, 0.0)]
) | st.tuples(st.floats(-89, 89), st.floats(-180, 180))


@settings(max_examples=12, deadline=None)
@given(places, st.floats(50, 250))
def test_a_disk_is_measured_anywhere(place, radius):
    sheet = Sheet(*place)
    disk = Disk(LatLon(lat=place[0], lon=place[1]), radius_m=radius)
    cells = cover(disk, 11, Containment.CENTER)

    proof = certify(cells, disk)

    assert_proved(proof, sheet, sheet.disk(*place, radius), cells)


def test_a_shape_across_the_antimeridian_is_measured():
    sheet = Sheet(-17.8, 180.0)
    west, east = 179.997, -179.997
    ring = [(west, -17.803), (east, -17.803), (east, -17.797), (west, -17.797)]
    region = Polygon((((*ring, ring[0]),),))
    cells = cover(region, RESOLUTION, Containment.CENTER)

    proof = certify(cells, region)

    assert_proved(proof, sheet, sheet.box(west, -17.803, 180.003, -17.797), cells)


def test_a_legal_boundary_tells_how_far_cells_spill():
    area = Disk(LatLon(lat=HERE[0], lon=HERE[1]), radius_m=1_000)
    west, south, east, north = HERE[1] - 1, HERE[0] - 1, HERE[1] + 0.002, HERE[0] + 1
    boundary = geo_box(west, south, east, north)
    cells = cover(area & boundary, RESOLUTION)

    proof = certify(cells, boundary)

    spill = max(
        GEOD.inv(lon, lat, east, lat)[2]
        for cell in cells
        for lat, lon in h3.cell_to_boundary(cell)
        if lon > east
    )
    # The nearest point of a meridian is on nearly the same parallel.
    assert spill - 0.01 <= proof.overshoot_m <= spill + 1
    assert proof.overshoot.lon > east


# --- large and odd regions ------------------------------------------------------------


def test_a_region_of_half_the_earth_is_measured():
    ring = [(-180, 0), (-180, -90), (180, -90), (180, 0), (60, 0), (-60, 0), (-180, 0)]
    half = Polygon(((tuple(ring),),))
    cells = cover(half, 2)

    proof = certify(cells, half)

    # https://en.wikipedia.org/wiki/World_Geodetic_System: 510,065,621.724 km2 in all.
    assert proof.region_m2 == pytest.approx(510_065_621.724e6 / 2, rel=1e-9)
    corners = [h3.cell_to_boundary(cell) for cell in cells]
    north = max(lat for ring in corners for lat, _ in ring)
    spill = GEOD.inv(0, 0, 0, north)[2]
    assert spill - 0.01 <= proof.overshoot_m <= spill * (1 + 1e-5) + 1
    assert proof.extra_m2 == pytest.approx(proof.cells_m2 - proof.region_m2, rel=1e-4)


def test_the_rim_of_nearly_the_whole_earth_is_measured():
    away = LatLon(lat=10, lon=20)
    most = Disk(away, radius_m=19_000_000)

    proof = certify(cover(most, 3, Containment.WITHIN), most)

    turn = np.linspace(0, 360, 2_000, endpoint=False)
    n = len(turn)
    x, y, _ = GEOD.fwd(np.full(n, 20), np.full(n, 10), turn, np.full(n, 19_000_000))
    rest = 510_065_621.724e6 - proof.region_m2
    assert rest == pytest.approx(abs(GEOD.polygon_area_perimeter(x, y)[0]), rel=1e-5)
    assert proof.region_m2 - proof.cells_m2 == pytest.approx(proof.missed_m2, rel=1e-3)
    assert proof.overshoot_m == 0


def test_all_of_the_earth_leaves_nothing_out():
    earth = Disk(LatLon(lat=33, lon=-7), radius_m=20_003_931.5)
    cells = cover(earth, 1)

    proof = certify(cells, earth)

    assert len(cells) == 842
    assert proof.is_complete
    assert proof.area_ratio == pytest.approx(1, abs=2e-5)
    assert (proof.overshoot_m, proof.extra_m2) == (0.0, 0.0)


def test_the_far_side_of_the_earth_is_a_finite_way_off():
    here = Disk(LatLon(lat=0, lon=0), radius_m=1_000)
    box = geo_box(-0.01, -0.01, 0.01, 0.01)
    cells = cover(Disk(LatLon(lat=0, lon=180), radius_m=1_000), 7)

    proof, of_box = certify(cells, here), certify(cells, box)

    longest = 20_003_931.46
    assert longest - 5_000 < proof.overshoot_m <= longest * (1 + 1e-5)
    assert longest - 7_000 < of_box.overshoot_m <= longest * (1 + 1e-5)
    assert proof.farthest_miss_m == pytest.approx(proof.overshoot_m, abs=8_000)


def test_no_cells_miss_everything():
    disk = Disk(LatLon(lat=1, lon=2), radius_m=1_000)

    proof = certify(CellSet(8), disk)

    assert proof.missed_m2 == pytest.approx(proof.region_m2, rel=1e-5)
    assert (proof.farthest_miss_m, proof.farthest_miss) == (None, None)
    assert (proof.cells_m2, proof.extra_m2, proof.overshoot_m) == (0.0, 0.0, 0.0)
    assert not proof.is_complete


def test_seams_and_points_of_a_region_are_no_area():
    # Two boxes that share an edge here and a corner there.
    two = geo_box(0, 0, 0.01, 0.01) | geo_box(0.02, 0, 0.03, 0.01)
    other = geo_box(0.005, 0.005, 0.02, 0.02) | geo_box(0.03, 0.01, 0.04, 0.02)
    region = two & other
    cells = cover(geo_box(0.005, 0.005, 0.01, 0.01), 9)

    proof = certify(cells, region)

    assert proof.region_m2 == pytest.approx(556.6**2, rel=0.01)
    assert not proof.is_complete
    corner = GEOD.inv(0.03, 0.01, 0.01, 0.01)[2]
    assert corner - 400 < proof.farthest_miss_m < corner


@pytest.mark.parametrize(
    ("cells", "region", "match"),
    [
        ([1, 2], Disk(LatLon(lat=1, lon=2), radius_m=9), "cells must be a CellSet"),
        (CellSet(9), "Rabat", "region must be a region"),
        (CellSet(9), geo_box(0, 0, 1, 1) & geo_box(2, 2, 3, 3), "with an area"),
        (CellSet(9), geo_box(0, 0, 1, 1) & geo_box(1, 0, 2, 1), "with an area"),
        (CellSet(9), Disk(LatLon(lat=1, lon=2), radius_m=1e-8), "with an area"),
    ],
)
def test_what_cannot_be_measured_is_refused(cells, region, match):
    with pytest.raises(InvalidValue, match=match):
        certify(cells, region)
