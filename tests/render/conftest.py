"""Plans with sightings, roads, boundaries and ladders, and words for them."""

import datetime as dt

import attrs
import pytest

from amberkit.cases import Mobility, Sighting
from amberkit.eligibility import assess
from amberkit.geo import LatLon, Polygon
from amberkit.plans import Atlas, NamedArea, PlaceName, Road, plan_alert
from amberkit.values import Confidence, Localized


def square(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})


@pytest.fixture(scope="session")
def road():
    course = ((33.55, -7.6), (33.0, -7.62), (32.3, -7.9), (31.65, -8.0))
    return Road(
        name="A99", lines=(tuple(LatLon(lat=lat, lon=lon) for lat, lon in course),)
    )


@pytest.fixture(scope="session")
def atlas(road):
    def area(level, name, *edges):
        return NamedArea(
            level=level,
            name=Localized({"en": f"{name} (en)", "ar": f"{name} ع"}),
            region=square(*edges),
        )

    def place(ar, fr, lat, lon):
        return PlaceName(
            name=Localized({"ar": ar, "fr": fr}), at=LatLon(lat=lat, lon=lon)
        )

    return Atlas(
        roads=(road,),
        areas=(
            area("district", "Anfa", -7.75, 33.45, -7.45, 33.7),
            area("province", "Chaouia", -8.2, 32.9, -7.0, 33.9),
        ),
        places=(
            place("الدار البيضاء", "Casablanca", 33.573, -7.59),
            place("سطات", "Settat", 33.0, -7.62),
            place("مراكش", "Marrakech", 31.63, -8.0),
        ),
    )


@pytest.fixture(scope="session")
def seen():
    """Make a sighting, so many hours before a time."""

    def make(lat, lon, hours, confidence, *, before, mobility=None, road=None):
        time = before - dt.timedelta(hours=hours)
        return Sighting(
            at=LatLon(lat=lat, lon=lon),
            uncertainty_m=300,
            seen=time,
            reported=time,
            confidence=confidence,
            mobility=mobility,
            road=road,
        )

    return make


@pytest.fixture(scope="session")
def planned(case, pack, agency):
    """Plan a case under a growth, with whatever else `plan_alert` takes."""

    def make(*, now, growth=None, of=case, agency=agency, **more):
        policy = pack.policy
        if growth is not None:
            growing = attrs.evolve(policy.growth, value=growth)
            policy = attrs.evolve(policy, growth=growing)
        rules = attrs.evolve(pack, policy=policy)
        assessment = assess(of, rules, now=now)
        return plan_alert(of, assessment, rules, agency=agency, now=now, **more)

    return make


@pytest.fixture(scope="session")
def later(now):
    return now + dt.timedelta(hours=1.5)


@pytest.fixture(scope="session")
def sighted_case(case, seen, later):
    """Four places: one sure, on a road; two likely; one that is not sure."""
    at = {"before": later}
    return attrs.evolve(
        case,
        revision=2,
        sightings=(
            seen(
                *(33.0, -7.62, 0.3, Confidence.CONFIRMED),
                **at,
                mobility=Mobility.VEHICLE,
                road="A99",
            ),
            seen(33.25, -8.5, 0.2, Confidence.BELIEVED, **at),
            seen(34.0, -6.83, 0.25, Confidence.BELIEVED, **at),
            seen(32.95, -7.5, 0.1, Confidence.BELIEVED, **at),
            seen(33.5, -7.0, 0.1, Confidence.SUSPECTED, **at),
        ),
    )


@pytest.fixture(scope="session")
def revised(planned, plan, sighted_case, later, atlas):
    """The plan of `sighted_case`, after that of the case without it."""
    return planned(now=later, of=sighted_case, previous=plan, atlas=atlas)
