"""What goes on the wire contains the region; what is drawn is true."""

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from amberkit.errors import InvalidValue
from amberkit.geo import (
    Disk,
    InvalidCell,
    LatLon,
    NotEnclosable,
    Polygon,
    boundary_rings,
    cell_boundaries,
    coarse_cell,
    enclosing_polygon,
)
from amberkit.geo.shapes import _polygons

GEOD = Geod(ellps="WGS84")
HERE = LatLon(lat=33.5731, lon=-7.5898)


def box(west, south, east, north):
    return Polygon.from_geojson(
        shapely.geometry.mapping(shapely.box(west, south, east, north))
    )


def rim(disk, share=1 - 1e-9, n=1440):
    """Points just inside the true edge of a disk, by pyproj alone."""
    lon, lat, _ = GEOD.fwd(
        np.full(n, disk.center.lon),
        np.full(n, disk.center.lat),
        np.linspace(0, 360, n),
        np.full(n, disk.radius_m * share),
    )
    return lat, (lon + 180) % 360 - 180


def holds(geometry, lat, lon):
    return shapely.intersects_xy(shapely.geometry.shape(geometry), lon, lat)


def assert_rfc_7946(geometry):
    shape = shapely.geometry.shape(geometry)
    assert shape.is_valid
    for part in shapely.get_parts(shape):
        assert part.exterior.is_ccw
        assert not any(hole.is_ccw for hole in part.interiors)
    west, south, east, north = shape.bounds
    assert west >= -180
    assert east <= 180
    assert south >= -90
    assert north <= 90


@settings(deadline=None, max_examples=80)
@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(1, 2_000_000))
def test_the_polygon_of_a_disk_holds_its_rim(lat, lon, radius):
    disk = Disk(LatLon(lat=lat, lon=lon), radius_m=radius)

    geometry = enclosing_polygon(disk)

    assert_rfc_7946(geometry)
    assert holds(geometry, *rim(disk)).all()
    assert holds(geometry, lat, lon)


def test_a_center_next_to_zero_is_as_good_as_any():
    disk = Disk(LatLon(lat=-90.0, lon=-5e-324), radius_m=1.0)

    geometry = enclosing_polygon(disk)

    assert holds(geometry, *rim(disk)).all()


@settings(deadline=None, max_examples=40)
@given(st.floats(-70, 70), st.floats(-180, 180), st.floats(100, 500_000))
def test_the_polygon_of_a_disk_is_tight_and_fits_the_wire(lat, lon, radius):
    disk = Disk(LatLon(lat=lat, lon=lon), radius_m=radius)

    geometry = enclosing_polygon(disk)

    reach = [
        GEOD.inv(lon, lat, x, y)[2]
        for x, y in shapely.get_coordinates(shapely.geometry.shape(geometry))
    ]
    assert max(reach) <= radius * 1.002
    if geometry["type"] == "Polygon":
        assert len(geometry["coordinates"][0]) <= 102


@pytest.mark.parametrize(
    ("lat", "lon", "radius"),
    [
        (90, 0, 500_000),
        (-90, 33, 2e6),
        (80, 100, 3e6),
        (0, 0, 9e6),
        (0, 0, 12e6),
        (45, 170, 15e6),
        (10, 10, 19.95e6),
        (10, 10, 20_003_932),
    ],
)
def test_large_and_polar_disks_are_held(lat, lon, radius):
    disk = Disk(LatLon(lat=lat, lon=lon), radius_m=radius)

    geometry = enclosing_polygon(disk)

    assert_rfc_7946(geometry)
    rng = np.random.default_rng(3)
    y, x = np.degrees(np.arcsin(rng.uniform(-1, 1, 4000))), rng.uniform(-180, 180, 4000)
    inside = disk.contains_points(lat=y, lon=x)
    assert holds(geometry, y[inside], x[inside]).all()
    assert holds(geometry, *rim(disk)).all()


def test_a_shape_across_the_antimeridian_is_cut():
    geometry = enclosing_polygon(Disk(LatLon(lat=-17.8, lon=179.95), radius_m=50_000))

    assert geometry["type"] == "MultiPolygon"
    assert len(geometry["coordinates"]) == 2
    assert_rfc_7946(geometry)


def test_compositions_hold_their_points():
    disk, other = (
        Disk(HERE, radius_m=40_000),
        Disk(LatLon(lat=33.7, lon=-7.3), radius_m=30_000),
    )
    land = box(-7.8, 33.3, -7.4, 33.8)
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(33, 34.2, 20_000), rng.uniform(-8.2, -6.9, 20_000)

    for region in (
        disk & land,
        disk | other,
        disk - land,
        disk - other,
        land - other,
        (disk | land) - (other & land),
    ):
        geometry = enclosing_polygon(region)
        inside = region.contains_points(lat=lat, lon=lon)

        assert_rfc_7946(geometry)
        assert inside.any()
        assert holds(geometry, lat[inside], lon[inside]).all()


def test_a_polygon_encloses_itself():
    assert shapely.geometry.shape(enclosing_polygon(box(1, 2, 3, 4))).equals(
        shapely.box(1, 2, 3, 4)
    )


def test_an_empty_region_cannot_be_enclosed():
    with pytest.raises(NotEnclosable, match="empty"):
        enclosing_polygon(box(1, 2, 3, 4) & box(5, 5, 6, 6))


