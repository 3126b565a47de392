"""Whatever happens on the way, every lane comes to its end, and the end is true."""

import datetime as dt

import attrs
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from amberkit.messages import Capabilities, Operation
from amberkit.publish._lanes import (
    NEXT,
    Do,
    Held,
    Lane,
    Need,
    Settled,
    Want,
    after,
    claimed,
    settle,
    step,
)
from amberkit.publish._protocol import Outcome

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
LATE_S = 30
ENDING = 9

FATES = ("proper", "rejected", "deferred", "lost before", "lost after", "late")
NONE, ENDED, WITHDRAWN = "nothing", "ended", "withdrawn"


@attrs.define
class Channel:
    """What a channel really shows. It does everything once for each key."""

    forgets_at: dt.datetime | None
    versioned: bool
    shows: object = NONE
    last: int = 0
    keys: set = attrs.field(factory=set)
    coming: list = attrs.field(factory=list)

    def carry_out(self, do):
        if (do.operation, do.version) in self.keys:
            return Outcome.DUPLICATE
        self.keys.add((do.operation, do.version))
        if self.versioned and do.version < self.last:
            return Outcome.ACCEPTED
        self.last = do.version
        if do.operation is Operation.PUBLISH:
            self.shows = do.version
        elif do.operation is Operation.WITHDRAW or self.shows == WITHDRAWN:
            self.shows = WITHDRAWN
        else:
            self.shows = ENDED
        return Outcome.ACCEPTED

    def pass_time(self, now):
        for at, do in [c for c in self.coming if c[0] <= now]:
            self.coming.remove((at, do))
            self.carry_out(do)
        if self.forgets_at and now >= self.forgets_at and isinstance(self.shows, int):
            self.shows = ENDED

    def meet(self, fate, do, now):
        if fate == "late" and do.operation is Operation.PUBLISH:
            self.coming.append((now + dt.timedelta(seconds=LATE_S), do))
            return Outcome.UNKNOWN
        if fate in ("lost after", "late"):
            self.carry_out(do)
        if fate == "proper":
            return self.carry_out(do)
        return {"rejected": Outcome.REJECTED, "deferred": Outcome.DEFERRED}.get(
            fate, Outcome.UNKNOWN
        )


def agrees(lane, shows):
    """Whether what a lane notes leaves room for what is so."""
    if lane.held is Held.NOTHING:
        return shows == NONE
    if lane.held is Held.CONTENT:
        return shows == lane.version
    if lane.held is Held.MAYBE:
        return shows == NONE or isinstance(shows, int)
    if lane.held is Held.ENDED:
        return shows in (ENDED, WITHDRAWN)
    return lane.held is Held.MAYBE_ENDED or shows == WITHDRAWN


def seen(shows):
    """What a person says who looks."""
    if isinstance(shows, int):
        return Settled.SHOWN
    named = {NONE: Settled.GONE, ENDED: Settled.ENDED, WITHDRAWN: Settled.WITHDRAWN}
    return named[shows]


@st.composite
def abilities(draw):
    return Capabilities(
        forms=frozenset({"text/plain"}),
        dedupe=draw(st.sampled_from(["key", "none"])),
        on_unknown=draw(st.sampled_from(["hold", "resend"])),
        cancel=draw(st.sampled_from(["retract", "follow_up", "expire_only", "none"])),
        withdraw=draw(st.sampled_from(["delete", "replace"])),
        late_effect_s=LATE_S,
    )


@settings(max_examples=settings().max_examples * 20)
@given(
    can=abilities(),
    fates=st.lists(st.sampled_from(FATES), max_size=16),
    versioned=st.booleans(),
    newer_s=st.integers(0, 90),
    end_s=st.integers(0, 180),
    end=st.sampled_from([Want.ENDED, Want.WITHDRAWN]),
)
def test_every_lane_whose_ending_is_wanted_is_closed_and_says_what_is_so(
    can, fates, versioned, newer_s, end_s, end
):
    expires = NOW + dt.timedelta(seconds=240)
    ends = NOW + dt.timedelta(seconds=end_s)
    newer = NOW + dt.timedelta(seconds=newer_s)
    forgets = can.cancel in ("expire_only", "none")
    channel = Channel(forgets_at=expires if forgets else None, versioned=versioned)
    # What comes late shows for a while, where the channel knows no versions.
    is_late = "late" in fates and not versioned
    lane, now, fates = Lane(case_id="MA-1", channel="web"), NOW, iter(fates)
    for turn in range(300):
        channel.pass_time(now)
        # What the channel forgets by itself is noted in the next step.
        assert is_late or now >= expires or agrees(lane, channel.shows)
        want, version = Want.CONTENT, 2 if now >= newer else 1
        if now >= min(ends, expires):
            want, version = end, ENDING
        made = step(lane, want, version, can, now=now, expires=expires)
        if isinstance(made, Do):
            lane = claimed(lane, made, fence=turn, now=now)
            outcome = channel.meet(next(fates, "proper"), made, now)
            late_s = can.late_effect_s
            lane = after(lane, outcome, late_effect_s=late_s, now=now)
            now += dt.timedelta(seconds=1)
        elif made.lane is not None:
            lane = made.lane
        elif made.need is Need.ENDING_UNANSWERED:
            # Who looks too early sees what may still change.
            now = max(now, lane.doubt_until or now)
            channel.pass_time(now)
            lane = settle(lane, seen(channel.shows))
            event("a person has looked")
        elif want is end:
            if made.until is None:
                break
            now = made.until
        else:
            times = [made.until, newer, ends, expires]
            now = min(t for t in times if t is not None and t > now)

    channel.pass_time(now + dt.timedelta(days=1))
    assert NEXT[end][lane.held] is None
    assert lane.attempt is None
    # What forgets by itself is over, whether or not it ever showed anything.
    assert agrees(lane, channel.shows) or (forgets and channel.shows == NONE)
    assert not isinstance(channel.shows, int)
    event(f"closed as {lane.held.value}")


@pytest.mark.parametrize("versioned", [True, False])
def test_the_simulated_channel_does_everything_once(versioned):
    channel = Channel(forgets_at=None, versioned=versioned)
    publish = Do(Operation.PUBLISH, 1)

    assert channel.meet("late", publish, NOW) is Outcome.UNKNOWN
    assert channel.meet("proper", Do(Operation.CANCEL, 2), NOW) is Outcome.ACCEPTED
    assert channel.meet("proper", Do(Operation.CANCEL, 2), NOW) is Outcome.DUPLICATE
    channel.pass_time(NOW + dt.timedelta(seconds=LATE_S))
    assert channel.shows == (ENDED if versioned else 1)
