"""Cases, packs and maps for tests of plans. Every person is fictional."""

import datetime as dt

import attrs
import pyproj

from amberkit.cases import Sighting
from amberkit.eligibility import assess
from amberkit.eligibility.packs.policy import (
    LadderGrowth,
    Pace,
    Rung,
    Speeds,
)
from amberkit.geo import LatLon, Polygon
from amberkit.plans import Atlas, NamedArea, Road, plan_alert
from amberkit.values import Confidence, Localized

GEOD = pyproj.Geod(ellps="WGS84")
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)

SPEEDS = Speeds(on_foot=5, public_transport=40, vehicle=80, highway=110, unknown=30)
PACE = Pace(speeds_kmh=SPEEDS, detour_factor=1.3)
LADDER = LadderGrowth(
    pace=PACE,
    rungs=(
        Rung(level="district", neighbors=False, after_min=0),
        Rung(level="district", neighbors=True, after_min=60),
        Rung(level="country", neighbors=False, after_min=180),
    ),
)


def box(south, west, north, east):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})


def off(point, *, km, azimuth=90.0):
    """Return the point so many kilometers off."""
    lon, lat, _ = GEOD.fwd(point.lon, point.lat, azimuth, km * 1000)
    return LatLon(lat=lat, lon=lon)


def seen(
    at,
    time,
    *,
    confidence=Confidence.CONFIRMED,
    reported=None,
    mobility=None,
    road=None,
    uncertainty_m=200,
):
    return Sighting(
        at=at,
        uncertainty_m=uncertainty_m,
        seen=time,
        reported=reported or time,
        confidence=confidence,
        mobility=mobility,
        road=road,
    )


def moving(case, mobility):
    circumstances = attrs.evolve(case.circumstances, mobility=mobility)
    return attrs.evolve(case, circumstances=circumstances)


def placed(case, at, *, time=None, uncertainty_m=0):
    last_seen = attrs.evolve(
        case.last_seen,
        at=at,
        time=time or case.last_seen.time,
        uncertainty_m=uncertainty_m,
    )
    return attrs.evolve(case, last_seen=last_seen, sightings=())


def deciding(pack, **values):
    """Return *pack* with other values of its policy."""
    changed = {}
    for name, value in values.items():
        old = getattr(pack.policy, name)
        decided = old or pack.policy.growth
        changed[name] = attrs.evolve(decided, value=value)
    return attrs.evolve(pack, policy=attrs.evolve(pack.policy, **changed))


def growing(pack, **changes):
    growth = attrs.evolve(pack.policy.growth.value, **changes)
    return deciding(pack, growth=growth)


def planned(case, pack, agency, now, **options):
    assessment = assess(case, pack, now=now)
    return plan_alert(case, assessment, pack, agency=agency, now=now, **options)


def district(name, south, west, north, east, level="district"):
    return NamedArea(
        level=level, name=Localized({"en": name}), region=box(south, west, north, east)
    )


CASABLANCA_DISTRICTS = Atlas(
    areas=(
        district("West", 33.4, -7.8, 33.7, -7.45),
        district("East", 33.4, -7.45, 33.7, -7.1),
        district("Far", 32.0, -6.9, 32.5, -6.0),
        district("Country", 30.0, -10.0, 36.0, -5.0, level="country"),
    ),
    roads=(
        Road(
            name="A3",
            lines=((LatLon(lat=33.60, lon=-7.55), LatLon(lat=34.0, lon=-6.85)),),
        ),
    ),
)
