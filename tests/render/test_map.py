"""The map: whole in itself, marked, and true to scale."""

import base64
import datetime as dt
import hashlib
import html
import json
import math
import re
from html.parser import HTMLParser

import attrs
import numpy as np
import pytest
import shapely

from amberkit.errors import InvalidValue, Problem
from amberkit.geo import Disk, LatLon, Polygon, cover
from amberkit.plans import Concern, Neighbor, plan_alert
from amberkit.render import (
    LanguageMissing,
    WordingNotReviewed,
    load_wording,
    render_changes,
    render_concern,
    render_map,
    render_sightings,
)
from amberkit.render._why import say_why
from amberkit.render.map._hatches import hatches
from amberkit.schemas import read_source
from amberkit.values import Localized, Mode


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def found(self, tag, **wanted):
        return [a for t, a in self.tags if t == tag and wanted.items() <= a.items()]


@pytest.fixture(scope="module")
def land(examples):
    return Polygon.from_geojson(read_source(examples / "land.geojson", "region"))


@pytest.fixture(scope="module")
def page(plan, agency, land):
    return render_map(
        plan, agency=agency, languages=("ar", "fr"), mode=Mode.EXERCISE, land=land
    )


def test_every_stage_is_drawn_and_told(page, plan):
    parsed = Page(page)

    for stage in plan.stages:
        assert len(parsed.found("path", id=f"stage-{stage.index}")) == 1
        assert f"{stage.radius_m / 1000:g} km" in page
    assert len(parsed.found("tr")) == 2 * (1 + len(plan.stages))
    assert len(parsed.found("th", scope="row")) == 2 * len(plan.stages)
    assert len(parsed.found("th", scope="col")) == 2 * 6


def test_nothing_is_loaded_and_one_script_runs(page):
    parsed = Page(page)
    addresses = [
        value
        for _, attributes in parsed.tags
        for name, value in attributes.items()
        if name in ("src", "href", "action", "data", "xlink:href")
    ]

    assert addresses == ["data:,"]
    assert not [tag for tag, _ in parsed.tags if tag in ("iframe", "object")]
    assert parsed.found("script") == [{}]
    assert not [name for _, a in parsed.tags for name in a if name.startswith("on")]
    # What is referred to is in the page itself.
    assert set(re.findall(r"url\((.)", page)) == {"#"}
    assert "@import" not in page
    assert parsed.found("meta", **{"http-equiv": "Content-Security-Policy"})


def test_it_is_marked_first_and_last_unless_live(page, plan, agency):
    reviewed = attrs.evolve(load_wording("fr"), reviewed_by="reviewer-3")
    live = render_map(
        plan,
        agency=agency,
        languages=("fr",),
        mode=Mode.LIVE,
        wordings=(reviewed,),
    )

    assert page.count('class="marker"') == 4
    assert page.index('class="marker"') < page.index("<svg")
    assert page.rindex('class="marker"') > page.rindex("</table>")
    assert 'class="marker"' not in live


def test_arabic_sections_run_from_right_to_left(page):
    parsed = Page(page)

    assert parsed.found("section", lang="ar", dir="rtl")
    assert parsed.found("section", lang="fr", dir="ltr")
    assert parsed.found("html", lang="ar", dir="rtl")


def test_without_land_it_says_so_and_draws_no_sea(plan, agency):
    bare = render_map(plan, agency=agency, languages=("en",), mode=Mode.TEST)

    assert "No land outline was given." in bare
    assert 'class="plain"' in bare
    assert 'class="land"' not in bare


def test_the_coast_is_drawn_on_the_sea(page):
    assert 'class="sea"' in page
    assert len(Page(page).found("path", **{"class": "land"})) == 1


def radius_on_page(page, index):
    data = Page(page).found("path", id=f"stage-{index}")[0]["d"]
    xs, ys = [], []
    # Each ring begins at a place of its own and goes on in steps.
    for ring in data.split("M")[1:]:
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", ring)]
        x = y = 0.0
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            xs.append(x)
            ys.append(y)
    return (max(xs) - min(xs)) / 2, (max(ys) - min(ys)) / 2


