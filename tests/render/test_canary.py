"""Nothing restricted, and no way back to the point, in anything the public can get.

Unique strings are planted in every restricted field of 200 generated cases, which then
go the whole way. Whatever comes out is searched, in several disguises.
"""

import base64
import datetime as dt
import hashlib
import html
import io
import json
import logging
import random
import re
import traceback
import unicodedata
import urllib.parse

import attrs
import h3
import pytest
from hypothesis import settings
from PIL import Image

from amberkit.cases import Case, leaves_of, load_case
from amberkit.eligibility import assess
from amberkit.errors import AmberkitError, InvalidDocument
from amberkit.messages import Capabilities
from amberkit.plans import plan_alert
from amberkit.render import (
    ENDINGS,
    clean_photograph,
    clean_photographs,
    render_cap,
    render_ending,
    render_forms,
    render_map,
    render_message,
)
from amberkit.values import Audience, Mode, Privacy

LANGUAGES = ("ar", "fr", "en")
CHANNEL = Capabilities(
    forms=frozenset({"text/plain", "application/cap+xml", "application/geo+json"})
)

# Restricted leaves that hold a word of a closed list or a yes or no, which no string
# can be planted in; that they are never projected is shown class by class.
CLOSED = {
    "children.places_frequented.at",
    "children.places_frequented.radius_m",
    "companions.prior_violence",
    "companions.relation",
    "suspects.prior_violence",
    "suspects.relation",
    "report.consent.at",
    "report.consent.by",
    "report.consent.given",
    "report.reporter.relation",
    "readiness.registered",
    "readiness.staffed_line",
    "attributions.at",
    "attributions.field",
    "disclosures.at",
    "disclosures.audience",
    "disclosures.field",
    "disclosures.reason",
}


def is_closed(name):
    return name in CLOSED or name.startswith(("circumstances.", "risk_indicators."))


class Planter:
    """Makes cases in which every restricted text is a string found nowhere else."""

    def __init__(self, seed, document):
        self.random = random.Random(seed)
        self.document = json.loads(json.dumps(document))
        self.planted = {}
        self.photos = {}

    def canary(self, name):
        number = self.random.randrange(10**9)
        script = self.random.choice(["Zq{}Xv", "قنار{}ي", "zq{}@xv.example", "7{}1"])
        text = script.format(number)
        self.planted.setdefault(name, []).append(text)
        return text

    def words(self, name):
        return {tag: self.canary(name) for tag in LANGUAGES}

    def person(self, group):
        return {
            "sex": self.random.choice(["female", "male"]),
            "name": self.words(f"{group}.name"),
            "home_address": self.canary(f"{group}.home_address"),
            "phone": self.canary(f"{group}.phone"),
            "id_number": self.canary(f"{group}.id_number"),
            "relation": "relative",
            "prior_violence": "believed",
            "photographs": [self.photograph(group)],
        }

    def photograph(self, group):
        out = io.BytesIO()
        shade = self.random.randrange(256)
        note = f"Zq{self.random.randrange(10**9)}Xv"
        Image.new("L", (8, 8), shade).save(out, "JPEG", comment=note.encode())
        sha256 = hashlib.sha256(out.getvalue()).hexdigest()
        self.photos[sha256] = out.getvalue()
        self.planted.setdefault(f"{group}.photographs.bytes", []).append(note)
        self.planted.setdefault(f"{group}.photographs.sha256", []).append(sha256)
        return {
            "kind": "face",
            "alt": dict.fromkeys(LANGUAGES, "a picture"),
            "file": self.canary(f"{group}.photographs.file"),
            "sha256": sha256,
        }

    def make(self):
        r = self.random
        lat, lon = round(r.uniform(-65, 70), 5), round(r.uniform(-179, 179), 5)
        child = self.document["children"][0]
        for field in ("school", "home_address", "phone", "id_number"):
            child[field] = self.canary(f"children.{field}")
        for field in ("hobbies", "personal_problems", "online_accounts"):
            child[field] = [self.canary(f"children.{field}") for _ in range(2)]
        for field in ("health", "disability", "origin"):
            child[field] = self.words(f"children.{field}")
        child["family_name"] = self.words("children.family_name")
        child["health_instruction"] = self.words("children.health_instruction")
        child["places_frequented"] = [
            {
                "name": self.canary("children.places_frequented.name"),
                "at": {"lat": lat, "lon": lon},
                "radius_m": 111.25,
            }
        ]
        child["photographs"] = [self.photograph("children")]
        self.document["last_seen"] |= {
            "at": {"lat": lat, "lon": lon},
            "witness": self.canary("last_seen.witness"),
        }
        self.document["sightings"][0] |= {
            "at": {"lat": lat, "lon": lon},
            "note": self.canary("sightings.note"),
            "witness": self.canary("sightings.witness"),
        }
        self.document["suspects"] = [self.person("suspects")]
        self.document["companions"] = [self.person("companions")]
        self.document["vehicles"][0] |= {"plate_partial": self.canary("vehicles.plate")}
        self.document["report"] |= {
            "statement_number": self.canary("report.statement_number"),
            "reporter": {
                "relation": "mother",
                "name": self.canary("report.reporter.name"),
                "phone": self.canary("report.reporter.phone"),
                "address": self.canary("report.reporter.address"),
                "id_number": self.canary("report.reporter.id_number"),
            },
            "consent": {
                "given": True,
                "by": "mother",
                "at": "2026-11-22T17:58:00+01:00",
                "document": self.canary("report.consent.document"),
            },
        }
        self.document["disclosures"] = []
        self.document["attributions"] = [
            {
                "field": "circumstances.danger",
                "by": f"Zq{self.random.randrange(10**9)}Xv",
                "at": "2026-11-22T17:10:00Z",
            }
        ]
        self.planted["attributions.by"] = [self.document["attributions"][0]["by"]]
        self.document["extensions"] = {"agency": self.canary("extensions")}
        return load_case(self.document)


