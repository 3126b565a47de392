"""Strategies for whole cases: any that `load_case` could have read."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import strategies as st

from amberkit.cases import (
    Appearance,
    Attribution,
    Build,
    Case,
    Child,
    Circumstances,
    Consent,
    Disclosure,
    EyeColor,
    HairColor,
    LastSeen,
    Mobility,
    Person,
    Photograph,
    PhotographKind,
    Place,
    Readiness,
    RelationToChild,
    Report,
    Reporter,
    ReporterRelation,
    RiskIndicators,
    Sex,
    Sighting,
    Vehicle,
    VehicleColor,
    VehicleKind,
    attributable_fields,
)
from amberkit.values import (
    Audience,
    Confidence,
    DisclosureReason,
    LanguageTag,
    LatLon,
    Localized,
    Restricted,
)

__all__ = ["cases", "children", "lat_lons", "lines", "localized"]

NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
FIELDS_OF_PUBLIC = ("children.family_name", "vehicles.plate", "last_seen.at")
FIELDS_OF_SERVICES = (*FIELDS_OF_PUBLIC, "children.health", "children.origin")

# Sampled, not grown from letters: a case has some hundred texts. What a text may be is
# tested where texts are cleaned.
_LINES = (
    "ليلى",
    "Leïla",
    "معطف أصفر، سروال أزرق",
    "manteau jaune, jean bleu",
    "ⵜⵉⴼⵉⵏⴰⵖ",
    " spaces around ",
    'quotes " and \\ backslash',
    "4??17-أ-?",
    "\u2067isolated\u2069 \u200fmark",
    "👧🏽",
    "x" * 1000,
)

lines = st.sampled_from(_LINES)
"""Texts of one line."""

localized = st.sampled_from(
    [Localized({tag: text}) for tag in ("ar", "fr-MA", "zgh-Tfng") for text in _LINES]
    + [
        Localized({"ar": "ليلى", "fr": "Leïla"}),
        Localized({"fr": "Leïla", "ar": "ليلى\nسطر", "es-419": "Leila"}),
    ]
)
"""Texts in one to three languages."""

lat_lons = st.builds(
    LatLon,
    lat=st.floats(-90, 90) | st.integers(-90, 90),
    lon=st.floats(-180, 180) | st.integers(-180, 180),
)
"""Positions anywhere on earth."""

_radii = st.floats(0, 100_000) | st.integers(0, 100_000)
_confidences = st.sampled_from(Confidence)
_hours = st.timedeltas(dt.timedelta(0), dt.timedelta(days=30))


def _times(latest: dt.datetime) -> st.SearchStrategy[dt.datetime]:
    zones = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=1))])
    return st.builds(lambda ago, zone: (latest - ago).astimezone(zone), _hours, zones)


def _tuples(items: st.SearchStrategy, most: int = 2) -> st.SearchStrategy:
    return st.lists(items, max_size=most).map(tuple)


def _maybe(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


def _restricted(values: st.SearchStrategy) -> st.SearchStrategy:
    return values.map(Restricted)


_photographs = st.builds(
    Photograph,
    kind=st.sampled_from(PhotographKind),
    alt=localized,
    taken=_maybe(st.dates()),
    differs=_maybe(localized),
    file=_restricted(st.sampled_from(["a.jpg", "صورة.png", "photo 2.jpeg"])),
    sha256=_restricted(st.sampled_from(["0" * 64, "c0ffee" * 10 + "beef"])),
)

_appearances = st.builds(
    Appearance,
    height_cm=_maybe(st.integers(20, 250)),
    weight_kg=_maybe(st.integers(1, 300)),
    build=_maybe(st.sampled_from(Build)),
    hair=_maybe(st.sampled_from(HairColor)),
    eyes=_maybe(st.sampled_from(EyeColor)),
    marks=_maybe(localized),
    clothing=_maybe(localized),
)

_places = st.builds(Place, name=lines, at=_maybe(lat_lons), radius_m=_radii)
_secrets = _maybe(_restricted(lines))
_lists = _restricted(_tuples(lines))

# One of the two says how old the child is; both together have to agree.
_ages = st.one_of(
    st.fixed_dictionaries({"age_years": st.integers(0, 120)}),
    st.fixed_dictionaries(
        {"birth_date": st.dates(dt.date(1990, 1, 1), dt.date(2026, 9, 1))}
    ),
    st.just({"age_years": 9, "birth_date": dt.date(2017, 3, 14)}),
)


@st.composite
def children(draw: st.DrawFn) -> Child:
    """A missing child."""
    return draw(
        st.builds(
            Child,
            given_name=localized,
            family_name=_maybe(localized),
            sex=st.sampled_from(Sex),
            **{name: st.just(value) for name, value in draw(_ages).items()},
            appearance=_appearances,
            photographs=_tuples(_photographs),
            languages=_tuples(st.sampled_from(["ar", "fr", "zgh"]).map(LanguageTag)),
            health_instruction=_maybe(localized),
            health=_maybe(localized),
            disability=_maybe(localized),
            origin=_maybe(localized),
            hobbies=_lists,
            personal_problems=_lists,
            places_frequented=_restricted(_tuples(_places)),
            school=_secrets,
            home_address=_secrets,
            phone=_secrets,
            id_number=_secrets,
            online_accounts=_lists,
        )
    )


_persons = st.builds(
    Person,
    name=_maybe(localized),
    sex=_maybe(st.sampled_from(Sex)),
    age_years=_maybe(st.integers(0, 120)),
    appearance=_appearances,
    photographs=_tuples(_photographs, most=1),
    dangerous=st.booleans(),
    relation=_maybe(_restricted(st.sampled_from(RelationToChild))),
    prior_violence=_maybe(_restricted(_confidences)),
    home_address=_secrets,
    phone=_secrets,
    id_number=_secrets,
)


@st.composite
def _sightings(draw: st.DrawFn) -> Sighting:
    reported = draw(_times(NOON))
    return draw(
        st.builds(
            Sighting,
            at=lat_lons,
            uncertainty_m=_radii,
            seen=_times(reported),
            reported=st.just(reported),
            confidence=_confidences,
            mobility=_maybe(st.sampled_from(Mobility)),
            road=_maybe(st.sampled_from(["A3", "N 1"])),
            note=_secrets,
            witness=_secrets,
        )
    )


@st.composite
def _vehicles(draw: st.DrawFn) -> Vehicle:
    plate = draw(st.sampled_from([None, "plate", "plate_partial"]))
    return draw(
        st.builds(
            Vehicle,
            kind=_maybe(st.sampled_from(VehicleKind)),
            color=_maybe(st.sampled_from(VehicleColor)),
            make=_maybe(lines),
            model=_maybe(lines),
            marks=_maybe(localized),
            plate_country=_maybe(st.sampled_from(["MA", "FR"])),
            confidence=_confidences,
            **({plate: lines} if plate else {}),
        )
    )


_circumstances = st.builds(
    Circumstances,
    summary=_maybe(localized),
    mobility=_maybe(st.sampled_from(Mobility)),
    **{
        name: _maybe(_restricted(_confidences))
        for name in (
            "suspicious",
            "forced",
            "criminal",
            "taken",
            "verified",
            "killing",
            "danger",
            "danger_to_life",
            "danger_to_health",
            "welfare_concern",
            "public_can_help",
            "publication_harm",
            "custody_dispute",
            "family_conflict",
        )
    },
)

_reports = st.builds(
    Report,
    received=st.just(NOON),
    station=_maybe(lines),
    reporter=_restricted(
        st.builds(
            Reporter,
            relation=st.sampled_from(ReporterRelation),
            name=_maybe(lines),
            phone=_maybe(lines),
            address=_maybe(lines),
            id_number=_maybe(lines),
        )
    ),
    consent=_maybe(
        _restricted(
            st.builds(
                Consent,
                given=st.booleans(),
                by=st.sampled_from(ReporterRelation),
                at=_times(NOON),
                document=_maybe(lines),
            )
        )
    ),
    statement_number=_secrets,
)

_risks = st.builds(
    RiskIndicators,
    **{
        name: _maybe(_confidences)
        for name in (
            "sexual_exploitation",
            "forced_crime",
            "forced_marriage",
            "forced_labor",
            "online_recruitment",
        )
    },
)


@st.composite
def _disclosures(draw: st.DrawFn) -> Disclosure:
    audience = draw(st.sampled_from(Audience))
    fields = FIELDS_OF_PUBLIC if audience is Audience.PUBLIC else FIELDS_OF_SERVICES
    return Disclosure(
        field=draw(st.sampled_from(fields)),
        audience=audience,
        reason=draw(st.sampled_from(DisclosureReason)),
        by=draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True)),
        at=draw(_times(NOON)),
    )


_readiness = st.builds(
    Readiness, staffed_line=_maybe(st.booleans()), registered=_maybe(st.booleans())
)

_attributions = st.builds(
    Attribution,
    field=st.sampled_from(sorted(attributable_fields())),
    by=st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,9}", fullmatch=True),
    at=_times(NOON),
)

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(lines, inner, max_size=3)
    ),
    max_leaves=5,
)
_extensions = st.dictionaries(lines, _json, max_size=2).map(
    lambda found: Restricted(json.dumps(found, sort_keys=True, separators=(",", ":")))
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any case that a document can describe, each field sometimes there."""
    # After every birth date above, before the report.
    seen = st.datetimes(
        dt.datetime.fromisoformat("2026-09-15"),
        dt.datetime.fromisoformat("2026-11-22T11:00"),
        timezones=st.just(dt.UTC),
    )
    return draw(
        st.builds(
            Case,
            id=st.from_regex(r"[A-Z0-9][A-Z0-9-]{0,63}", fullmatch=True),
            revision=st.integers(1, 1_000_000),
            children=st.lists(children(), min_size=1, max_size=3).map(tuple),
            last_seen=st.builds(
                LastSeen,
                at=lat_lons,
                uncertainty_m=_radii,
                time=seen,
                place=_maybe(localized),
                direction=_maybe(localized),
                witness=_secrets,
            ),
            sightings=_tuples(_sightings()),
            circumstances=_circumstances,
            companions=_tuples(_persons, most=1),
            suspects=_tuples(_persons, most=1),
            vehicles=_tuples(_vehicles()),
            report=_reports,
            risk_indicators=_maybe(_restricted(_risks)),
            readiness=_maybe(_restricted(_readiness)),
            disclosures=_tuples(_disclosures()),
            attributions=_tuples(_attributions),
            extensions=_extensions,
        )
    )