def test_circles_are_round_and_to_scale(page, plan):
    for index, stage in enumerate(plan.stages):
        across, up = radius_on_page(page, index)

        assert math.isclose(across, up, rel_tol=0.01)
        assert math.isclose(
            across / radius_on_page(page, 4)[0],
            stage.region.radius_m / plan.stages[4].region.radius_m,
            rel_tol=0.01,
        )


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(-17.0, 179.98), (89.9, 10.0), (-89.95, -120.0), (0.0, 0.0), (64.1, -21.9)],
)
def test_any_place_on_earth_can_be_drawn(case, assessment, pack, agency, now, lat, lon):
    away = attrs.evolve(case.last_seen, at=LatLon(lat=lat, lon=lon))
    planned = plan_alert(
        attrs.evolve(case, last_seen=away),
        assessment,
        pack,
        agency=attrs.evolve(agency, bounds=None),
        now=now,
    )
    drawn = render_map(planned, agency=agency, languages=("en",), mode=Mode.TEST)

    for index in range(5):
        across, up = radius_on_page(drawn, index)
        assert math.isclose(across, up, rel_tol=0.02)


def test_a_small_area_gets_a_scale_in_meters(case, assessment, pack, agency, now):
    growth = attrs.evolve(pack.policy.growth.value, radii_m=(900.0,))
    policy = attrs.evolve(
        pack.policy, growth=attrs.evolve(pack.policy.growth, value=growth)
    )
    small = attrs.evolve(pack, policy=policy)
    tiny = plan_alert(
        case,
        attrs.evolve(assessment, pack=small),
        small,
        agency=agency,
        now=now,
    )
    drawn = render_map(tiny, agency=agency, languages=("en",), mode=Mode.TEST)

    assert re.search(r">[125]00 m<", drawn)


def test_a_stage_that_adds_no_cell_is_still_drawn(
    case, assessment, pack, agency, now, land
):
    ring = [[-7.7, 33.5], [-7.5, 33.5], [-7.5, 33.65], [-7.7, 33.65], [-7.7, 33.5]]
    small = Polygon.from_geojson({"type": "Polygon", "coordinates": [ring]})
    planned = plan_alert(case, assessment, pack, agency=agency, now=now, boundary=small)
    drawn = render_map(planned, agency=agency, languages=("en",), mode=Mode.TEST)

    assert len(planned.stages[4].added) == 0
    assert Page(drawn).found("path", id="stage-4")


def test_a_live_map_refuses_wording_that_nobody_reviewed(plan, agency):
    with pytest.raises(WordingNotReviewed):
        render_map(plan, agency=agency, languages=("fr",), mode=Mode.LIVE)


def test_a_map_in_no_language_is_refused(plan, agency):
    with pytest.raises(InvalidValue, match="languages"):
        render_map(plan, agency=agency, languages=(), mode=Mode.TEST)


def test_land_that_is_empty_leaves_the_sea(plan, agency, land):
    far_off = [[10, 10], [11, 10], [11, 11], [10, 10]]
    island = Polygon.from_geojson({"type": "Polygon", "coordinates": [far_off]})
    drawn = render_map(
        plan, agency=agency, languages=("en",), mode=Mode.TEST, land=land & island
    )

    assert Page(drawn).found("path", **{"class": "land"})[0]["d"] == ""
    assert 'class="sea"' in drawn


def test_an_unknown_language_is_refused(plan, agency):
    with pytest.raises(LanguageMissing):
        render_map(plan, agency=agency, languages=("xx",), mode=Mode.TEST)


def test_the_policy_lets_that_script_run_and_no_other(page):
    policy = Page(page).found("meta", **{"http-equiv": "Content-Security-Policy"})[0]
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    assert f"script-src 'sha256-{digest}';" in policy["content"]
    assert policy["content"].startswith("default-src 'none';")
    assert policy["content"].count("script-src") == 1
    assert "unsafe-inline" not in policy["content"].split("script-src")[1]


