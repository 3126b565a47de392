"""What people and systems get to read."""

import datetime as dt
import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import attrs
import numpy as np
import pytest
import shapely
import shapely.geometry

from amberkit.cap import parse_cap
from amberkit.cases import Case, Mobility, Person
from amberkit.eligibility import NotAcknowledged
from amberkit.errors import InvalidValue
from amberkit.geo import LatLon, Polygon
from amberkit.plans import Concern, plan_alert
from amberkit.render import (
    LanguageMissing,
    RenderRefused,
    WordingNotReviewed,
    _times,
    load_wording,
    render_cap,
    render_geojson,
    render_message,
    render_text,
    render_why,
    show_date,
    wording_languages,
)
from amberkit.values import Audience, Localized, Mode

GOLDEN = Path(__file__).parent / "golden"
XSD = Path(__file__).resolve().parents[3] / "shared" / "spec" / "CAP-v1.2.xsd"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


@pytest.fixture
def render(plan, case, agency, now):
    def make(**changes):
        arguments = {
            "agency": agency,
            "stage": 0,
            "audience": Audience.PUBLIC,
            "languages": ("ar", "fr"),
            "mode": Mode.EXERCISE,
            "sent": now,
        }
        chosen_plan = changes.pop("plan", plan)
        chosen_case = changes.pop("case", case)
        return render_message(chosen_plan, chosen_case, **(arguments | changes))

    return make


# --- text -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "fr"])
@pytest.mark.parametrize("audience", list(Audience))
def test_text_is_as_it_was_read_and_approved(render, language, audience):
    text = render_text(render(audience=audience), language=language)

    assert text == (GOLDEN / f"{audience.value}.{language}.txt").read_text("utf-8")


def test_without_a_language_the_leading_one_speaks(render):
    message = render(languages=("fr", "ar"))

    assert render_text(message) == render_text(message, language="fr")


def test_a_language_that_the_message_has_not_is_refused(render):
    with pytest.raises(InvalidValue, match="one of ar, fr"):
        render_text(render(), language="en")


@pytest.mark.parametrize(
    ("mode", "marker"), [(Mode.EXERCISE, "EXERCICE"), (Mode.TEST, "ESSAI")]
)
def test_whatever_is_not_live_says_so_first_and_last(render, mode, marker):
    message = render(mode=mode)
    lines = render_text(message, language="fr").strip().splitlines()
    info = parse_cap(render_cap(message)).infos[1]

    assert marker in lines[0]
    assert marker in lines[-1]
    assert info.headline.startswith(marker)
    assert info.description.startswith(marker)
    assert info.description.endswith(marker)


@pytest.fixture
def reviewed():
    return tuple(
        attrs.evolve(load_wording(tag), reviewed_by="reviewer-3")
        for tag in ("ar", "fr")
    )


def test_a_live_message_bears_no_mark(render, reviewed):
    message = render(mode=Mode.LIVE, wordings=reviewed)
    text = render_text(message, language="fr")

    assert "EXERCICE" not in text
    assert text.startswith("Disparition d'enfant")
    assert parse_cap(render_cap(message)).status.value == "Actual"


def test_own_wording_serves_its_language_in_every_region(render, reviewed):
    message = render(mode=Mode.LIVE, wordings=reviewed, languages=("fr-MA", "ar-MA"))

    assert [text.direction for text in message.texts] == ["ltr", "rtl"]


def test_live_refuses_wording_that_nobody_reviewed(render, reviewed):
    with pytest.raises(WordingNotReviewed, match="as wordings"):
        render(mode=Mode.LIVE)
    with pytest.raises(WordingNotReviewed) as caught:
        render(mode=Mode.LIVE, wordings=reviewed[:1])

    assert caught.value.language == "fr"


def test_live_refuses_a_plan_on_criteria_that_nobody_has_taken_on(
    render, reviewed, plan
):
    open_plan = attrs.evolve(plan, unacknowledged=("age",))

    with pytest.raises(NotAcknowledged, match="no source is at hand for age"):
        render(mode=Mode.LIVE, wordings=reviewed, plan=open_plan)
    assert render(plan=open_plan).mode is Mode.EXERCISE


