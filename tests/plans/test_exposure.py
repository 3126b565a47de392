"""How often the same people are alerted: counted by ranges, held against a budget."""

import collections
import datetime as dt
import pickle

import attrs
import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plan_samples import box, deciding, planned

from amberkit.eligibility.packs.policy import Intrusiveness, Loudness
from amberkit.errors import InvalidValue
from amberkit.geo import CellSet, Disk, LatLon, cover
from amberkit.plans import (
    Concern,
    Exposure,
    ExposureBudget,
    Override,
    PastAlert,
    Window,
)
from amberkit.plans.exposure import find_exposure, tally

NOW = dt.datetime(2026, 11, 22, 17, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
INSTANT = dt.timedelta(microseconds=1)
HERE = LatLon(lat=33.5731, lon=-7.5898)


def around(lat, lon, *, km, resolution=8):
    return cover(Disk(LatLon(lat=lat, lon=lon), radius_m=km * 1000), resolution)


AREA = around(33.5731, -7.5898, km=10)


def past(days, cells=AREA, **more):
    return PastAlert(at=NOW - days * DAY, cells=cells, **more)


def found(history, *windows, area=AREA, case_id="MA-1", level=None):
    budget = ExposureBudget(windows=windows or (Window(days=30, alerts=4),))
    exposure = Exposure(budget=budget, history=history)
    return find_exposure(exposure, area, now=NOW, case_id=case_id, level=level)


# --- an oracle: each cell by itself, with h3 and a dict -----------------------------------


def moved(cell, resolution):
    """A cell at another resolution, as h3 has it."""
    if h3.get_resolution(cell) >= resolution:
        return [h3.cell_to_parent(cell, resolution)]
    return h3.cell_to_children(cell, resolution)


def counted(past, resolution):
    """How many alerts each cell has got, one by one; all of one case is one alert."""
    alerted = collections.defaultdict(set)
    for number, each in enumerate(past):
        alert = number if each.case_id is None else each.case_id
        alerted[alert] |= {
            c for cell in each.cells.to_strings() for c in moved(cell, resolution)
        }
    return collections.Counter(c for cells in alerted.values() for c in cells)


# Around Casablanca, across the antimeridian, and upon a pentagon of the grid.
PLACES = st.sampled_from([(33.57, -7.59), (-16.9, 180.0), (64.7, 10.536)])


@st.composite
def alerts(draw):
    lat, lon = draw(PLACES)
    # None of resolution 7 is finer than 6 by more than a factor that h3 can list fast.
    history = [
        PastAlert(
            at=NOW - draw(st.integers(0, 40)) * DAY,
            cells=around(
                lat + draw(st.floats(-0.3, 0.3)),
                (draw(st.floats(-0.3, 0.3)) + lon + 180) % 360 - 180,
                km=draw(st.floats(0.5, 30)),
                resolution=draw(st.sampled_from([5, 6, 7])),
            ),
            case_id=draw(st.sampled_from([None, "MA-1", "MA-2"])),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    area = around(lat, lon, km=draw(st.floats(1, 25)), resolution=6)
    return history, area


@given(alerts(), st.integers(1, 45), st.integers(1, 4))
def test_the_count_is_that_of_each_cell_by_itself(drawn, days, allowed):
    history, area = drawn
    window = Window(days=days, alerts=allowed)

    (finding,) = found(history, window, area=area)

    counts = counted(
        [
            each
            for each in history
            if each.case_id != "MA-1" and NOW - days * DAY < each.at
        ],
        6,
    )
    own = {cell: counts[cell] + 1 for cell in area.to_strings()}
    beyond = [cell for cell, count in own.items() if count > allowed]
    square_km = sum(h3.cell_area(cell) for cell in beyond)
    whole = sum(h3.cell_area(cell) for cell in own)
    assert finding.most == max(own.values())
    assert finding.cells == len(beyond)
    # h3 measures on a sphere, whose areas differ from the ellipsoid's by half a percent.
    assert finding.area_km2 == pytest.approx(square_km, rel=0.01)
    assert finding.share == pytest.approx(square_km / whole, abs=0.01)
    assert finding.exceeds is bool(beyond)


@given(alerts(), st.integers(4, 7))
def test_a_tally_has_each_cell_as_often_as_it_was_alerted(drawn, resolution):
    history, _ = drawn
    since = NOW - 20 * DAY

    layers = tally(history, resolution, since=since, until=NOW)

    counts = counted([each for each in history if each.at > since], resolution)
    assert len(layers) == max(counts.values(), default=0)
    for index, cells in enumerate(layers):
        assert {c for c, n in counts.items() if n > index} == set(cells.to_strings())


@given(st.permutations(range(5)))
def test_the_order_of_the_history_does_not_matter(order):
    history = [past(n, around(33.5 + n / 50, -7.6, km=8)) for n in range(5)]

    assert found([history[n] for n in order]) == found(history)


# --- the window ---------------------------------------------------------------------------


def test_with_no_history_the_alert_is_the_first():
    (finding,) = found([])

    assert finding.most == 1
    assert (finding.cells, finding.area_km2, finding.share) == (0, 0.0, 0.0)
    assert not finding.exceeds


@pytest.mark.parametrize(
    ("at", "most"),
    [
        (NOW - 30 * DAY, 1),
        (NOW - 30 * DAY + INSTANT, 2),
        (NOW, 2),
        (NOW + INSTANT, 1),
    ],
)
def test_a_window_rolls_from_so_many_days_ago_to_this_moment(at, most):
    (finding,) = found([PastAlert(at=at, cells=AREA)])

    assert finding.most == most


def test_each_window_holds_by_itself():
    windows = Window(days=1, alerts=1), Window(days=30, alerts=4)

    day, month = found([past(0.5), past(2), past(3)], *windows)

    assert (day.most, day.exceeds) == (2, True)
    assert (month.most, month.exceeds) == (4, False)


def test_where_everybody_would_get_one_too_many_the_share_is_all():
    (finding,) = found([past(n) for n in range(4)])

    assert (finding.most, finding.cells) == (5, len(AREA))
    assert finding.share == 1.0
    assert finding.area_km2 == pytest.approx(AREA.area_m2 / 1e6)


def test_alerts_elsewhere_do_not_count():
    far = around(35.0, -5.0, km=10)

    (finding,) = found([past(n, far) for n in range(9)])

    assert finding.most == 1


def test_a_finer_or_coarser_past_counts_at_the_resolution_of_the_plan():
    fine = CellSet.from_strings(
        [next(iter(AREA.to_resolution(9).to_strings()))], resolution=9
    )
    coarse = AREA.to_resolution(4)

    one, everywhere = found([past(1, fine)])[0], found([past(1, coarse)])[0]

    assert (one.most, everywhere.most) == (2, 2)
    assert found([past(1, fine)], Window(days=30, alerts=1))[0].cells == 1
    assert found([past(1, coarse)], Window(days=30, alerts=1))[0].cells == len(AREA)


def test_a_revision_of_the_same_case_is_no_second_alert():
    same, other = past(1, case_id="MA-1"), past(1, case_id="MA-2")

    assert found([same, same])[0].most == 1
    assert found([same, other])[0].most == 2


def test_a_window_may_count_only_what_is_loud():
    siren = Window(days=30, alerts=1, least=Intrusiveness.SIREN)
    push, loud = past(1, level=Intrusiveness.PUSH), past(1, level=Intrusiveness.SIREN)

    assert found([push], siren)[0].most == 1
    assert found([loud], siren)[0].most == 2
    # Nobody knows how loud it was: the safe side is that it rang.
    assert found([past(1)], siren)[0].most == 2
    # A quiet alert takes nothing from that budget.
    assert found([loud], siren, level=Intrusiveness.FEED) == ()


def test_a_long_history_of_wide_alerts_is_counted_without_listing_cells():
    wide = cover(Disk(HERE, radius_m=400_000), 9)
    assert len(wide) > 4_000_000

    (finding,) = found([past(n / 10, wide) for n in range(100)], area=wide)

    assert (finding.most, finding.cells) == (101, len(wide))


def test_a_tally_of_nothing_is_empty():
    assert tally([], 8, since=NOW - DAY, until=NOW) == ()
    assert tally([past(1)], 8, since=NOW - DAY, until=NOW) == ()


def test_findings_and_history_survive_pickling():
    (finding,) = found([past(1)])

    assert pickle.loads(pickle.dumps(finding)) == finding
    assert pickle.loads(pickle.dumps(past(1))) == past(1)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Window(days=0, alerts=1), "days"),
        (lambda: Window(days=float("nan"), alerts=1), "days"),
        (lambda: Window(days=30, alerts=0), "alerts"),
        (lambda: Window(days=30, alerts=True), "alerts"),
        (lambda: Window(days=30, alerts=2.0), "alerts"),
        (lambda: Window(days=30, alerts=2, least="siren"), "level"),
        (lambda: ExposureBudget(windows=()), "windows"),
        (lambda: ExposureBudget(windows=[4]), "windows"),
        (lambda: ExposureBudget(windows=Window(days=1, alerts=1)), "windows"),
        (lambda: PastAlert(at=NOW, cells=[1]), "cells"),
        (lambda: PastAlert(at=NOW.replace(tzinfo=None), cells=AREA), "time"),
        (lambda: PastAlert(at=NOW, cells=AREA, case_id="a case"), "case id"),
        (lambda: Exposure(budget=4, history=()), "budget"),
        (lambda: Exposure(budget=BUDGET, history=[AREA]), "history"),
    ],
)
def test_what_is_no_budget_is_refused_by_name(make, name):
    with pytest.raises(InvalidValue) as caught:
        make()

    assert caught.value.name == name