def test_markup_in_a_text_stays_text(plan, agency):
    hostile = attrs.evolve(plan, case_id="<script>alert(1)</script>")
    drawn = render_map(hostile, agency=agency, languages=("en",), mode=Mode.TEST)

    assert drawn.count("<script") == 1
    assert "<script>alert" not in drawn
    assert "&lt;script&gt;" in drawn


# --- what the page tells --------------------------------------------------------------


@pytest.fixture(scope="module")
def busy(revised, agency, land):
    return render_map(
        revised,
        agency=agency,
        languages=("en", "ar", "fr"),
        mode=Mode.EXERCISE,
        land=land,
    )


def text_of(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def test_sightings_changes_and_alarms_are_told_in_each_language(busy, revised):
    told = text_of(busy)

    for language in ("en", "ar", "fr"):
        wording = load_wording(language)
        for sentence in (
            *render_sightings(revised, language=language),
            *render_changes(revised, language=language),
        ):
            assert sentence in told
        assert wording.alarms["contradicts"].format(n=2) in told
        for part in revised.stages[0].parts:
            assert say_why(part.why, wording) in told


def test_an_alarm_without_a_phrase_and_a_concern_are_told_too(plan, agency):
    new = Problem(path="$.budget", code="brand-new", message="must be <looked> at")
    odd = attrs.evolve(plan, alarms=(new,), unsettled=(Concern.EXPOSURE,))
    drawn = render_map(odd, agency=agency, languages=("fr",), mode=Mode.TEST)

    assert '<bdi lang="en" dir="ltr">$.budget: must be &lt;looked&gt; at</bdi>' in drawn
    assert html.escape(render_concern(Concern.EXPOSURE, language="fr")) in drawn


def test_places_are_marked_by_kind_and_never_where_they_are(busy, revised, case):
    told = text_of(busy)
    marks = re.findall(r'<path class="mark" transform="translate\(([^)]*)\)', busy)

    # In the drawing each once, in the legend of each language once more.
    assert len(marks) == 4 * len(revised.foci)
    assert "Sighting 1, on the road A99" in told
    assert "Sighting 2" in told
    assert "Place last seen" not in told
    assert f"{case.sightings[0].at.lat}" not in busy


def test_names_of_the_leading_language_are_on_the_map(busy, revised, agency):
    arabic = render_map(revised, agency=agency, languages=("ar",), mode=Mode.TEST)

    assert ">مراكش</text>" in arabic
    assert ">A99</text>" in arabic
    # There is no English name: the first one that there is serves.
    assert ">مراكش</text>" in busy


def test_a_neighbor_is_drawn_with_its_name_inside(plan, agency, atlas):
    def region(*edges):
        west, south, east, north = edges
        ring = [[west, south], [east, south], [east, north], [west, north]]
        return Polygon.from_geojson(
            {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        )

    near = Neighbor(
        id="n", name=Localized({"en": "Nextland"}), region=region(-6.5, 32, -4, 36)
    )
    far = Neighbor(
        id="f", name=Localized({"en": "Farland"}), region=region(60, 32, 61, 36)
    )
    beside = attrs.evolve(plan, atlas=attrs.evolve(atlas, neighbors=(near, far)))
    drawn = render_map(beside, agency=agency, languages=("en",), mode=Mode.TEST)

    assert ">Nextland</text>" in drawn
    assert "Farland" not in drawn
    # The line in the drawing, and that of the legend.
    assert len(Page(drawn).found("path", **{"class": "next"})) == 2


def test_what_is_withdrawn_is_drawn_where_it_was(busy, revised, plan, agency):
    first = render_map(plan, agency=agency, languages=("en",), mode=Mode.TEST)

    assert len(Page(busy).found("path", **{"class": "gone"})) == 1
    assert 'class="gone"' not in first
    assert f"\u2212{len(revised.stages[0].withdrawn):,}".replace(",", "\u202f") in busy


def test_very_many_withdrawn_cells_are_drawn_as_larger_ones(revised, agency):
    first = revised.stages[0]
    many = attrs.evolve(
        first, withdrawn=cover(Disk(revised.center, radius_m=150_000.0), 8)
    )
    told = attrs.evolve(revised, stages=(many, *revised.stages[1:]))
    drawn = render_map(told, agency=agency, languages=("en",), mode=Mode.TEST)

    assert len(many.withdrawn) > 80_000
    assert len(drawn.encode()) < 100_000


def test_one_stage_needs_no_slider(planned, now, agency):
    late = planned(now=now + dt.timedelta(hours=9))
    drawn = render_map(late, agency=agency, languages=("en",), mode=Mode.TEST)

    assert len(late.stages) == 1
    assert "<input" not in drawn
    assert "<script" not in drawn


def test_the_slider_names_stage_time_and_radius(busy, revised):
    (slider,) = Page(busy).found("input", type="range")
    says = json.loads(slider["data-says"])

    assert slider["max"] == str(len(revised.stages)) == slider["value"]
    assert slider["aria-valuetext"] == says[-1]
    for stage, said in zip(revised.stages, says, strict=True):
        assert said.startswith(f"Stage {stage.index + 1} of {len(says)}, from ")
        assert said.endswith(f": {stage.radius_m / 1000:g} km")


def test_without_the_script_nothing_is_hidden_but_the_slider(busy):
    parsed = Page(busy)

    assert [a["id"] for _, a in parsed.tags if "hidden" in a] == ["player"]
    assert not [a for _, a in parsed.tags if "later" in a.get("class", "")]


def test_on_paper_each_stage_has_a_hatch_of_its_own(busy, revised):
    count = len(revised.stages)
    patterns = re.findall(r'<pattern id="hatch-(\d+)".*?</pattern>', busy)
    bodies = re.findall(r'<pattern id="hatch-\d+"(.*?)</pattern>', busy)

    assert patterns == [str(index) for index in range(count)]
    assert len(set(bodies)) == count
    for index in range(count):
        assert f".fill-{index}{{fill:url(#hatch-{index})" in busy


def test_hatches_differ_for_very_many_stages():
    drawn = [line for line in hatches(15) if "<pattern" in line]
    bodies = {re.sub(r'id="[^"]*"', "", line) for line in drawn}

    assert len(bodies) == len(drawn) == 16


def test_headings_and_landmarks_are_in_order(busy):
    parsed = Page(busy)
    heads = [tag for tag, _ in parsed.tags if re.fullmatch(r"h\d", tag)]

    assert [tag for tag, _ in parsed.tags if tag in ("header", "main", "footer")] == [
        "header",
        "main",
        "footer",
    ]
    assert heads[:2] == ["h1", "h2"]
    assert heads.count("h1") == 1
    assert heads.count("h2") == 3
    for section in parsed.found("section"):
        assert parsed.found("h2", id=section["aria-labelledby"])


def luminance(color):
    shares = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("#1c1c1c", "#fff3c4"),
        ("#ffd800", "#1c1c1c"),
        ("#1c1c1c", "#eeeeee"),
        ("#333333", "#dfe3ee"),
        ("#334334", "#d4e5f2"),
        ("#222222", "#d4e5f2"),
    ],
)
def test_text_stands_out_from_its_ground(ink, ground):
    """WCAG 2.2, success criterion 1.4.3: at least 4.5 to 1."""
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)

    assert (light + 0.05) / (dark + 0.05) >= 4.5