@pytest.mark.parametrize("vertices", [8, 99])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.999, 0.99999999, 1.00000001, 1.01, 1.5])
def test_a_disk_whose_rim_runs_by_a_pole_is_held(share, vertices):
    disk = Disk(LatLon(lat=80, lon=170), radius_m=GEOD.inv(0, 80, 0, 90)[2] * share)

    geometry = enclosing_polygon(disk, vertices=vertices)

    assert_rfc_7946(geometry)
    assert holds(geometry, *rim(disk)).all()


def test_a_ring_that_cannot_be_found_is_a_typed_error(monkeypatch):
    monkeypatch.setattr(_polygons, "_ATTEMPTS", 1)
    disk = Disk(HERE, radius_m=500_000)

    with pytest.raises(NotEnclosable, match="more vertices"):
        enclosing_polygon(disk, vertices=8)
    # What cannot be drawn within a disk is not taken away.
    left = enclosing_polygon(box(-9, 33, -6, 34) - disk, vertices=8)
    assert shapely.geometry.shape(left).equals(shapely.box(-9, 33, -6, 34))


def test_of_a_disk_that_is_nearly_the_earth_nothing_is_taken_for_sure():
    most = Disk(HERE, radius_m=19_990_000)

    whole = enclosing_polygon(most)
    left = enclosing_polygon(box(0, 0, 1, 1) - most)

    assert shapely.geometry.shape(whole).equals(shapely.box(-180, -90, 180, 90))
    assert shapely.geometry.shape(left).equals(shapely.box(0, 0, 1, 1))


@pytest.mark.parametrize("count", [7, 0, True, 9.0, None, 100_001])
def test_counts_are_checked(count):
    disk = Disk(HERE, radius_m=10)

    with pytest.raises(InvalidValue, match="vertices must be an int"):
        enclosing_polygon(disk, vertices=count)
    with pytest.raises(InvalidValue, match="points must be an int"):
        boundary_rings(disk, points=count)


@pytest.mark.parametrize("call", [enclosing_polygon, boundary_rings])
def test_only_regions_are_drawn(call):
    with pytest.raises(InvalidValue, match="region must be"):
        call("Casablanca")


# --- drawing --------------------------------------------------------------------------


def test_the_ring_of_a_disk_runs_along_its_rim():
    disk = Disk(HERE, radius_m=160_000)

    (ring,) = boundary_rings(disk, points=72)

    far = [GEOD.inv(HERE.lon, HERE.lat, x, y)[2] for x, y in ring]
    assert ring.shape == (73, 2)
    assert (ring[0] == ring[-1]).all()
    assert far == pytest.approx([160_000] * 73, abs=1e-3)


def test_holes_and_parts_are_rings():
    assert (
        len(
            boundary_rings(box(0, 0, 9, 9) - Disk(LatLon(lat=4, lon=4), radius_m=9_000))
        )
        == 2
    )
    assert len(boundary_rings(Disk(LatLon(lat=0, lon=180), radius_m=9_000))) == 2
    assert boundary_rings(box(1, 2, 3, 4) & box(5, 5, 6, 6)) == ()


# --- cells ----------------------------------------------------------------------------


def test_cell_boundaries_are_those_of_h3():
    ids = [*h3.get_pentagons(3), h3.latlng_to_cell(33.5, -7.5, 9)]

    rings = cell_boundaries(ids)

    assert len(rings) == 13
    for cell, ring in zip(ids, rings, strict=True):
        theirs = np.array(h3.cell_to_boundary(cell))
        first = np.abs(theirs - ring[0]).max(axis=1).argmin()
        assert np.abs(np.roll(theirs, -first, axis=0) - ring).max() < 1e-11
    assert cell_boundaries([]) == ()


@settings(deadline=None, max_examples=60)
@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.integers(0, 15),
    st.integers(0, 2**32 - 1),
)
def test_no_point_of_a_coarse_cell_is_beyond_its_reach(lat, lon, resolution, seed):
    found = coarse_cell(LatLon(lat=lat, lon=lon), resolution)

    ring = np.array(h3.cell_to_boundary(found.id))
    y, x = np.radians(ring).T
    corner = np.stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)], -1)
    share = np.linspace(0, 1, 50)[:, None, None]
    v = (corner * (1 - share) + np.roll(corner, -1, 0) * share).reshape(-1, 3)
    edge_lat, edge_lon = (
        np.degrees(np.arctan2(v[:, 2], np.hypot(v[:, 0], v[:, 1]))),
        np.degrees(np.arctan2(v[:, 1], v[:, 0])),
    )
    n = len(v)
    far = GEOD.inv(
        np.full(n, found.center.lon), np.full(n, found.center.lat), edge_lon, edge_lat
    )[2]
    assert found.id == h3.latlng_to_cell(lat, lon, resolution)
    assert (found.center.lat, found.center.lon) == h3.cell_to_latlng(found.id)
    assert GEOD.inv(found.center.lon, found.center.lat, lon, lat)[2] <= found.reach_m
    assert found.reach_m % 10 == 0
    assert far.max() <= found.reach_m <= far.max() * 1.001 + 10


def test_a_coarse_cell_needs_a_resolution():
    with pytest.raises(InvalidValue, match="resolution"):
        coarse_cell(HERE, 16)


@pytest.mark.parametrize("ids", [[1], [2**63 + 5]])
def test_boundaries_of_what_is_no_cell_are_refused(ids):
    with pytest.raises(InvalidCell):
        cell_boundaries(np.array(ids, np.uint64))


@pytest.mark.parametrize("ids", [[float("inf")], ["cell"], [-1]])
def test_boundaries_of_what_is_no_integer_are_refused(ids):
    with pytest.raises(InvalidValue, match="ids"):
        cell_boundaries(ids)
