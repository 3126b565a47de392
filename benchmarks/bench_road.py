"""The whole road, and its parts, at the size of a real alert.

Run with ``python -m pytest benchmarks``. The target for the road is 150 ms, warm: from
a loaded case to assessed, planned (five stages at resolution 8) and rendered (CAP, two
languages, GeoJSON).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from amberkit.agency import load_agency
from amberkit.cases import load_case
from amberkit.eligibility import assess, load_pack
from amberkit.plans import plan_alert
from amberkit.render import (
    render_cap,
    render_geojson,
    render_map,
    render_message,
    render_text,
)
from amberkit.values import Audience, Mode

EXAMPLES = Path(__file__).resolve().parents[1] / "docs" / "examples"
CASE = load_case(EXAMPLES / "casablanca.json")
AGENCY = load_agency(EXAMPLES / "agency.json")
NOW = CASE.report.received
PACK = load_pack("ma-tifli-moukhtafi", on=NOW.date())


def plan_of(assessment):
    return plan_alert(CASE, assessment, PACK, agency=AGENCY, now=NOW)


def forms_of(plan):
    message = render_message(
        plan,
        CASE,
        agency=AGENCY,
        stage=0,
        audience=Audience.PUBLIC,
        languages=("ar", "fr"),
        mode=Mode.EXERCISE,
        sent=NOW,
    )
    texts = [render_text(message, language=language) for language in ("ar", "fr")]
    return render_cap(message), texts, json.dumps(render_geojson(message))


def road():
    plan = plan_of(assess(CASE, PACK, now=NOW))
    return plan, forms_of(plan)


@pytest.mark.benchmark(group="road")
def bench_road(benchmark):
    plan, (xml, texts, geojson) = benchmark(road)

    assert [stage.cells.resolution for stage in plan.stages] == [8] * 5
    assert xml
    assert len(texts) == 2
    assert geojson


@pytest.mark.benchmark(group="parts")
def bench_load(benchmark):
    assert benchmark(load_case, EXAMPLES / "casablanca.json") == CASE


@pytest.mark.benchmark(group="parts")
def bench_assess(benchmark):
    assert benchmark(assess, CASE, PACK, now=NOW).findings


@pytest.mark.benchmark(group="parts")
def bench_explain(benchmark):
    assessment = assess(CASE, PACK, now=NOW)

    assert benchmark(lambda: assessment.explain("ar").text())


@pytest.mark.benchmark(group="parts")
def bench_plan(benchmark):
    assert len(benchmark(plan_of, assess(CASE, PACK, now=NOW)).stages) == 5


@pytest.mark.benchmark(group="parts")
def bench_forms(benchmark):
    assert all(benchmark(forms_of, plan_of(assess(CASE, PACK, now=NOW))))


@pytest.mark.benchmark(group="parts")
def bench_map(benchmark):
    plan = plan_of(assess(CASE, PACK, now=NOW))
    page = benchmark(
        render_map, plan, agency=AGENCY, languages=("ar", "fr"), mode=Mode.EXERCISE
    )

    assert page.count('class="stage ') == 5