# --- true everywhere ------------------------------------------------------------------


def drawn_area(page, index):
    """The shape that a browser fills, in units of the drawing."""
    data = Page(page).found("path", id=f"stage-{index}")[0]["d"]
    shape = shapely.Polygon()
    for ring in data.split("M")[1:]:
        numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", ring)]
        steps = np.array(numbers).reshape(-1, 2)
        shape ^= shapely.make_valid(shapely.Polygon(steps.cumsum(axis=0)))
    return shape


@pytest.mark.parametrize(
    ("lat", "lon"),
    [(-17.0, 179.98), (89.9, 10.0), (-89.95, -120.0), (0.0, 0.0), (64.1, -180.0)],
)
def test_what_is_filled_is_the_disk_anywhere(planned, case, agency, now, lat, lon):
    away = attrs.evolve(case.last_seen, at=LatLon(lat=lat, lon=lon))
    there = planned(
        now=now,
        of=attrs.evolve(case, last_seen=away),
        agency=attrs.evolve(agency, bounds=None),
    )
    drawn = render_map(there, agency=agency, languages=("en",), mode=Mode.TEST)
    shapes = [drawn_area(drawn, stage.index) for stage in there.stages]

    for shape, stage in zip(shapes, there.stages, strict=True):
        wide, tall = (
            shape.bounds[2] - shape.bounds[0],
            shape.bounds[3] - shape.bounds[1],
        )
        assert math.isclose(shape.area, math.pi * wide * tall / 4, rel_tol=0.01), stage
    # No line is drawn where the map is cut: all lines are as far from the center.
    middle = shapes[0].centroid
    for index, rim in enumerate(Page(drawn).found("path", **{"class": "rim"})):
        radius = math.sqrt(shapes[4 - index].area / math.pi)
        for part in rim["d"].split("M")[1:]:
            numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", part)]
            places = np.array(numbers).reshape(-1, 2).cumsum(axis=0)
            off = np.hypot(*(places - [middle.x, middle.y]).T)
            assert np.abs(off - radius).max() < radius * 0.02 + 0.5


