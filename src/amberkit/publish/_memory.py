"""The outbox that forgets: for simulations, and as a second opinion in tests."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator, Sequence

import attrs

from amberkit.messages import Operation
from amberkit.publish._channel import Channel
from amberkit.publish._claims import (
    Entry,
    decide,
    delivery,
    fits,
    is_closed,
    next_slot,
    sent_with,
    wake_at,
    wanted,
    wanted_since,
)
from amberkit.publish._errors import DispatcherBusy, PublishRefused
from amberkit.publish._lanes import (
    Lane,
    Need,
    Rest,
    Settled,
    after,
    claimed,
    set_back,
    settle,
)
from amberkit.publish._outbox import (
    LONG_AGO,
    Answer,
    Claim,
    Content,
    LaneStatus,
    Release,
)
from amberkit.publish._protocol import Outcome
from amberkit.values import Audience, CaseId, Mode

__all__ = ["MemoryOutbox"]

_Key = tuple[CaseId, str]


@attrs.define
class _Row:
    """One lane and what it may carry."""

    lane: Lane
    audience: Audience
    contents: list[tuple[Entry, Content]] = attrs.field(factory=list)
    wake: dt.datetime | None = None

    @property
    def entries(self) -> list[Entry]:
        return [entry for entry, _ in self.contents]


class MemoryOutbox:
    """An outbox without a store, which keeps every promise but to survive.

    Args:
        mode: The mode of everything in it.
        store: Its identifier.
    """

    def __init__(self, *, mode: Mode, store: str = "memory") -> None:
        self.store = store
        self.mode = mode
        self._releases: dict[CaseId, Release] = {}
        self._rows: dict[_Key, _Row] = {}
        self._slots: dict[str, dt.datetime] = {}
        self._fence = 0
        self._held = False
        self._beat: dt.datetime | None = None

    # --- what a desk does -----------------------------------------------------------

    def release(
        self, release: Release, contents: Sequence[Content], *, now: dt.datetime
    ) -> None:
        """Let *contents* out under *release*, in place of an earlier revision."""
        if release.mode is not self.mode:
            raise PublishRefused(
                "other-mode", "the release must be of the store's mode"
            )
        self._releases[release.case_id] = release
        for row in self._of(release.case_id):
            # What an earlier revision has not sent by now is never sent.
            row.contents = [c for c in row.contents if c[0].ending or c[0].sent]
        for content in contents:
            key = (release.case_id, content.channel)
            lane = Lane(case_id=release.case_id, channel=content.channel)
            row = self._rows.setdefault(key, _Row(lane, content.audience))
            entry = Entry(
                operation=content.operation,
                version=content.version,
                starts=content.starts,
                content_hash=release.content_hash,
                ending=content.ending,
                identity=content.identity,
                audience=content.audience,
                sent=None,
            )
            row.contents.append((entry, content))
        self._wake(release.case_id, now)

    def end(
        self, case_id: CaseId, *, ending: str, withdraw: bool, now: dt.datetime
    ) -> bool:
        """End a released case; return whether this is what ended it.

        The first ending counts. It counts after the expiry too: which ending goes out
        is settled for a lane only when one has begun there.
        """
        if case_id not in self._releases or self._releases[case_id].ended is not None:
            return False
        self._releases[case_id] = attrs.evolve(
            self._releases[case_id], ended=now, ending=ending, withdraw=withdraw
        )
        # At once, even where the dispatcher's clock is behind.
        self._wake(case_id, LONG_AGO)
        return True

    def settle(
        self, case_id: CaseId, channel: str, found: Settled, *, now: dt.datetime
    ) -> None:
        """Note what a person has found out about a channel."""
        row = self._rows.get((case_id, channel))
        if row is None:
            raise PublishRefused("no-such-lane", "case and channel must have a lane")
        if row.lane.attempt is not None:
            raise PublishRefused("in-flight", "wait until the attempt has ended")
        if row.lane.need is None:
            raise PublishRefused("no-need", "the lane must wait for a person")
        row.lane, row.wake = settle(row.lane, found), now

    def _wake(self, case_id: CaseId, now: dt.datetime) -> None:
        for row in self._of(case_id):
            row.wake = now

    def _of(self, case_id: CaseId) -> list[_Row]:
        return [row for (case, _), row in self._rows.items() if case == case_id]

    # --- what a dispatcher does -------------------------------------------------------

    @contextlib.contextmanager
    def hold(self) -> Iterator[int | None]:
        if self._held:
            raise DispatcherBusy
        self._held = True
        try:
            yield None
        finally:
            self._held = False

    def recover(
        self,
        channels: Sequence[Channel],
        *,
        now: dt.datetime,
        alive: Collection[int] = (),
    ) -> int:
        late = {c.name: c.capabilities.late_effect_s for c in channels}
        lost = 0
        for row in self._rows.values():
            attempt = row.lane.attempt
            if attempt is None:
                row.wake = now if row.lane.need else row.wake
            elif attempt.fence not in alive:
                late_effect_s = late.get(row.lane.channel, 0)
                row.lane = after(
                    row.lane, Outcome.UNKNOWN, late_effect_s=late_effect_s, now=now
                )
                row.wake = now
                lost += 1
        if self._beat is not None and self._beat > now:
            # The clock went back: times that were noted by it mean nothing.
            self._beat = None
            self._slots.clear()
            for row in self._rows.values():
                late_effect_s = late.get(row.lane.channel, 0)
                row.lane = set_back(row.lane, late_effect_s=late_effect_s, now=now)
                row.wake = row.wake and min(row.wake, now)
        return lost

    def due(self, *, now: dt.datetime) -> frozenset[str]:
        return frozenset(
            channel
            for (_, channel), row in self._rows.items()
            if self._is_due(row, now) and not self._slot_taken(channel, now)
        )

    def claim(
        self, channel: Channel, *, now: dt.datetime, limit: int, endings_only: bool
    ) -> tuple[Claim, ...]:
        rows = [
            (not self._is_over(case, now), row.wake, case, row)
            for (case, name), row in self._rows.items()
            if name == channel.name and self._is_due(row, now)
        ]
        claims: list[Claim] = []
        for is_open, _, case, row in sorted(rows, key=lambda r: r[:3]):
            if self._slot_taken(channel.name, now) or (endings_only and is_open):
                continue
            if len(claims) < limit and (claim := self._try(channel, case, row, now)):
                claims.append(claim)
        return tuple(claims)

    def _try(
        self, channel: Channel, case: CaseId, row: _Row, now: dt.datetime
    ) -> Claim | None:
        release = self._releases[case]
        step, entry = decide(
            row.lane, release, row.entries, channel, store_mode=self.mode, now=now
        )
        if isinstance(step, Rest):
            lane = step.lane or row.lane
            row.lane = attrs.evolve(lane, need=step.need)
            again = step.lane is not None
            row.wake = now if again else wake_at(step, release, row.entries, now=now)
            return None
        assert entry is not None  # noqa: S101 - what is done has content
        index = row.entries.index(entry)
        content = row.contents[index][1]
        if step.operation is Operation.PUBLISH and not fits(
            content.forms, content.pictures, channel.capabilities
        ):
            row.lane = attrs.evolve(row.lane, need=Need.NOT_RELEASED)
            row.wake = wake_at(Rest(), release, row.entries, now=now)
            return None
        sent = sent_with(entry, row.entries, row.lane, step, now=now)
        row.contents[index] = (attrs.evolve(entry, sent=sent.at), content)
        self._fence += 1
        made = delivery(
            row.lane,
            step,
            release,
            entry,
            store=self.store,
            forms=content.forms,
            pictures=content.pictures,
            sent=sent,
        )
        row.lane = claimed(row.lane, step, fence=self._fence, now=now)
        slot = next_slot(self._slots.get(channel.name), channel.capabilities, now=now)
        if slot is not None:
            self._slots[channel.name] = slot
        return Claim(
            channel=channel.name,
            fence=self._fence,
            delivery=made,
            deadline_s=channel.deadline_s,
            late_effect_s=channel.capabilities.late_effect_s,
        )

    def record(self, answers: Sequence[Answer], *, now: dt.datetime) -> None:
        for answer in answers:
            key = (answer.claim.delivery.case_id, answer.claim.channel)
            row = self._rows[key]
            attempt = row.lane.attempt
            if attempt is not None and attempt.fence == answer.claim.fence:
                row.lane = after(
                    row.lane,
                    answer.outcome,
                    late_effect_s=answer.claim.late_effect_s,
                    now=now,
                    reference=answer.reference,
                )
                row.wake = now

    def overtaken(self, fences: Collection[int], *, now: dt.datetime) -> frozenset[int]:
        return frozenset(
            attempt.fence
            for (case, _), row in self._rows.items()
            if (attempt := row.lane.attempt) is not None
            and attempt.fence in fences
            and attempt.operation is Operation.PUBLISH
            and self._is_over(case, now)
        )

    def next_due(self, *, now: dt.datetime) -> dt.datetime | None:
        return min(
            (
                max(row.wake, self._slots.get(channel, row.wake), now)
                for (_, channel), row in self._rows.items()
                if row.wake is not None and row.lane.attempt is None
            ),
            default=None,
        )

    def lanes(
        self, case_id: str | None = None, *, now: dt.datetime
    ) -> tuple[LaneStatus, ...]:
        shown = []
        for (case, _), row in sorted(self._rows.items()):
            if case_id in (None, case):
                want, entry = wanted(self._releases[case], row.entries, now=now)
                shown.append(
                    LaneStatus(
                        lane=row.lane,
                        audience=row.audience,
                        mode=self.mode,
                        want=want.value,
                        want_version=entry.version if entry else 0,
                        since=wanted_since(self._releases[case], want, entry),
                        closed=is_closed(row.lane, want),
                    )
                )
        return tuple(shown)

    def beat(self, *, now: dt.datetime) -> None:
        self._beat = now

    def heartbeat(self) -> dt.datetime | None:
        return self._beat

    # --- what both ask ----------------------------------------------------------------

    def _is_over(self, case_id: CaseId, now: dt.datetime) -> bool:
        release = self._releases[case_id]
        return release.ended is not None or now >= release.expires

    def _is_due(self, row: _Row, now: dt.datetime) -> bool:
        idle = row.lane.attempt is None
        return idle and row.wake is not None and row.wake <= now

    def _slot_taken(self, channel: str, now: dt.datetime) -> bool:
        return channel in self._slots and self._slots[channel] > now