def test_live_refuses_a_plan_on_which_somebody_has_to_decide(render, reviewed, plan):
    open_plan = attrs.evolve(plan, unsettled=(Concern.BEYOND_REACH, Concern.EXPOSURE))

    with pytest.raises(RenderRefused, match="beyond_reach, exposure") as caught:
        render(mode=Mode.LIVE, wordings=reviewed, plan=open_plan)
    assert caught.value.code == "unsettled"
    assert render(plan=open_plan).mode is Mode.EXERCISE


def test_the_wording_that_ships_claims_no_reviewer():
    assert {load_wording(tag).reviewed_by for tag in wording_languages()} == {None}


def test_an_unknown_language_is_refused_with_those_that_there_are(render):
    with pytest.raises(LanguageMissing, match="ar, en, fr"):
        render(languages=("de",))


def test_a_regional_tag_finds_its_language(render, case):
    message = render(languages=("fr-MA",))

    assert message.languages == ("fr-MA",)
    assert "Disparition d'enfant" in render_text(message)


def test_a_missing_plate_makes_no_line_and_no_gap(render, case):
    (vehicle,) = case.vehicles
    plain = attrs.evolve(case, vehicles=(attrs.evolve(vehicle, plate_partial=None),))
    text = render_text(render(case=plain), language="fr")

    assert "Immatriculation" not in text
    assert "Dacia" in text


def test_a_whole_plate_is_shown_whole(render, case):
    (vehicle,) = case.vehicles
    disclosure = attrs.evolve(case.disclosures[0], field="vehicles.plate")
    known = attrs.evolve(
        case,
        vehicles=(attrs.evolve(vehicle, plate_partial=None, plate="99999-أ-1"),),
        disclosures=(disclosure,),
    )
    text = render_text(render(case=known), language="fr")

    assert "\u206699999-أ\u200e-1\u2069" in text
    assert "incomplète" not in text


def test_a_vehicle_of_which_nothing_is_known_makes_no_line(render, case):
    (vehicle,) = case.vehicles
    bare = attrs.evolve(
        vehicle,
        kind=None,
        color=None,
        make=None,
        model=None,
        marks=None,
        plate_partial=None,
    )
    text = render_text(render(case=attrs.evolve(case, vehicles=(bare,))), language="fr")

    assert "Véhicule" not in text


def several(case, *names):
    (child,) = case.children
    return attrs.evolve(
        case,
        children=tuple(
            attrs.evolve(
                child,
                given_name=Localized({"fr": name, "ar": name}),
                family_name=None,
                photographs=(),
            )
            for name in names
        ),
    )


@pytest.mark.parametrize(
    ("names", "headline"),
    [
        (("Ana",), "Ana (9 ans)"),
        (("Ana", "Bo"), "Ana (9 ans) et Bo (9 ans)"),
        (("Ana", "Bo", "Cy"), "Ana (9 ans), Bo (9 ans) et Cy (9 ans)"),
    ],
)
def test_several_children_are_all_named(render, case, names, headline):
    message = render(case=several(case, *names))

    assert message.text("fr").headline == f"Disparition d'enfant : {headline}"


def test_a_name_without_a_text_in_a_language_is_shown_in_its_own_script(render, case):
    (child,) = case.children
    latin = attrs.evolve(child, given_name=Localized({"fr": "Leïla"}), family_name=None)
    arabic = attrs.evolve(child, given_name=Localized({"ar": "ليلى"}), family_name=None)
    to_arabs = render(case=attrs.evolve(case, children=(latin,)))
    to_french = render(case=attrs.evolve(case, children=(arabic,)))

    assert [gap.path for gap in to_arabs.gaps] == ["$.children[0].given_name"]
    assert to_arabs.text("ar").headline == "اختفاء قاصر: \u2068Leïla\u2069 (9 سنوات)"
    assert to_french.text("fr").headline.endswith(": \u2068ليلى\u2069 (9 ans)")


def test_an_adult_without_a_name_is_described(render, case):
    (suspect,) = case.suspects
    named = attrs.evolve(suspect, name=Localized({"fr": "Zed Fictif"}))
    disclosure = attrs.evolve(case.disclosures[0], field="suspects.name")
    known = attrs.evolve(case, suspects=(named,), disclosures=(disclosure,))

    assert "Zed Fictif ; sexe masculin" in render_text(
        render(case=known), language="fr"
    )
    assert "Zed" not in render_text(render(case=case), language="fr")


