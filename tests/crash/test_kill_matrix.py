"""Kill -9 at every point of every operation: nothing is lost, doubled or left open."""

from __future__ import annotations

import os
import random
from collections import Counter

import attrs
import pytest
from crash_acts import DRAINS
from crash_cells import CELLS, TARGETS, TRANSACTION, Cell, cover
from crash_trap import WORKER_POINTS

CI = os.environ.get("AMBERKIT_PROFILE", "fast") != "fast"
CHOSEN = CELLS if CI else cover(CELLS)
POINTS = WORKER_POINTS if CI else ("mid-body", "ack lost")
SPARED = ("worker", "nursery")
"""Who is killed without the dispatcher."""

SEED = 20261122


@attrs.frozen
class Life:
    """How a case lives that nothing cuts off."""

    before: str
    steps: list
    passed: dict
    told: dict
    receiver: object


@pytest.fixture(scope="module")
def lives(worlds):
    """Return the life of a case on which *act* is done in *state*."""
    lived = {}

    def live(act, state):
        if (act, state) not in lived:
            world = worlds.make(state)
            before = repr(world.told("look"))
            made = world.act(act, copies=act not in DRAINS)["told"]
            told = world.told("live_on", act=act)
            world.close()
            lived[act, state] = Life(
                before, made["steps"], made["passed"], told, world.receiver
            )
        return lived[act, state]

    return live


def effects(receiver):
    """Return what each channel has shown or taken back, in order."""
    seen = {}
    for effect in receiver.effects:
        seen.setdefault(effect.channel, []).append((effect.operation, effect.version))
    return seen


def assert_nothing_lost_or_doubled(receiver, reference):
    assert receiver.faults == []
    assert receiver.marks == reference.marks
    assert len({effect.key for effect in receiver.effects}) == len(receiver.effects)
    should = effects(reference)
    for channel, seen in effects(receiver).items():
        published = [version for operation, version in seen if operation == "publish"]
        endings = [each for each in seen if each[0] != "publish"]

        assert published == sorted(set(published))
        assert {("publish", version) for version in published} <= set(should[channel])
        # One ending, one withdrawal, in this order, and nothing after them.
        assert endings == [each for each in should[channel] if each[0] != "publish"]
        assert seen[len(published) :] == endings
    assert effects(receiver).keys() == should.keys()


def assert_lived_on(told, reference):
    assert told["problems"] == []
    assert told["has key"] is reference["has key"] is False
    for moment in ("live", "ended", "erased"):
        assert told[moment] == reference[moment]
    assert told["ended"]["closed"]


def assert_whole_or_nothing(cell, told, life):
    """The store is as it was after one of the act's transactions, and after the right one."""
    done = len(life.steps)
    if cell.point in ("before", "key:before-create", "key:created"):
        done = 0
    elif cell.point.startswith("key:"):
        done = 1
    elif cell.point == "store:row":
        # An erasure writes its last two rows in its second transaction.
        done = int(len(life.steps) > 1 and cell.nth > life.passed["store:row"] - 2)
    elif cell.point != "returned":
        done = cell.nth - (cell.point != "store:committed")

    assert told["dump"] == [life.before, *life.steps][done]
    if cell.act in ("erase", "sweep"):
        # The rows go first, then the key, then it is said that both are gone.
        in_between = cell.point in (*TRANSACTION[2:], "key:before-destroy")
        has_key = done == 0 or (done == 1 and in_between)

        assert told["had key"] is (has_key and cell.point != "returned")


@pytest.mark.parametrize("cell", CHOSEN, ids=lambda cell: cell.name)
def test_a_kill_loses_nothing_doubles_nothing_and_leaves_nothing_open(
    cell, make_world, lives
):
    life = lives(cell.act, cell.state)
    world = make_world(cell.state)
    world.receiver.script = ["deferred"] * 2 * (cell.operation == "put off")

    ended = world.act(
        cell.act, {"point": cell.point, "nth": cell.nth, "target": cell.target}
    )

    assert world.fired == cell.point
    assert ended["killed"] is (cell.target not in SPARED)

    world.receiver.script = []
    told = world.told("live_on", act=cell.act)

    if cell.target == "desk":
        assert_whole_or_nothing(cell, told, life)
    assert_lived_on(told, life.told)
    assert_nothing_lost_or_doubled(world.receiver, life.receiver)


