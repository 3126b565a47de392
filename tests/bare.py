"""The core with no extra at all: run by .ci/run in an environment that has none."""

import contextlib
import io
import sys
from pathlib import Path

from amberkit import Audience, Mode, load_agency, load_case
from amberkit.__main__ import main
from amberkit.eligibility import assess, load_pack
from amberkit.errors import MissingExtra
from amberkit.messages import Capabilities
from amberkit.plans import plan_alert
from amberkit.publish import Dispatcher, MemoryOutbox
from amberkit.render import (
    clean_photograph,
    render_cap,
    render_forms,
    render_geojson,
    render_map,
    render_message,
    render_text,
)

examples = Path(sys.argv[1])
case = load_case(examples / "casablanca.json")
agency = load_agency(examples / "agency.json")
now = case.report.received
pack = load_pack("ma-tifli-moukhtafi", on=now.date())
plan = plan_alert(case, assess(case, pack, now=now), pack, agency=agency, now=now)
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

# Without Babel, dates are ISO 8601.
assert "2026-11-22 17:40 (UTC+01:00)" in render_text(message, language="fr")
assert render_geojson(message)["geometry"]["type"] == "Polygon"
assert "<svg" in render_map(plan, agency=agency, languages=("fr",), mode=Mode.TEST)

text_only = Capabilities(forms=frozenset({"text/plain"}))
assert [kind for kind, _ in render_forms(message, text_only)] == ["text/plain"]
assert Dispatcher(MemoryOutbox(mode=Mode.TEST), []).drain(now=now) == 0


def told_by(act):
    try:
        act()
    except MissingExtra as error:
        return str(error)
    return ""


def open_desk():
    from amberkit.desk import Desk

    Desk.open("sqlite://", mode=Mode.TEST)


picture = (examples / "casablanca-child.png").read_bytes()
for extra, act in {
    "cap": lambda: render_cap(message),
    "photo": lambda: clean_photograph(picture),
    "outbox": open_desk,
}.items():
    assert f"pip install 'amberkit[{extra}]'" in told_by(act), extra

with contextlib.redirect_stderr(io.StringIO()) as printed:
    assert main() == 7
assert "pip install 'amberkit[cli]'" in printed.getvalue()
print("the core needs no extra")
