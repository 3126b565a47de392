"""Plans where maps end: the antimeridian, a pole, a tiny island, an enclave."""

import attrs
import numpy as np
import pytest
from plan_samples import GEOD, growing, placed, planned

from amberkit.geo import Disk, LatLon, Polygon

ANYWHERE = [
    pytest.param(-17.0, 179.99, id="fiji"),
    pytest.param(-16.8, -179.99, id="taveuni"),
    pytest.param(65.8, 180.0, id="bering-strait"),
    pytest.param(89.5, 30.0, id="near-the-north-pole"),
    pytest.param(90.0, 0.0, id="north-pole"),
    pytest.param(-89.9, -120.0, id="near-the-south-pole"),
    pytest.param(0.0, 0.0, id="null-island"),
]


@pytest.fixture
def homeless(agency):
    return attrs.evolve(agency, bounds=None)


@pytest.mark.parametrize(("lat", "lon"), ANYWHERE)
def test_every_stage_holds_its_disk_and_nothing_far_beyond(
    case, pack, homeless, now, lat, lon
):
    at = LatLon(lat=lat, lon=lon)
    made = planned(placed(case, at), pack, homeless, now)
    azimuths = np.arange(0, 360, 2.0)
    n = len(azimuths)
    for stage in made.stages:
        for factor, inside in ((1.0, True), (1.25, False)):
            reach = stage.radius_m * factor + (0 if inside else 5_000)
            rim = GEOD.fwd(
                np.full(n, lon), np.full(n, lat), azimuths, np.full(n, reach)
            )
            found = stage.cells.contains_points(lat=rim[1], lon=rim[0])

            assert (found == inside).all()


@pytest.mark.parametrize(("lat", "lon"), ANYWHERE)
def test_stages_grow_and_what_is_added_is_new(case, pack, homeless, now, lat, lon):
    made = planned(placed(case, LatLon(lat=lat, lon=lon)), pack, homeless, now)
    for before, stage in zip(made.stages, made.stages[1:], strict=False):
        assert before.cells <= stage.cells
        assert stage.added == stage.cells - before.cells
        assert not stage.withdrawn


def island(at, *, meters):
    lons, lats, _ = GEOD.fwd(
        [at.lon] * 4, [at.lat] * 4, [0, 90, 180, 270], [meters] * 4
    )
    ring = [[lon, lat] for lon, lat in zip(lons, lats, strict=True)]
    return Polygon.from_geojson({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def test_on_an_island_smaller_than_a_cell_every_stage_is_the_island(
    case, pack, homeless, now
):
    at = LatLon(lat=-24.375, lon=-128.317)
    made = planned(
        placed(case, at), pack, homeless, now, boundary=island(at, meters=150)
    )

    assert 1 <= len(made.stages[0].cells) <= 3
    assert {stage.cells for stage in made.stages} == {made.stages[0].cells}
    assert made.stages[-1].cells.contains_points(lat=at.lat, lon=at.lon)
    assert not made.stages[1].added


def test_in_an_enclave_the_land_around_it_is_left_out(case, pack, homeless, now):
    at = LatLon(lat=43.93, lon=12.45)
    home = Disk(at, radius_m=4_500)
    made = planned(placed(case, at), pack, homeless, now, boundary=home)
    for stage in made.stages:
        assert not stage.region.contains_points(lat=44.05, lon=12.45)
        assert stage.certificate.overshoot_m <= made.spill_m


def test_round_an_enclave_the_enclave_is_left_out(case, pack, homeless, now):
    at = LatLon(lat=43.99, lon=12.45)
    hole = Disk(LatLon(lat=43.93, lon=12.45), radius_m=4_500)
    around = Disk(LatLon(lat=43.93, lon=12.45), radius_m=300_000) - hole
    small = growing(pack, radii_m=(5_000.0, 20_000.0))
    made = planned(placed(case, at), small, homeless, now, boundary=around)
    for stage in made.stages:
        assert not stage.region.contains_points(lat=43.93, lon=12.45)
        assert stage.region.contains_points(lat=at.lat, lon=at.lon)