def test_a_companion_of_whom_nothing_is_known_makes_no_line(render, case):
    empty = attrs.evolve(case, companions=(Person(),))

    assert "accompagnant" not in render_text(render(case=empty), language="fr")


def test_arabic_letters_in_a_french_line_are_isolated(render, case):
    (vehicle,) = case.vehicles
    arabic = attrs.evolve(case, vehicles=(attrs.evolve(vehicle, make="بوجو"),))
    text = render_text(render(case=arabic), language="fr")

    assert "\u2068بوجو\u2069 ; Logan" in text


def test_a_text_of_several_lines_cannot_pass_for_lines_of_ours(render, case):
    forged = Localized({"fr": "bleu\nEXERCICE - EXERCICE", "ar": "أزرق\nتمرين"})
    (child,) = case.children
    looks = attrs.evolve(child.appearance, clothing=forged)
    dressed = attrs.evolve(case, children=(attrs.evolve(child, appearance=looks),))
    lines = render_text(render(case=dressed), language="fr").splitlines()

    assert "Vêtements : bleu EXERCICE - EXERCICE" in lines
    assert [n for n, line in enumerate(lines) if line.startswith("EXERCICE")] == [
        0,
        len(lines) - 1,
    ]


def test_the_services_hear_how_far_off_a_point_may_be_and_how_sure_we_are(render):
    text = render_text(render(audience=Audience.SERVICES), language="fr")

    assert "Point : 33.59438, -7.61902 ; à 150 m près" in text
    assert "à 300 m près ; non confirmé" in text
    assert "Langues parlées : arabe, français" in text


def test_a_language_without_a_word_keeps_its_tag(render, case):
    (child,) = case.children
    polyglot = attrs.evolve(child, languages=("wo", "ar"))
    message = render(
        case=attrs.evolve(case, children=(polyglot,)), audience=Audience.SERVICES
    )

    assert "Langues parlées : wo, arabe" in render_text(message, language="fr")


def test_who_moves_how_and_who_is_dangerous_is_told(render, case):
    (suspect,) = case.suspects
    told = attrs.evolve(
        case,
        circumstances=attrs.evolve(case.circumstances, mobility=Mobility.ON_FOOT),
        suspects=(attrs.evolve(suspect, dangerous=True),),
        companions=(attrs.evolve(suspect, age_years=None),),
    )
    text = render_text(render(case=told), language="fr")

    assert "Déplacement : à pied" in text
    assert "Danger : ne pas approcher cette personne" in text
    assert "Personne accompagnant l'enfant : sexe masculin ; corpulence" in text


def test_what_is_dangerous_is_told_first(render, case):
    (suspect,) = case.suspects
    armed = attrs.evolve(case, suspects=(attrs.evolve(suspect, dangerous=True),))

    assert render(case=armed).text("fr").description[0].startswith("Danger")


def test_of_several_children_each_is_told_in_one_line(render, case):
    text = render_text(render(case=several(case, "Ana", "Bo")), language="fr")
    lines = [line for line in text.splitlines() if line.startswith("Enfant : ")]

    assert len(lines) == 2
    assert all("Vêtements : manteau jaune" in line for line in lines)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"audience": "public"}, "audience"),
        ({"mode": "live"}, "mode"),
        ({"languages": "fr"}, "languages"),
        ({"languages": ()}, "languages"),
    ],
)
def test_arguments_of_another_kind_are_refused_by_name(render, changes, name):
    with pytest.raises(InvalidValue) as caught:
        render(**changes)

    assert caught.value.name == name


def test_little_is_known_and_still_it_speaks(render, case):
    (child,) = case.children
    bare_child = attrs.evolve(
        child,
        appearance=attrs.evolve(
            child.appearance,
            height_cm=None,
            weight_kg=None,
            build=None,
            hair=None,
            eyes=None,
            marks=None,
            clothing=None,
        ),
        photographs=(attrs.evolve(child.photographs[0], differs=None),),
    )
    bare = attrs.evolve(
        case,
        children=(bare_child,),
        last_seen=attrs.evolve(case.last_seen, place=None, direction=None),
        sightings=(),
        suspects=(),
        vehicles=(),
        disclosures=(),
    )
    text = render_text(render(case=bare), language="fr")

    assert "Vu(e) pour la dernière fois : 22 novembre 2026 17:40 (UTC+01:00)\n" in text
    assert "Image : dessin ; 5 septembre 2026 ; dessin d'une fillette" in text
    assert "appelez immédiatement le 19" in text