def test_the_table_is_full():
    rows = Counter(cell.operation for cell in CELLS)
    columns = {cell.column for cell in CELLS}

    assert len(CELLS) == len(set(CELLS)) >= 200
    assert rows.keys() == {
        *("open", "submit", "approve", "publish", "update", "revise"),
        *("end", "cancel", "withdraw", "erase", "sweep", "put off"),
    }
    assert columns >= {*WORKER_POINTS}
    assert {cell.target for cell in CELLS} == {"desk", *TARGETS}
    # A quick run still comes past each row and each column.
    assert {cell.operation for cell in cover(CELLS)} == rows.keys()
    assert {cell.column for cell in cover(CELLS)} == columns


# --- at any time ------------------------------------------------------------------------

RACES = [("publish", "approved"), ("revise", "reapproved"), ("cancel", "ended")]


def kill_at_random(worlds, lives, *, kills, seed):
    """Kill a dispatcher some milliseconds after it has begun, until it was killed often."""
    chance, fired, tries = random.Random(seed), 0, 0
    while fired < kills:
        tries += 1

        assert tries < 3 * kills

        act, state = chance.choice(RACES)
        life, world = lives(act, state), worlds.make(state)
        world.host.start(world.job("act", act=act, trap={}), wait=True)
        ended = world.host.finish(how="kill", after_s=chance.uniform(0, 0.03))
        fired += ended["killed"]
        told = world.told("live_on", act=act)
        world.close()

        assert_lived_on(told, life.told)
        assert_nothing_lost_or_doubled(world.receiver, life.receiver)


def test_a_dispatcher_may_be_killed_at_any_time(worlds, lives):
    kill_at_random(worlds, lives, kills=30 if CI else 3, seed=SEED)


@pytest.mark.nightly
def test_a_dispatcher_may_be_killed_at_any_time_three_hundred_times(worlds, lives):
    kill_at_random(worlds, lives, kills=300, seed=SEED + 1)


@pytest.mark.nightly
def test_two_thousand_four_hundred_kills_at_any_pass_of_any_point(worlds, lives):
    chance, fired, tries = random.Random(SEED), 0, 0
    while fired < 2_400:
        tries += 1

        assert tries < 4_800

        cell = chance.choice(CELLS)
        life, world = lives(cell.act, cell.state), worlds.make(cell.state)
        nth = chance.randint(1, life.passed.get(cell.point, 1))
        trap = {"point": cell.point, "nth": nth, "target": cell.target}
        ended = world.act(cell.act, trap)
        is_fired = world.fired is not None
        fired += is_fired
        told = world.told("live_on", act=cell.act)
        world.close()

        assert ended["killed"] is (is_fired and cell.target not in SPARED)
        assert_lived_on(told, life.told)
        assert_nothing_lost_or_doubled(world.receiver, life.receiver)


# --- where nothing dedupes ----------------------------------------------------------------

BLIND = {"dedupes": False, "capabilities": {"dedupe": "none", "on_unknown": "hold"}}


@pytest.mark.parametrize("target", ["worker", "dispatcher"])
@pytest.mark.parametrize("point", POINTS)
def test_where_nothing_dedupes_a_lost_answer_is_for_a_person(point, target, make_world):
    world = make_world("approved", **BLIND)
    cell = Cell("publish", "publish", "approved", f"publish/{point}", 1, target)

    world.act(cell.act, {"point": cell.point, "target": target})

    assert world.fired == cell.point

    # The plan's first six minutes, before another version is due.
    lanes = world.told("drain", at=[121, 125, 180, 240, 300])["lanes"]
    reached = WORKER_POINTS.index(point) >= WORKER_POINTS.index("after body")

    assert lanes["public"] == ("maybe content", True, "UNANSWERED", False)
    assert lanes["services"][0] in ("content", "maybe content")
    seen = effects(world.receiver)
    assert seen.get("public", []) == [("publish", 1)] * reached
    assert seen.get("services", []) in ([], [("publish", 1)])
    assert world.receiver.faults == []


# --- nobody outlives a dispatcher ---------------------------------------------------------


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_never_outlives_its_dispatcher(point, make_world, lives):
    world = make_world("approved")
    at = WORKER_POINTS.index(point)

    ended = world.act("publish", {"point": f"publish/{point}", "target": "dispatcher"})
    before = effects(world.receiver).get("public", [])

    # The nursery and four workers, one of which hangs.
    assert ended["killed"]
    assert ended["orphans"] >= 1
    assert ended["outlived_s"] < 5

    desk = world.told("act", act="end", trap={})
    told = world.told("drain", at=[1321, 1323, 1330], crew="processes")

    assert desk["passed"]
    assert told["closed"]
    # The hung publish never took effect after the ending.
    assert before == [("publish", 1)] * (at >= WORKER_POINTS.index("after body"))
    assert effects(world.receiver)["public"][len(before) :] == [
        ("cancel", 3),
        ("withdraw", 3),
    ]
    assert "public" not in world.receiver.shown