BUDGET = ExposureBudget(windows=[Window(days=30, alerts=4)])


def test_windows_and_history_may_be_any_iterable():
    exposure = Exposure(budget=BUDGET, history=(past(n) for n in range(2)))

    assert BUDGET.windows == (Window(days=30, alerts=4),)
    assert len(exposure.history) == 2


# --- in a plan ----------------------------------------------------------------------------


def spent(cells, *, count=4, **more):
    history = [past(n + 1, cells, **more) for n in range(count)]
    return Exposure(budget=BUDGET, history=history)


@pytest.fixture(scope="module")
def everywhere():
    return cover(box(31.5, -10.0, 35.5, -5.0), 5)


def test_without_a_budget_a_plan_counts_nothing(plan):
    assert plan.exposure == ()


def test_a_plan_within_the_budget_says_so_and_is_settled(
    case, pack, agency, now, everywhere
):
    made = planned(case, pack, agency, now, exposure=spent(everywhere, count=3))

    assert [(each.most, each.exceeds) for each in made.exposure] == [(4, False)]
    assert made.unsettled == ()
    assert not [each for each in made.alarms if each.code == "exposure"]


def test_a_plan_beyond_the_budget_is_an_alarm_with_the_numbers(
    case, pack, agency, now, everywhere
):
    made = planned(case, pack, agency, now, exposure=spent(everywhere))

    (finding,) = made.exposure
    (alarm,) = [each for each in made.alarms if each.code == "exposure"]
    assert made.unsettled == (Concern.EXPOSURE,)
    assert finding.cells == len(made.stages[-1].cells)
    assert alarm.path == "$.exposure"
    for figure in ("5 within 30 days", "4 that", f"{finding.cells:,} cells", "100.0%"):
        assert figure in alarm.message


