"""What every test may ask for: the example, and profiles for the laws."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from amberkit.agency import Agency, load_agency
from amberkit.cases import Case, load_case
from amberkit.eligibility import Assessment, Pack, assess, load_pack
from amberkit.plans import AlertPlan, plan_alert

ROOT = Path(__file__).resolve().parents[1]

for name, examples in {"fast": 25, "ci": 100, "nightly": 2_000}.items():
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
        # The nightly run looks for what is new; the others must not surprise.
        derandomize=name != "nightly",
    )
settings.load_profile(os.environ.get("AMBERKIT_PROFILE", "fast"))


@pytest.fixture(scope="module", autouse=True)
def no_thread_is_left_behind():
    yield
    # What has been told to end may take a moment.
    end = time.monotonic() + 5
    while (left := threading.enumerate()[1:]) and time.monotonic() < end:
        time.sleep(0.002)

    assert not left


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def examples(root: Path) -> Path:
    return root / "docs" / "examples"


@pytest.fixture(scope="session")
def case(examples: Path) -> Case:
    return load_case(examples / "casablanca.json")


@pytest.fixture(scope="session")
def agency(examples: Path) -> Agency:
    return load_agency(examples / "agency.json")


@pytest.fixture(scope="session")
def now(case: Case) -> dt.datetime:
    return case.report.received


@pytest.fixture(scope="session")
def pack(now: dt.datetime) -> Pack:
    return load_pack("ma-tifli-moukhtafi", on=now.date())


@pytest.fixture(scope="session")
def assessment(case: Case, pack: Pack, now: dt.datetime) -> Assessment:
    return assess(case, pack, now=now)


@pytest.fixture(scope="session")
def plan(
    case: Case, assessment: Assessment, pack: Pack, agency: Agency, now: dt.datetime
) -> AlertPlan:
    return plan_alert(case, assessment, pack, agency=agency, now=now)
