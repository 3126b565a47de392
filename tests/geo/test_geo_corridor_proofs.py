"""Certificates, wire areas and budgets of corridors, by dense sampling with pyproj."""

from itertools import pairwise

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from amberkit.geo import (
    Containment,
    Corridor,
    CoverTooLarge,
    Disk,
    LatLon,
    WireBudget,
    certify,
    cover,
    wire_area,
)

GEOD = Geod(ellps="WGS84")
ROAD = [(33.50, -7.60), (33.53, -7.57), (33.53, -7.52), (33.49, -7.50)]
REACH_M = 1_200


def corridor(reach_m=REACH_M):
    return Corridor([LatLon(lat=lat, lon=lon) for lat, lon in ROAD], reach_m=reach_m)


def on_road(step_m=5):
    """Points of the road, close to each other."""
    found = []
    for (lat, lon), (to_lat, to_lon) in pairwise(ROAD):
        azimuth, _, length = GEOD.inv(lon, lat, to_lon, to_lat)
        far = np.arange(0, length, step_m)
        at = np.full((3, len(far)), [[lon], [lat], [azimuth]])
        found.append(np.column_stack(GEOD.fwd(*at, far)[:2]))
    return np.vstack((*found, [ROAD[-1][::-1]]))


def far_from_road(lat, lon):
    road = on_road()
    x, y = np.broadcast_to(lon, (len(road), 1)), np.broadcast_to(lat, (len(road), 1))
    return GEOD.inv(x.ravel(), y.ravel(), *road.T)[2].min()


def flat():
    """The corridor in a plane that is true to a millionth here."""
    at = "+proj=aeqd +lat_0=33.52 +lon_0=-7.55 +ellps=WGS84"
    to = Transformer.from_crs("EPSG:4326", at, always_xy=True)
    road = np.column_stack(to.transform(*on_road().T))
    return shapely.LineString(road).buffer(REACH_M, quad_segs=200)


def test_a_certificate_of_a_corridor_is_what_sampling_finds():
    cells = cover(corridor(), 8)

    proof = certify(cells, corridor())

    corners = {p for c in cells for p in h3.cell_to_boundary(c)}
    beyond = max(far_from_road(lat, lon) for lat, lon in corners) - REACH_M
    assert proof.is_complete
    assert beyond - 0.1 <= proof.overshoot_m <= beyond + 1
    at = proof.overshoot
    assert far_from_road(at.lat, at.lon) - REACH_M == pytest.approx(beyond, abs=1)
    assert proof.region_m2 == pytest.approx(flat().area, rel=0.01)
    extra_m2 = proof.cells_m2 - flat().area
    assert proof.extra_m2 == pytest.approx(extra_m2, abs=0.01 * flat().area)


def test_what_cells_within_a_corridor_leave_out_is_measured():
    proof = certify(cover(corridor(), 9, Containment.WITHIN), corridor())

    assert not proof.is_complete
    assert proof.overshoot_m == 0
    assert 0.1 * proof.region_m2 < proof.missed_m2 < 0.5 * proof.region_m2
    assert 100 < proof.farthest_miss_m < 2.2 * h3.average_hexagon_edge_length(9, "m")


def test_a_corridor_within_a_disk_is_certified_too():
    region = corridor() & Disk(LatLon(lat=33.53, lon=-7.57), radius_m=3_000)

    proof = certify(cover(region, 10), region)

    assert proof.is_complete
    assert 100 < proof.overshoot_m < 200
    assert 1 < proof.area_ratio < 1.2


@pytest.mark.parametrize("positions", [20, 100])
def test_a_corridor_on_the_wire_holds_its_rim(positions):
    area = wire_area(corridor(), WireBudget(max_positions=positions))

    (ring,) = area.polygons
    shape = shapely.Polygon([(lon, lat) for lat, lon in ring])
    at = "+proj=aeqd +lat_0=33.52 +lon_0=-7.55 +ellps=WGS84"
    back = Transformer.from_crs(at, "EPSG:4326", always_xy=True)
    rim = shapely.get_coordinates(flat().exterior)
    assert len(ring) <= positions
    assert shapely.intersects_xy(shape, *back.transform(*rim.T)).all()
    corners = [far_from_road(lat, lon) - REACH_M for lat, lon in ring]
    assert max(corners) <= area.overshoot_m + 0.1
    assert area.overshoot_m < max(corners) + 0.01 * REACH_M + 1


def test_a_long_corridor_is_refused_before_any_work():
    line = [LatLon(lat=33, lon=-7), LatLon(lat=35, lon=10)]
    steps = []

    with pytest.raises(CoverTooLarge):
        cover(
            Corridor(line, reach_m=100),
            15,
            max_rim_cells=200_000,
            on_progress=steps.append,
        )

    assert steps == []


def test_a_corridor_of_many_lines_is_refused_on_the_way():
    lines = [
        [LatLon(lat=lat / 100, lon=-7), LatLon(lat=lat / 100, lon=-6.99)]
        for lat in range(3_300, 3_400, 2)
    ]
    steps = []

    with pytest.raises(CoverTooLarge):
        cover(
            Corridor(lines, reach_m=100),
            15,
            max_rim_cells=5_000,
            on_progress=steps.append,
        )

    assert steps
