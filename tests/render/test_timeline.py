"""The timeline: true to the clock, in every zone, at every change of it."""

import datetime as dt
import html
import itertools
import re
import zoneinfo
from xml.etree import ElementTree

import attrs
import pytest

from amberkit.eligibility.packs.policy import (
    Extension,
    Intrusiveness,
    Loudness,
    Repeat,
)
from amberkit.plans import Concern, Override
from amberkit.render import (
    LanguageMissing,
    WordingNotReviewed,
    load_wording,
    render_map,
    render_timeline,
)
from amberkit.values import Mode

SVG = "{http://www.w3.org/2000/svg}"
QUIET = Loudness(
    level=Intrusiveness.SIREN,
    quiet_level=Intrusiveness.PUSH,
    quiet_from=dt.time(22),
    quiet_until=dt.time(7),
)


@pytest.fixture
def drawn(plan, agency):
    def draw(of=plan, *, zone=None, **changes):
        arguments = {"languages": ("en",), "mode": Mode.TEST} | changes
        by = attrs.evolve(agency, time_zone=zone) if zone else agency
        return ElementTree.fromstring(render_timeline(of, agency=by, **arguments))

    return draw


def all_of(tree, tag, css=""):
    return [
        e
        for e in tree.iter(SVG + tag)
        if not css or css in (e.get("class") or "").split()
    ]


def with_schedule(plan, **changes):
    return attrs.evolve(plan, schedule=attrs.evolve(plan.schedule, **changes))


def texts(tree):
    return ["".join(e.itertext()).strip("\u2068\u2069") for e in all_of(tree, "text")]


def test_bars_are_as_long_as_what_they_stand_for(drawn, plan):
    bare = with_schedule(plan, loudness=None, repeat=None, extension=None)
    services, *stages = all_of(drawn(bare), "rect", "t-bar")
    whole = float(services.get("width"))

    assert len(stages) == len(plan.stages)
    for bar, stage in zip(stages, plan.stages, strict=True):
        share = (stage.ends - stage.starts) / (plan.expires - plan.made)
        begins = (stage.starts - plan.made) / (plan.expires - plan.made)

        assert abs(float(bar.get("width")) - max(3, share * whole)) < 0.2
        left = float(bar.get("x")) - float(services.get("x"))
        assert abs(left - begins * whole) < 0.2


def test_marks_stand_at_the_deadline_and_the_end(drawn, plan):
    early = attrs.evolve(plan, deadline=plan.made + dt.timedelta(hours=6))
    tree = drawn(with_schedule(early, extension=None))
    marks = [
        float(re.match(r"M([\d.]+)", m.get("d"))[1])
        for m in all_of(tree, "path", "t-mark")
    ]

    assert marks == pytest.approx([20, 20 + 960 / 4, 980], abs=0.1)
    names = [text.split(" · ")[0] for text in texts(tree)]
    wanted = ["Planned", "Public at the latest", "Ends by itself"]
    assert [name for name in names if name in wanted] == wanted


def test_times_are_those_of_the_agencys_zone(drawn, plan):
    paris = drawn(zone="Europe/Paris")
    tokyo = drawn(zone="Asia/Tokyo")

    for tree, zone in ((paris, "Europe/Paris"), (tokyo, "Asia/Tokyo")):
        local = plan.expires.astimezone(zoneinfo.ZoneInfo(zone))
        assert f"Ends by itself · {local:%H:%M}" in texts(tree)
        assert f"Local time, {zone}" in texts(tree)


