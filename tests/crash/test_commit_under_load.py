"""An ending is stored at once, whatever a dispatcher is doing, and nothing overtakes it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from contextlib import closing

import pytest
from crash_acts import CASE, NOW, OFFICER, small_contents, small_release
from crash_trap import Busy
from test_kill_matrix import BLIND, effects

from amberkit.desk import Desk
from amberkit.publish import Channel, Dispatcher, InlineCrew, MemoryOutbox
from amberkit.values import Audience, Mode, Reason

SECOND = dt.timedelta(seconds=1)
# The promise is 100 ms for 99 of 100; a test only tells that nobody hangs.
GUARD_S = 20 * 0.1
ENDINGS = 44


def until(is_so, *, within_s=30):
    """Wait until something is so; return how long it took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < within_s

        time.sleep(0.01)
    return time.monotonic() - began


def opened(world):
    return Desk.open(f"sqlite:///{world.path}", mode=Mode.EXERCISE)


def end(desk, case_id, at):
    return desk.end(
        case_id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=NOW + at * SECOND
    )


def end_and_count(desk, case_id, at):
    """End a case; return what was done, and the last attempt that began before."""
    connection = sqlite3.connect(desk.store.path, isolation_level="IMMEDIATE")
    with closing(connection), desk.store.turn():
        ended = desk.end(
            case_id,
            reason=Reason.LOCATED_SAFE,
            by=OFFICER,
            now=NOW + at * SECOND,
            connection=connection,
        )
        rows = connection.execute("SELECT fence FROM amberkit_dispatcher")
        (fence,) = rows.fetchone()
        connection.commit()
    return ended, fence


def is_closed(desk, case_id, at):
    return desk.status(case_id, now=NOW + at * SECOND).is_closed


def closed_lanes(desk):
    lanes = desk.outbox.lanes(now=NOW + 61 * SECOND)
    return {status.lane.case_id for status in lanes if status.closed}


def published_after(world, fence, case_id):
    return [
        claim
        for claim in world.claims
        if claim[0] > fence and claim[1:] == ("publish", case_id)
    ]


def test_no_ending_starves_while_a_dispatcher_writes_at_full_speed(make_world):
    world = make_world("opened")
    ends = [f"END-{number}" for number in range(ENDINGS)]
    bulk = [f"BULK-{number}" for number in range(40)]
    world.told("stock", cases=[*ends, *bulk])
    world.host.start(world.job("flood"), wait=True)
    try:
        with opened(world) as desk:
            # It is at it, and has been for a while.
            until(lambda: len(world.claims) > 2 * ENDINGS)
            took, fences, begun = [], {}, len(world.claims)
            for number, case_id in enumerate(ends):
                began = time.monotonic()
                if number % 2:
                    ended, fences[case_id] = end_and_count(desk, case_id, 60)
                else:
                    ended = end(desk, case_id, 60)
                took.append(time.monotonic() - began)

                assert ended.is_first
            overlapped = len(world.claims) - begun
            until(lambda: closed_lanes(desk) == {*ends})
            problems = desk.store.check()
    finally:
        world.host.finish(how="stop")

    assert len(took) == ENDINGS
    assert max(took) < GUARD_S
    # The dispatcher did not starve either.
    assert overlapped > ENDINGS / 4
    for case_id, fence in fences.items():
        assert published_after(world, fence, case_id) == []
    assert problems == ()


class Bell:
    """Rings after some waits, and notes how long each would have been."""

    def __init__(self, waits):
        self.waits, self._left = [], waits

    def wait(self, timeout):
        self.waits.append(timeout)
        return len(self.waits) == self._left


def test_a_dispatcher_that_serves_pauses_only_where_nothing_is_to_be_done():
    outbox = MemoryOutbox(mode=Mode.EXERCISE)
    for number in range(5):
        outbox.release(small_release(f"END-{number}"), small_contents(), now=NOW)
    channel = Channel(
        name="public",
        publisher=Busy(),
        mode=Mode.EXERCISE,
        audience=Audience.PUBLIC,
    )
    dispatcher = Dispatcher(outbox, [channel], crew=lambda c, _: InlineCrew(c))
    bell = Bell(waits=9)

    dispatcher.run(clock=lambda: NOW, stop=bell)

    # Five deliveries, one after the other, and nothing after them.
    assert [timeout > 0 for timeout in bell.waits] == [True] + [False] * 5 + [True] * 3


# State of the store; what the dispatcher and the receiver do; what is shown in the end.
ENDED = [("cancel", 3), ("withdraw", 3)]
STATES = {
    "before approval": ("submitted", {}, {}),
    "queued": ("approved", {"idle": True}, {}),
    "retrying": ("approved", {"script": ["deferred"] * 1000, "claims": 2}, {}),
    "unknown": (
        "approved",
        {"kill": "publish/ack lost", **BLIND},
        {"public": [("publish", 1), *ENDED], "services": [("publish", 1), *ENDED]},
    ),
    "live": (
        "live",
        {},
        {"public": [("publish", 1), *ENDED], "services": [("publish", 1), *ENDED]},
    ),
    "already ended": (
        "quiet",
        {"again": True},
        {
            "public": [("publish", 1), ("publish", 2), *ENDED],
            "services": [("publish", 1), *ENDED],
        },
    ),
}
AT = {"submitted": 90, "approved": 121, "live": 180, "quiet": 1500}


@pytest.mark.parametrize("name", STATES)
def test_an_ending_is_accepted_in_every_state_and_no_publish_follows(name, make_world):
    state, does, shown = STATES[name]
    changes = {key: does[key] for key in BLIND if key in does}
    world, at = make_world(state, **changes), AT[state]
    if "kill" in does:
        world.act("publish", {"point": does["kill"], "target": "worker"})
    world.receiver.script = does.get("script", [])
    with opened(world) as desk:
        if "idle" in does:
            ended, fence = end_and_count(desk, CASE.id, at)
        world.host.start(world.job("serve", at=at), wait=True)
        try:
            if "idle" not in does:
                until(lambda: len(world.claims) >= does.get("claims", 0))
                ended, fence = end_and_count(desk, CASE.id, at)
            until(lambda: is_closed(desk, CASE.id, at + 2))
        finally:
            world.host.finish(how="stop")
        problems = desk.store.check()

    assert ended.is_first is ("again" not in does)
    assert published_after(world, fence, CASE.id) == []
    assert effects(world.receiver) == shown
    assert world.receiver.shown == {}
    assert world.receiver.faults == []
    assert problems == ()


def test_an_ending_overtakes_a_publish_that_hangs(make_world):
    world = make_world("approved")
    trap = {
        "proof": str(world.proof),
        "point": "publish/mid-body",
        "target": "nobody",
    }
    world.host.start(world.job("serve", at=121, trap=trap), wait=True)
    try:
        with opened(world) as desk:
            # A lane to which nothing went would need no ending.
            until(lambda: world.fired and "services" in effects(world.receiver))
            ended, fence = end_and_count(desk, CASE.id, 121)
            services_s = until(lambda: "services" in world.receiver.tombs)
            public_s = until(lambda: "public" in world.receiver.tombs)
            until(lambda: is_closed(desk, CASE.id, 124))
            problems = desk.store.check()
    finally:
        world.host.finish(how="stop")

    assert ended.is_first
    assert published_after(world, fence, CASE.id) == []
    # The publish had 15 seconds, and its lane alone waited for it to be killed.
    assert services_s < public_s < 10
    assert effects(world.receiver) == {
        "services": [("publish", 1), *ENDED],
        "public": ENDED,
    }
    assert problems == ()