@pytest.fixture(scope="module")
def document(examples):
    return json.loads((examples / "casablanca.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def small_pack(pack):
    """The same pack with small areas: privacy does not depend on their size."""
    growth = pack.policy.growth
    small = attrs.evolve(growth.value, radii_m=(2_000.0, 9_000.0))
    policy = attrs.evolve(
        pack.policy,
        growth=attrs.evolve(growth, value=small),
        resolution=attrs.evolve(pack.policy.resolution, value=7),
        max_spill_m=None,
    )
    return attrs.evolve(pack, policy=policy)


def go(case, pack, agency, *, photos, ending="found"):
    """Take a case the whole way and return everything that came out, by audience."""
    now = case.report.received
    pictures = clean_photographs(case, photos)
    assessment = assess(case, pack, now=now)
    plan = plan_alert(case, assessment, pack, agency=agency, now=now)
    common = [repr(case), str(case), repr(assessment), repr(plan), repr(plan.stages)]
    for language in LANGUAGES:
        explanation = assessment.explain(language)
        common += [
            explanation.text(),
            json.dumps(explanation.json()),
            repr(explanation),
        ]
    common.append(
        render_map(plan, agency=agency, languages=LANGUAGES, mode=Mode.EXERCISE)
    )
    out = {}
    for audience in Audience:
        message = render_message(
            plan,
            case,
            agency=agency,
            stage=0,
            audience=audience,
            languages=LANGUAGES,
            mode=Mode.EXERCISE,
            sent=now,
            pictures=pictures,
        )
        said = [form.decode() for _, form in render_forms(message, CHANNEL)]
        said += [render_cap(message).decode()]
        said += [repr(message), repr(message.items), repr(message.gaps)]
        said += [picture.data.decode("latin-1") for picture in message.pictures]
        said += [repr(attrs.asdict(picture)) for picture in message.pictures]
        out[audience] = said
        # Nobody hears more of the end than the public may.
        over = render_ending(
            plan,
            agency=agency,
            audience=audience,
            languages=LANGUAGES,
            mode=Mode.EXERCISE,
            ending=ending,
            sent=now,
        )
        common += [form.decode() for _, form in render_forms(over, CHANNEL)]
        common.append(repr(over))
    out[Audience.PUBLIC] += common
    return out


def disguises(text):
    plain = {text, unicodedata.normalize("NFD", text), text.casefold()}
    return plain | {
        html.escape(text),
        urllib.parse.quote(text),
        base64.b64encode(text.encode()).decode().rstrip("="),
        text.encode().hex(),
        json.dumps(text).strip('"'),
        text[::-1],
    }


def leaks(texts, canaries):
    haystack = "\n".join(texts)
    folded = haystack.casefold()
    return [
        c for c in canaries if any(d in haystack or d in folded for d in disguises(c))
    ]


def test_every_restricted_and_special_field_has_a_canary(document):
    planter = Planter(0, document)
    planter.make()
    secret = {
        leaf.name
        for leaf in leaves_of(Case)
        if leaf.privacy in (Privacy.R, Privacy.S) and not is_closed(leaf.name)
    }

    # `disclosures.by` is planted nowhere: without disclosures there is none.
    assert secret - {"disclosures.by"} - set(planter.planted) == set()


def test_nothing_restricted_leaves_and_no_way_leads_back_to_the_point(
    document, small_pack, agency, caplog
):
    caplog.set_level(logging.DEBUG)
    anywhere = attrs.evolve(agency, bounds=None)
    # 50 in the fast profile, 200 in CI.
    for seed in range(2 * settings().max_examples):
        planter = Planter(seed, document)
        case = planter.make()
        ending = ENDINGS[seed % len(ENDINGS)]
        out = go(case, small_pack, anywhere, photos=planter.photos, ending=ending)
        restricted = {
            text
            for name, texts in planter.planted.items()
            for text in texts
            if not name.endswith(
                (".name", ".family_name", ".plate", ".health_instruction")
            )
            or name.startswith(("report.", "children.places"))
        }
        everything = {text for texts in planter.planted.values() for text in texts}
        at = case.last_seen.at

        assert leaks(out[Audience.PUBLIC], everything) == [], seed
        assert leaks(out[Audience.SERVICES], restricted) == [], seed
        assert positions_at(at, out[Audience.PUBLIC]) == [], seed
        # The search finds what is there: the services may know the point and names.
        assert positions_at(at, out[Audience.SERVICES]) != [], seed
        names = planter.planted["suspects.name"]
        assert leaks(out[Audience.SERVICES], names) == names, seed
        assert any("\xff\xd8\xff" in text for text in out[Audience.PUBLIC]), seed
        originals = [data.decode("latin-1") for data in planter.photos.values()]
        notes = planter.planted["children.photographs.bytes"]
        assert leaks(originals, notes) == notes, seed

    assert caplog.records == []


PAIR = re.compile(r"(-?\d{1,3}\.\d+)[,;\s/]+(-?\d{1,3}\.\d+)")


def positions_at(point, texts):
    """Every pair of numbers in *texts* that is the point, in either order.

    That includes what stands in a ``repr``, where the numbers have names.
    """
    plain = [re.sub(r"\b(lat|lon)=", "", text) for text in texts]
    return [
        pair
        for text in plain
        for pair in re.findall(PAIR, text)
        for lat, lon in (map(float, pair), map(float, pair[::-1]))
        if abs(lat - point.lat) < 2e-5 and abs(lon - point.lon) < 2e-5
    ]


def test_two_points_of_one_coarse_cell_give_the_same_bytes(
    document, small_pack, agency
):
    """What cannot be told apart from the outside cannot be found out."""
    anywhere = attrs.evolve(agency, bounds=None)
    for seed in range(40):
        planter = Planter(seed, document)
        case = planter.make()
        at = case.last_seen.at
        cell = h3.latlng_to_cell(at.lat, at.lon, 7)
        lat, lon = random.Random(seed).choice(
            [
                place
                for place in map(h3.cell_to_latlng, h3.cell_to_children(cell, 10))
                if h3.latlng_to_cell(*place, 7) == cell
            ]
        )
        moved = attrs.evolve(
            case,
            last_seen=attrs.evolve(
                case.last_seen,
                at=attrs.evolve(at, lat=lat, lon=lon),
                # The public radius tells of it only the step of a ladder.
                uncertainty_m=random.Random(seed).uniform(0, 500),
            ),
        )

        photos = planter.photos
        here = go(case, small_pack, anywhere, photos=photos)[Audience.PUBLIC]
        there = go(moved, small_pack, anywhere, photos=photos)[Audience.PUBLIC]
        assert here == there, seed


def test_errors_on_the_way_tell_nothing(document, small_pack, agency, caplog):
    caplog.set_level(logging.DEBUG)
    planter = Planter(1, document)
    case = planter.make()
    now = case.report.received
    assessment = assess(case, small_pack, now=now)
    plan = plan_alert(
        case, assessment, small_pack, agency=attrs.evolve(agency, bounds=None), now=now
    )
    told = []

    def provoke(act):
        with pytest.raises(AmberkitError) as caught:
            act()
        told.append(str(caught.value) + repr(caught.value))
        told.append("".join(traceback.format_exception(caught.value)))

    broken = json.loads(json.dumps(planter.document))
    broken["children"][0]["school"] = 7
    broken["children"][0]["hobbies"] = "one text, not a list"
    broken["report"]["reporter"]["name"] = (
        "\u202e" + broken["report"]["reporter"]["name"]
    )
    broken["last_seen"]["at"]["lat"] = 95.25
    provoke(lambda: load_case(broken))
    provoke(
        lambda: plan_alert(
            case, assessment, small_pack, agency=agency, now=now - dt.timedelta(days=1)
        )
    )
    provoke(lambda: plan_alert(case, assessment, small_pack, agency=agency, now=now))
    provoke(
        lambda: render_message(
            plan,
            attrs.evolve(case, revision=9),
            agency=agency,
            stage=0,
            audience=Audience.PUBLIC,
            languages=("fr",),
            mode=Mode.TEST,
            sent=now,
        )
    )
    one, two, *_ = planter.photos
    provoke(lambda: clean_photographs(case, {one: planter.photos[two]}))
    provoke(lambda: clean_photographs(case, {"0" * 64: b""}))
    provoke(lambda: clean_photograph(planter.photos[one][:-20]))
    everything = {text for texts in planter.planted.values() for text in texts}

    assert isinstance(InvalidDocument("case", ()), AmberkitError)
    assert leaks(told, everything) == []
    assert "95.25" not in "".join(told)
    assert caplog.records == []
