"""From a case with three sightings and a ragged boundary to six stages, warm.

Run with ``python -m pytest benchmarks``. The target is 80 ms at resolution 8 with a
boundary of 1,000 points; a revision is to cost what its changed stages cost. In the
same run h3-py covers the largest of the six stages alone, for a ratio.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import attrs
import pytest
import shapely
from _peers import GEOD, H3Py, closed, outline_of_a_country, polygon, ring_of

from amberkit.agency import load_agency
from amberkit.cases import Sighting, load_case
from amberkit.eligibility import assess, load_pack
from amberkit.geo import LatLon
from amberkit.plans import Effect, plan_alert
from amberkit.values import Confidence

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
AGENCY = load_agency(EXAMPLES / "agency.json")
RADII_M = (5_000.0, 10_000.0, 20_000.0, 40_000.0, 80_000.0, 160_000.0)


def ragged_boundary(at):
    """A closed line of 1,024 points that cuts the last stages: a country, made smaller
    until its coast runs some 100 km from the place."""
    line = outline_of_a_country()[:-1]
    middle = line.mean(axis=0)
    return (line - middle) * 0.22 + [at.lon, at.lat]


def seen_after(at, minutes, *, azimuth, confidence=Confidence.BELIEVED):
    lon, lat, _ = GEOD.fwd(at.lon, at.lat, azimuth, 4_000)
    time = FIRST.last_seen.time + dt.timedelta(minutes=minutes)
    return Sighting(
        at=LatLon(lat=lat, lon=lon),
        uncertainty_m=300,
        seen=time,
        reported=time,
        confidence=confidence,
    )


_SHIPPED_CASE = load_case(EXAMPLES / "casablanca.json")
NOW = _SHIPPED_CASE.report.received
# Eight minutes ago: even the smallest of six steps still holds what can be reached.
FIRST = attrs.evolve(
    _SHIPPED_CASE,
    last_seen=attrs.evolve(_SHIPPED_CASE.last_seen, time=NOW - dt.timedelta(minutes=8)),
)
HOME = FIRST.last_seen.at
CASE = attrs.evolve(
    FIRST,
    sightings=tuple(
        seen_after(HOME, minutes, azimuth=azimuth)
        for minutes, azimuth in ((2, 80), (4, 120), (6, 200))
    ),
)
_SHIPPED = load_pack("ma-tifli-moukhtafi", on=NOW.date())
_GROWTH = _SHIPPED.policy.growth
PACK = attrs.evolve(
    _SHIPPED,
    policy=attrs.evolve(
        _SHIPPED.policy,
        growth=attrs.evolve(
            _GROWTH, value=attrs.evolve(_GROWTH.value, radii_m=RADII_M)
        ),
    ),
)
LINE = ragged_boundary(HOME)
BOUNDARY = polygon(closed(LINE))
ASSESSMENT = assess(CASE, PACK, now=NOW)


def plan_of(case=CASE, **options):
    return plan_alert(
        case, ASSESSMENT, PACK, agency=AGENCY, now=NOW, boundary=BOUNDARY, **options
    )


@pytest.mark.benchmark(group="plan")
def bench_four_places(benchmark):
    """Last seen and three likely sightings, all growing at once."""
    plan = benchmark(plan_of)

    assert len(plan.foci) == 4
    assert len(plan.stages) == 6
    assert {stage.cells.resolution for stage in plan.stages} == {8}
    assert len(LINE) >= 1_000


@pytest.mark.benchmark(group="plan")
def bench_one_place(benchmark):
    """The latest of three sightings is sure: the search starts anew from there."""
    *likely, last = CASE.sightings
    sure = attrs.evolve(last, confidence=Confidence.CONFIRMED)
    plan = benchmark(plan_of, attrs.evolve(CASE, sightings=(*likely, sure)))

    assert plan.weighed[-1].effect is Effect.RECENTERS
    assert len(plan.foci) == 1


@pytest.mark.benchmark(group="plan")
def bench_revision_that_changes_no_area(benchmark):
    """A sighting was ruled out that had never counted."""
    first = plan_of()
    odd = seen_after(HOME, 3, azimuth=0, confidence=Confidence.RULED_OUT)
    case = attrs.evolve(CASE, sightings=(*CASE.sightings, odd))
    plan = benchmark(plan_of, case, previous=first)

    assert [s.cells for s in plan.stages] == [s.cells for s in first.stages]


@pytest.mark.benchmark(group="plan")
def bench_h3_py_covers_the_largest_stage_alone(benchmark):
    """What h3-py needs for the last of the six, as a polygon made beforehand."""
    plan = plan_of()
    disks = [
        shapely.Polygon(ring_of(focus.margin_m + RADII_M[-1], focus.center))
        for focus in plan.foci
    ]
    shape = shapely.union_all(disks) & shapely.Polygon(LINE)
    peer = H3Py(shapely.get_coordinates(shapely.get_exterior_ring(shape)))
    cells = benchmark(peer.cells, 8, "overlap")

    assert abs(len(cells) / len(plan.stages[-1].cells) - 1) < 0.01
