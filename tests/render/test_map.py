"""The map: whole in itself, marked, and true to scale."""

import math
import re
from html.parser import HTMLParser

import attrs
import pytest

from amberkit.errors import InvalidValue
from amberkit.geo import LatLon, Polygon
from amberkit.plans import plan_alert
from amberkit.render import (
    LanguageMissing,
    WordingNotReviewed,
    load_wording,
    render_map,
)
from amberkit.schemas import read_source
from amberkit.values import Mode


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
    assert page.count("<tr>") == 2 * (1 + len(plan.stages))


def test_nothing_is_loaded_and_nothing_runs(page):
    parsed = Page(page)
    addresses = [
        value
        for _, attributes in parsed.tags
        for name, value in attributes.items()
        if name in ("src", "href", "action", "data", "xlink:href")
    ]

    assert addresses == ["data:,"]
    assert not [tag for tag, _ in parsed.tags if tag in ("script", "iframe", "object")]
    assert not [name for _, a in parsed.tags for name in a if name.startswith("on")]
    assert "url(" not in page
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


def test_markup_in_a_text_stays_text(plan, agency):
    hostile = attrs.evolve(plan, case_id="<script>alert(1)</script>")
    drawn = render_map(hostile, agency=agency, languages=("en",), mode=Mode.TEST)

    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