def test_an_island_smaller_than_a_cell_is_seen(planned, now, agency):
    ring = [[-7.612, 33.58], [-7.606, 33.58], [-7.606, 33.585], [-7.612, 33.585]]
    island = Polygon.from_geojson(
        {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    )
    drawn = render_map(
        planned(now=now, boundary=island),
        agency=agency,
        languages=("en",),
        mode=Mode.TEST,
    )

    assert drawn_area(drawn, 0).area > 900


def test_an_enclave_is_a_hole(planned, now, agency):
    outer = Polygon.from_geojson(
        {
            "type": "Polygon",
            "coordinates": [
                [[-8.2, 33], [-7, 33], [-7, 34.1], [-8.2, 34.1], [-8.2, 33]],
                [[-7.7, 33.6], [-7.7, 33.7], [-7.3, 33.7], [-7.3, 33.6], [-7.7, 33.6]],
            ],
        }
    )
    drawn = render_map(
        planned(now=now, boundary=outer),
        agency=agency,
        languages=("en",),
        mode=Mode.TEST,
    )

    assert len(drawn_area(drawn, 4).interiors) == 1


def test_all_places_are_in_sight(busy, revised):
    for index in range(len(revised.stages)):
        west, north, east, south = drawn_area(busy, index).bounds

        assert min(west, north) > 0
        assert max(east, south) < 1000


def test_six_stages_with_a_fine_boundary_and_four_places_stay_small(
    planned, plan, sighted_case, later, atlas, agency, land
):
    turn = np.linspace(0, 2 * math.pi, 1_000, endpoint=False)
    far = 1.6 * (1 + 0.12 * np.sin(7 * turn) + 0.03 * np.sin(61 * turn))
    ring = np.column_stack(
        (-7.2 + 1.2 * far * np.cos(turn), 33.2 + far * np.sin(turn))
    ).tolist()
    boundary = Polygon.from_geojson(
        {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    )
    crowded = planned(
        now=later, of=sighted_case, previous=plan, atlas=atlas, boundary=boundary
    )
    drawn = render_map(
        crowded,
        agency=agency,
        languages=("ar", "fr", "en"),
        mode=Mode.EXERCISE,
        land=land,
    )

    assert len(crowded.foci) == 4
    assert len(crowded.stages) >= 6
    assert len(drawn.encode()) <= 400_000