def test_the_largest_stage_is_what_counts(case, pack, agency, now, plan):
    rim = plan.stages[-1].cells - plan.stages[-2].cells

    made = planned(case, pack, agency, now, exposure=spent(rim))

    (finding,) = made.exposure
    assert finding.cells == len(rim)
    assert 0 < finding.share < 1


def test_a_recorded_override_settles_it_and_leaves_the_numbers(
    case, pack, agency, now, everywhere
):
    decided = Override(
        concern=Concern.EXPOSURE, by="officer-7", reason="The danger is worse.", at=now
    )
    made = planned(
        case, pack, agency, now, exposure=spent(everywhere), overrides=[decided]
    )

    assert made.unsettled == ()
    assert made.overrides == (decided,)
    assert [each.code for each in made.alarms] == ["exposure"]


def test_another_override_does_not_settle_it(case, pack, agency, now, everywhere):
    decided = Override(by="officer-7", reason="Another matter.", at=now)
    made = planned(
        case, pack, agency, now, exposure=spent(everywhere), overrides=[decided]
    )

    assert made.unsettled == (Concern.EXPOSURE,)


def test_a_revision_does_not_count_its_own_alert(case, pack, agency, now, everywhere):
    mine = past(0, everywhere, case_id=case.id)
    exposure = Exposure(
        budget=BUDGET, history=[mine, *spent(everywhere, count=3).history]
    )

    assert planned(case, pack, agency, now, exposure=exposure).unsettled == ()


def test_the_loudness_of_the_pack_decides_which_windows_count(
    case, pack, agency, now, everywhere
):
    quiet = Loudness(
        level=Intrusiveness.PUSH,
        quiet_level=Intrusiveness.FEED,
        quiet_from=dt.time(22),
        quiet_until=dt.time(6),
    )
    siren = Window(days=30, alerts=1, least=Intrusiveness.SIREN)
    exposure = Exposure(
        budget=ExposureBudget(windows=[siren]), history=spent(everywhere).history
    )

    loud = planned(case, deciding(pack, loudness=None), agency, now, exposure=exposure)
    soft = planned(case, deciding(pack, loudness=quiet), agency, now, exposure=exposure)

    assert loud.unsettled == (Concern.EXPOSURE,)
    assert soft.exposure == ()


def test_the_same_arguments_give_the_same_plan(case, pack, agency, now, everywhere):
    first, second = (
        planned(case, pack, agency, now, exposure=spent(everywhere)) for _ in range(2)
    )

    assert pickle.dumps(first.exposure) == pickle.dumps(second.exposure)
    assert attrs.evolve(first) == second


def test_ids_beyond_the_sign_of_an_integer_are_none_of_its_business():
    # Every id is below the sign bit: the sweep may sort them as they are.
    assert int(AREA.ranges().max()) < np.iinfo(np.int64).max