def test_a_photograph_without_a_text_in_the_language_makes_no_line(render, case):
    (child,) = case.children
    (photograph,) = child.photographs
    arabic = attrs.evolve(photograph, alt=Localized({"ar": "رسم"}), differs=None)
    changed = attrs.evolve(case, children=(attrs.evolve(child, photographs=(arabic,)),))

    assert "Image" not in render_text(render(case=changed), language="fr")


def test_an_agency_without_a_name_in_a_language_keeps_the_one_it_has(render, agency):
    named = attrs.evolve(agency, name=Localized({"en": "Example Police"}))
    message = render(agency=named)

    assert "Example Police" in render_text(message, language="ar")
    assert parse_cap(render_cap(message)).infos[0].sender_name == "Example Police"


def test_an_unknown_zone_is_refused(render, agency):
    with pytest.raises(InvalidValue, match="IANA"):
        render(agency=attrs.evolve(agency, time_zone="Atlantis/Capital"))


# --- times ----------------------------------------------------------------------------


@pytest.fixture
def without_babel(monkeypatch):
    for module in ("babel", "babel.core", "babel.dates"):
        monkeypatch.setitem(sys.modules, module, None)
    _times._locale.cache_clear()
    yield
    _times._locale.cache_clear()


def test_without_babel_dates_are_iso_8601(render, without_babel):
    text = render_text(render(), language="fr")

    assert "Vu(e) pour la dernière fois : 2026-11-22 17:40 (UTC+01:00)" in text


@pytest.mark.parametrize(
    ("language", "date"),
    [
        ("ar", "22 نونبر 2026"),  # as Morocco names the month
        ("ar-EG", "22 نوفمبر 2026"),  # as Egypt does
        ("fr", "22 novembre 2026"),
        ("en", "22 November 2026"),
    ],
)
def test_dates_are_written_as_the_country_of_the_zone_or_of_the_tag_does(
    language, date
):
    shown = show_date(
        dt.date(2026, 11, 22), zone="Africa/Casablanca", language=language
    )

    assert shown == date


# --- what does not belong together -----------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"stage": 5}, "no-such-stage"),
        ({"stage": -1}, "no-such-stage"),
        ({"stage": 1, "audience": Audience.SERVICES}, "no-such-stage"),
    ],
)
def test_a_stage_that_is_not_planned_is_refused(render, changes, code):
    with pytest.raises(RenderRefused) as caught:
        render(**changes)

    assert caught.value.code == code


def test_another_case_or_revision_is_refused(render, case):
    for other in (attrs.evolve(case, id="OTHER-1"), attrs.evolve(case, revision=2)):
        with pytest.raises(RenderRefused) as caught:
            render(case=other)

        assert caught.value.code == "other-case"


def test_nothing_is_sent_before_the_plan(render, now):
    with pytest.raises(RenderRefused, match="before the plan was made"):
        render(sent=now - dt.timedelta(seconds=1))


def test_nothing_is_sent_after_the_end(render, plan):
    with pytest.raises(RenderRefused, match="before the plan expires"):
        render(sent=plan.expires)


# --- CAP ------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", list(Audience))
def test_cap_says_what_the_message_says(render, audience):
    message = render(audience=audience)
    alert = parse_cap(render_cap(message))

    assert alert.identifier == message.identifier
    assert alert.status.value == "Exercise"
    assert (
        alert.scope.value
        == {"public": "Public", "services": "Restricted"}[audience.value]
    )
    assert [info.language for info in alert.infos] == ["ar", "fr"]
    assert {info.expires for info in alert.infos} == {message.expires}
    assert all(info.contact == "19" for info in alert.infos)


def test_cap_times_are_in_the_zone_of_the_agency(render):
    root = ElementTree.fromstring(render_cap(render()))

    assert root.findtext(f"{CAP}sent") == "2026-11-22T18:00:00+01:00"


