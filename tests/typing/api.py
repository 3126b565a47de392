"""Code that users write. It must type-check; it is never run."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, assert_type

from amberkit import (
    Agency,
    Audience,
    Case,
    InvalidDocument,
    LatLon,
    Localized,
    Mode,
    Problem,
    Restricted,
    Truth,
    dump_case,
    load_agency,
    load_case,
)
from amberkit.agency import Bounds
from amberkit.cap import CapAlert, parse_cap, write_cap
from amberkit.cases import Child, Reporter, Sex, Vehicle
from amberkit.eligibility import Assessment, Pack, assess, list_packs, load_pack
from amberkit.eligibility.packs import Difference, Lint, diff_packs, lint_packs
from amberkit.geo import CellSet, Containment, Disk, Region, cover
from amberkit.messages import Message
from amberkit.plans import AlertPlan, plan_alert
from amberkit.publish import Capabilities, Delivery, Outcome, Publisher, Receipt
from amberkit.render import (
    render_cap,
    render_changes,
    render_concern,
    render_geojson,
    render_map,
    render_message,
    render_sightings,
    render_text,
    render_timeline,
)
from amberkit.testing import PackConformance
from amberkit.values import Confidence

now = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)

# --- from a report to a message -------------------------------------------------------

case = load_case(Path("case.json"))
assert_type(case, Case)
assert_type(load_case(b"{}"), Case)
assert_type(load_case({"id": "A"}), Case)
assert_type(dump_case(case), dict[str, Any])

agency = load_agency("agency.json")
assert_type(agency, Agency)
assert_type(agency.bounds, Bounds | None)

pack = load_pack("ma-tifli-moukhtafi", on=now.date())
assert_type(pack, Pack)
names: list[str] = [info.id for info in list_packs()]

assessment = assess(case, pack, now=now)
assert_type(assessment, Assessment)
assert_type(assessment.truth, Truth)

plan = plan_alert(case, assessment, pack, agency=agency, now=now)
assert_type(plan, AlertPlan)

message = render_message(
    plan,
    case,
    agency=agency,
    stage=0,
    audience=Audience.PUBLIC,
    languages=("ar", "fr"),
    mode=Mode.EXERCISE,
    sent=now,
)
assert_type(message, Message)
assert_type(render_text(message, language="fr"), str)
assert_type(render_cap(message), bytes)
assert_type(render_geojson(message), dict[str, Any])
assert_type(render_map(plan, agency=agency, languages=("ar",), mode=Mode.EXERCISE), str)
assert_type(
    render_timeline(plan, agency=agency, languages=("ar",), mode=Mode.EXERCISE), str
)
assert_type(render_changes(plan, language="fr"), tuple[str, ...])
assert_type(render_sightings(plan, language="fr"), tuple[str, ...])
assert_type([render_concern(each, language="fr") for each in plan.unsettled], list[str])

alert = parse_cap(render_cap(message))
assert_type(alert, CapAlert)
assert_type(write_cap(alert), bytes)

# --- where ----------------------------------------------------------------------------

here = LatLon(lat=33.5731, lon=-7.5898)
region: Region = Disk(here, radius_m=160_000) & Disk(here, radius_m=20_000)
cells = cover(region, resolution=7, containment=Containment.OVERLAP)
assert_type(cells, CellSet)
assert_type(len(cells), int)

# --- what is known --------------------------------------------------------------------

child = Child(
    given_name=Localized({"ar": "ليلى", "fr": "Leïla"}),
    sex=Sex.FEMALE,
    age_years=9,
    school=Restricted("École fictive"),
    hobbies=Restricted(("dessin",)),
)
assert_type(child.age_years, int | None)
assert_type(child.given_name.find("fr"), str | None)
assert_type(child.school, Restricted[str] | None)
assert_type(child.hobbies.reveal(), tuple[str, ...])
assert_type(case.report.reporter, Restricted[Reporter])
assert_type(case.report.reporter.reveal().phone, str | None)
assert_type(case.circumstances.danger, Restricted[Confidence] | None)
assert_type(case.vehicles, tuple[Vehicle, ...])
assert_type(case.last_seen.at, LatLon)
assert_type(case.last_seen.time, dt.datetime)


def problems_in(path: str) -> tuple[Problem, ...]:
    """Return what is wrong with a file."""
    try:
        load_case(path)
    except InvalidDocument as error:
        return error.problems
    return ()


# --- a channel ------------------------------------------------------------------------


class Minimal:
    """All that a plugin has to have."""

    name = "minimal"
    capabilities = Capabilities(forms=frozenset({"text/plain"}), max_chars=90)

    def publish(self, delivery: Delivery, /, *, now: dt.datetime) -> Receipt:
        """Send nothing."""
        text = delivery.form("text/plain")
        assert_type(text, bytes)
        return Receipt(key=delivery.key, outcome=Outcome.DEFERRED, at=now)


publisher: Publisher = Minimal()


class OurPack(PackConformance):
    """What an author inherits, with the fixtures that pytest would call."""

    def document(self) -> bytes:
        return b"{}"

    def table(self) -> dict[str, object]:
        return {}


def review(before: Pack, after: Pack) -> None:
    assert_type(lint_packs([before, after]), Lint)
    for difference in diff_packs(before, after):
        assert_type(difference, Difference)
        assert_type(difference.parts[0].old, str | None)