@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        # Clocks go forward in the night of 29 March 2026, and back on 25 October.
        ("Europe/Paris", dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)),
        ("Europe/Paris", dt.datetime(2026, 10, 24, 12, tzinfo=dt.UTC)),
        ("America/New_York", dt.datetime(2026, 3, 7, 12, tzinfo=dt.UTC)),
        ("Africa/Casablanca", dt.datetime(2026, 2, 14, 12, tzinfo=dt.UTC)),
        ("Africa/Casablanca", dt.datetime(2026, 3, 21, 12, tzinfo=dt.UTC)),
        ("Asia/Kathmandu", dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)),
    ],
)
def test_hours_and_nights_follow_changes_of_the_clock(drawn, plan, zone, begins):
    ends = begins + dt.timedelta(hours=24)
    moved = attrs.evolve(
        with_schedule(plan, received=begins, loudness=QUIET, extension=None),
        made=begins,
        expires=ends,
        deadline=ends,
    )
    tree = drawn(moved, zone=zone)
    clock = zoneinfo.ZoneInfo(zone)

    def time(x):
        return begins + (x - 20) / 960 * (ends - begins)

    ticks = [
        float(re.match(r"M([\d.]+)", t.get("d"))[1])
        for t in all_of(tree, "path", "t-tick")
    ]
    assert 6 <= len(ticks) <= 14
    for x, label in zip(
        ticks, [t for t in texts(tree) if re.fullmatch(r"\d\d:\d\d", t)], strict=True
    ):
        shown = (time(x) + dt.timedelta(minutes=2)).astimezone(clock)
        assert f"{shown:%H}:00" == label
    night, _ = all_of(tree, "rect", "t-night")
    for x, hour in (
        (float(night.get("x")), 22),
        (float(night.get("x")) + float(night.get("width")), 7),
    ):
        local = (time(x) + dt.timedelta(minutes=2)).astimezone(clock)
        assert (local.hour, local.minute // 5) == (hour, 0)


def test_quiet_hours_within_one_day_are_shaded_too(drawn, plan):
    noon = attrs.evolve(QUIET, quiet_from=dt.time(12), quiet_until=dt.time(14))
    shaded = all_of(drawn(with_schedule(plan, loudness=noon)), "rect", "t-night")
    none = all_of(drawn(with_schedule(plan, loudness=None)), "rect", "t-night")

    # One day of 24 hours, and the key below.
    assert len(shaded) == 2
    assert none == []


def test_a_long_alert_is_labeled_by_days(drawn, plan):
    long = attrs.evolve(plan, expires=plan.made + dt.timedelta(days=30))
    ticks = all_of(drawn(with_schedule(long, extension=None)), "path", "t-tick")

    assert 6 <= len(ticks) <= 14


def test_an_alert_of_ten_years_has_few_labels_still(drawn, plan):
    long = attrs.evolve(plan, expires=plan.made + dt.timedelta(days=3_650))

    assert (
        len(all_of(drawn(with_schedule(long, extension=None)), "path", "t-tick")) < 150
    )


def test_dates_do_not_cover_each_other(drawn, plan):
    for hours in range(1, 30):
        received = plan.made - dt.timedelta(hours=hours)
        tree = drawn(with_schedule(plan, received=received))
        dates = [
            float(e.get("x"))
            for e in all_of(tree, "text", "t-small")
            if re.search(r"\b2026\b", "".join(e.itertext()))
        ]

        assert dates
        assert all(b - a > 130 for a, b in itertools.pairwise(dates))


def test_repeats_last_as_long_as_the_pack_says(drawn, plan):
    told = with_schedule(plan, repeat=Repeat(every_min=20.0, for_h=6.0), extension=None)
    bar = all_of(drawn(told), "rect", "t-bar")[-1]

    assert abs(float(bar.get("width")) - 960 / 4) < 0.2
    assert any(text.startswith("Repeated every 20 min") for text in texts(drawn(told)))
    assert not [
        t for t in texts(drawn(with_schedule(plan, repeat=None))) if "Repeat" in t
    ]


def test_extensions_are_shown_as_far_as_they_go(drawn, plan):
    again = Override(
        concern=Concern.UNDECIDED,
        by="officer-0147",
        reason="still missing",
        at=plan.made + dt.timedelta(hours=20),
    )
    may = with_schedule(plan, extension=Extension(count=2, hours=12.0))
    once = attrs.evolve(may, extensions=(again,))
    done = attrs.evolve(may, extensions=(again, again))

    def shown(of):
        return [t.split(" · ")[0] for t in texts(drawn(of)) if "xtend" in t]

    assert shown(may) == ["Can be extended to"]
    assert shown(once) == ["Extended", "Can be extended to"]
    assert shown(done) == ["Extended", "Extended"]
    assert "officer-0147" not in "".join(texts(drawn(done)))


def test_it_is_told_in_words_in_each_language(plan, agency):
    picture = render_timeline(
        plan, agency=agency, languages=("ar", "fr"), mode=Mode.EXERCISE
    )
    told = dict(re.findall(r'<desc lang="(\w+)">(.*?)</desc>', picture))

    for tag, said in told.items():
        words = load_wording(tag).timeline
        for stage in plan.stages:
            label = words["stage"].format(
                stage=stage.index + 1, radius=f"{stage.radius_m / 1000:g}"
            )
            assert label in html.unescape(said)
        assert words["expires"] in html.unescape(said)
    assert list(told) == ["ar", "fr"]
    assert 'role="img"' in picture


def test_time_runs_from_left_to_right_in_arabic_too(drawn, plan):
    arabic = all_of(drawn(languages=("ar",)), "rect", "t-bar")
    english = all_of(drawn(), "rect", "t-bar")

    assert [bar.get("x") for bar in arabic] == [bar.get("x") for bar in english]


def test_it_is_marked_first_and_last_unless_live(drawn, plan):
    exercise = texts(drawn(mode=Mode.EXERCISE, languages=("fr", "ar")))
    reviewed = attrs.evolve(load_wording("fr"), reviewed_by="reviewer-3")
    live = drawn(mode=Mode.LIVE, languages=("fr",), wordings=(reviewed,))

    assert exercise[0] == exercise[-1]
    assert "EXERCICE" in exercise[0]
    assert "تمرين" in exercise[0]
    assert "EXERCICE" not in "".join(texts(live))


def test_it_loads_nothing_and_runs_nothing(plan, agency):
    picture = render_timeline(plan, agency=agency, languages=("fr",), mode=Mode.TEST)

    assert not re.search(r"<script|href|url\(|@import|<image| on\w+=", picture)


def test_it_is_part_of_the_map(plan, agency):
    page = render_map(plan, agency=agency, languages=("fr",), mode=Mode.TEST)

    assert (
        html.escape(load_wording("fr").timeline["title"].format(case=plan.case_id))
        in page
    )
    assert page.count("t-bar") > len(plan.stages)


def test_a_live_timeline_refuses_wording_that_nobody_reviewed(drawn):
    with pytest.raises(WordingNotReviewed):
        drawn(mode=Mode.LIVE)
    with pytest.raises(LanguageMissing):
        drawn(languages=("xx",))