def test_the_circle_of_cap_is_in_kilometers_around_the_coarse_center(render, plan):
    root = ElementTree.fromstring(render_cap(render()))
    center, radius_km = root.find(f".//{CAP}circle").text.split()
    lat, lon = map(float, center.split(","))

    assert (lat, lon) == pytest.approx((plan.center.lat, plan.center.lon), abs=1e-7)
    # 10 km, and what the coarse cell and the uncertainty add.
    assert 11.0 < float(radius_km) < 12.6


@pytest.mark.parametrize("audience", list(Audience))
def test_cap_is_valid_by_the_schema_of_the_standard(render, audience):
    if not XSD.exists():
        # Structure and order are tested without it, in tests/cap.
        pytest.skip("needs the schema of OASIS, which may not be shipped")
    from lxml import etree

    schema = etree.XMLSchema(etree.parse(str(XSD)))
    document = etree.fromstring(render_cap(render(audience=audience)))

    assert schema.validate(document), schema.error_log


def test_sub_second_times_are_cut_for_cap(render, now):
    message = render(sent=now + dt.timedelta(microseconds=5))

    assert message.sent == now
    assert render_cap(message)


# --- areas ----------------------------------------------------------------------------


def test_every_stage_of_the_message_contains_the_stage_of_the_plan(render, plan):
    for stage in plan.stages:
        message = render(stage=stage.index)
        (circle,) = message.area.circles

        assert circle.radius_m > stage.region.radius_m
        assert abs(circle.center[0] - plan.center.lat * 1e7) <= 0.5


@pytest.fixture(scope="module")
def bounded(case, assessment, pack, agency, now):
    outer = [[-9, 33], [-7, 33], [-7, 34], [-9, 34], [-9, 33]]
    hole = [[-7.7, 33.5], [-7.7, 33.55], [-7.65, 33.55], [-7.65, 33.5], [-7.7, 33.5]]
    boundary = Polygon.from_geojson({"type": "Polygon", "coordinates": [outer, hole]})
    return plan_alert(case, assessment, pack, agency=agency, now=now, boundary=boundary)


def test_a_bounded_area_is_a_polygon_within_the_boundary(render, bounded):
    message = render(plan=bounded, stage=4)
    geometry = shapely.geometry.shape(render_geojson(message)["geometry"])

    assert not message.area.circles
    assert geometry.is_valid
    assert shapely.geometry.box(-9.00001, 32.99999, -6.99999, 34.00001).covers(geometry)
    assert "territoire de compétence" in message.text("fr").area


def test_a_bounded_area_contains_its_region_to_the_last_decimal(render, bounded):
    """Rounded outward: the polygon of the message holds what the plan means."""
    lat, lon = np.meshgrid(np.linspace(32.9, 34.1, 400), np.linspace(-9.1, -6.9, 400))
    for stage in bounded.stages:
        message = render(plan=bounded, stage=stage.index)
        inside = stage.region.contains_points(lat=lat.ravel(), lon=lon.ravel())
        shape = shapely.geometry.shape(render_geojson(message)["geometry"])

        held = shapely.intersects_xy(shape, lon.ravel(), lat.ravel())
        assert held[inside].all()
        assert inside.any()


def test_a_sliver_of_an_area_is_still_an_area(
    render, case, assessment, pack, agency, now, plan
):
    at = plan.center
    west, south = at.lon, at.lat
    thin = [[west, south], [west + 2e-8, south], [west + 2e-8, south + 0.01]]
    ring = [*thin, [west, south + 0.01], thin[0]]
    sliver = Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})
    planned = plan_alert(
        case, assessment, pack, agency=agency, now=now, boundary=sliver
    )
    message = render(plan=planned)

    assert len(parse_cap(render_cap(message)).infos[0].areas[0].polygons) == 1


def test_a_hole_stays_a_hole_in_geojson_and_is_filled_in_cap(render, bounded):
    message = render(plan=bounded, stage=4)
    geometry = render_geojson(message)["geometry"]
    area = parse_cap(render_cap(message)).infos[0].areas[0]

    assert len(geometry["coordinates"]) == 2
    assert len(area.polygons) == 1


def test_services_within_a_boundary_get_it_as_their_area(render, bounded):
    message = render(plan=bounded, audience=Audience.SERVICES)

    assert not message.area.nationwide
    assert "Tout le territoire" in message.text("fr").area


def test_nationwide_has_no_geometry(render):
    message = render(audience=Audience.SERVICES)

    assert message.area.nationwide
    assert render_geojson(message)["geometry"] is None


def test_geojson_is_json_with_longitude_first(render, plan):
    feature = json.loads(json.dumps(render_geojson(render())))
    polygon = shapely.geometry.shape(feature["geometry"])

    assert feature["type"] == "Feature"
    assert polygon.is_valid
    assert polygon.exterior.is_ccw
    assert polygon.contains(shapely.geometry.Point(plan.center.lon, plan.center.lat))
    assert feature["properties"]["texts"]["ar"]["direction"] == "rtl"


def test_an_area_at_the_antimeridian_is_cut_there(
    render, case, assessment, pack, agency, now
):
    away = attrs.evolve(case.last_seen, at=LatLon(lat=-17.0, lon=179.98))
    far = attrs.evolve(case, last_seen=away)
    unbound = attrs.evolve(agency, bounds=None, time_zone="Pacific/Fiji")
    planned = plan_alert(far, assessment, pack, agency=unbound, now=now)
    message = render(plan=planned, case=far, agency=unbound, stage=2)
    geometry = render_geojson(message)["geometry"]

    assert geometry["type"] == "MultiPolygon"
    assert shapely.geometry.shape(geometry).is_valid
    assert len(parse_cap(render_cap(message)).infos[0].areas[0].circles) == 1


# --- reasons and words ----------------------------------------------------------------


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_every_stage_has_its_reason_in_every_language(plan, language):
    for stage in plan.stages:
        sentence = render_why(stage.why, language=language)

        assert f"{stage.radius_m / 1000:g}" in sentence
        assert "{" not in sentence


@pytest.mark.parametrize(
    ("reach_m", "english", "french"),
    [
        (1_538_461, "1538 km", "1538 km"),
        (7_692, "7.7 km", "7,7 km"),
        (0, "0 km", "0 km"),
    ],
)
def test_distances_are_plain_numbers(plan, reach_m, english, french):
    why = attrs.evolve(plan.stages[0].why, reach_m=reach_m)

    assert f"to {english} can" in render_why(why, language="en")
    assert f"à {french} peuvent" in render_why(why, language="fr")


def test_a_reason_names_the_means_of_travel(plan):
    why = attrs.evolve(plan.stages[0].why, mobility=Mobility.VEHICLE)

    assert "by vehicle" in render_why(why, language="en")


def skeleton(value, path=""):
    """The keys of a wording, and the blanks of each phrase."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from skeleton(item, f"{path}.{key}")
    elif isinstance(value, str):
        blanks = [part.split("}")[0] for part in value.split("{")[1:]]
        yield path, tuple(sorted(blanks))


def test_all_wordings_say_the_same_things():
    folder = Path(load_wording.__code__.co_filename).parent / "wording"
    documents = {
        file.stem: json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")
    }
    # Plurals: as many as the language has.
    counted = {
        tag: [document.pop(name) for name in ("ages", "hours", "minutes")]
        for tag, document in documents.items()
    }
    english = dict(skeleton(documents["en"]))

    assert set(documents) == {"ar", "en", "fr"}
    for tag, document in documents.items():
        assert dict(skeleton(document)) == english, tag
        assert all("other" in words for words in counted[tag]), tag


def test_every_word_of_every_vocabulary_is_translated():
    import enum

    import amberkit.cases as cases

    vocabularies = {
        "Sex": "sex",
        "Build": "build",
        "HairColor": "hair_color",
        "EyeColor": "eye_color",
        "VehicleKind": "vehicle_kind",
        "VehicleColor": "vehicle_color",
        "Mobility": "mobility",
        "PhotographKind": "photograph_kind",
    }
    for name, vocabulary in vocabularies.items():
        kind = getattr(cases, name)
        assert issubclass(kind, enum.Enum)
        for tag in wording_languages():
            assert set(load_wording(tag).terms[vocabulary]) == {m.value for m in kind}
    assert isinstance(Case.__doc__, str)


@pytest.mark.parametrize(
    ("years", "arabic"),
    [(1, "سنة واحدة"), (2, "سنتان"), (9, "9 سنوات"), (11, "11 سنة"), (17, "17 سنة")],
)
def test_arabic_ages_take_the_plural_of_their_number(years, arabic):
    assert load_wording("ar").age(years) == arabic
