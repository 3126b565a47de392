"""The outbox in a SQL store: lanes and contents survive whatever happens to us."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import attrs
from sqlalchemy import and_, bindparam, case, func, literal, select, update

from amberkit.messages import Operation, Picture
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
from amberkit.publish._errors import DispatcherBusy
from amberkit.publish._lanes import Do, Lane, Need, Rest, after, claimed, set_back
from amberkit.publish._outbox import Answer, Claim, LaneStatus, Release
from amberkit.publish._protocol import Outcome
from amberkit.publish.sql._hold import lock
from amberkit.publish.sql._rows import (
    IS_OVER,
    META,
    find_release,
    picture_context,
    seal_context,
    write_lane,
)
from amberkit.publish.sql._tables import (
    CHANNEL,
    CONTENT,
    DISPATCHER,
    LANE,
    METADATA,
    PICTURE,
    RELEASE,
    entry_of,
    lane_of,
    release_of,
    unpack,
)
from amberkit.store import Store, Work, from_us, to_us
from amberkit.values import Audience, Mode

__all__ = ["SqlOutbox"]

_AGAIN = dt.timedelta(minutes=1)
"""When a lane is looked at again whose content could not be read."""

_Forms = tuple[tuple[str, bytes], ...]

_IDLE_AND_DUE = and_(LANE.c.wake <= bindparam("now"), LANE.c.fence.is_(None))
_TAKEN = select(CHANNEL.c.name).where(CHANNEL.c.slot > bindparam("now"))
_DUE = (
    select(LANE.c.channel)
    .distinct()
    .where(_IDLE_AND_DUE, LANE.c.channel.not_in(_TAKEN))
)
_OVER = case((IS_OVER, literal(1)), else_=literal(0)).label("over")
_CLAIMABLE = (
    select(LANE, _OVER)
    .join(RELEASE, RELEASE.c.case_id == LANE.c.case_id)
    .where(LANE.c.channel == bindparam("of_channel"), _IDLE_AND_DUE)
    .order_by(_OVER.desc(), LANE.c.wake, LANE.c.case_id)
    .limit(bindparam("most"))
)
_ENDINGS = _CLAIMABLE.where(IS_OVER)
_OVERTAKEN = (
    select(LANE.c.fence)
    .join(RELEASE, RELEASE.c.case_id == LANE.c.case_id)
    .where(
        LANE.c.fence.is_not(None),
        LANE.c.attempt == Operation.PUBLISH.value,
        IS_OVER,
    )
)
_IN_FLIGHT = select(LANE).where(LANE.c.fence.is_not(None))
_BEGUN = select(LANE).where(LANE.c.fence == bindparam("of_fence"))
_CALLING = update(LANE).where(LANE.c.fence.is_(None), LANE.c.need.is_not(None))

_OF_LANE = and_(
    CONTENT.c.case_id == bindparam("of_case"),
    CONTENT.c.channel == bindparam("of_channel"),
)
_THIS = and_(
    _OF_LANE,
    CONTENT.c.version == bindparam("of_version"),
    CONTENT.c.ending == bindparam("of_ending"),
)
_ENTRIES = META.where(_OF_LANE)
_BODY = select(CONTENT.c.body).where(_THIS)
_SENT = update(CONTENT).where(_THIS)
_PICTURES = select(PICTURE.c.name, PICTURE.c.body).where(
    PICTURE.c.case_id == bindparam("of_case")
)

_FENCE = select(DISPATCHER.c.fence)
_NEXT_FENCE = update(DISPATCHER).values(fence=DISPATCHER.c.fence + 1)
_BEAT = update(DISPATCHER)
_SLOT = select(CHANNEL.c.slot).where(CHANNEL.c.name == bindparam("of_channel"))


class SqlOutbox:
    """The outbox of a store.

    Args:
        store: The store; it must outlive the outbox.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held = threading.Lock()
        store.create(METADATA)
        with store.transaction() as work:
            if not work.execute(select(DISPATCHER.c.id)):
                work.change(DISPATCHER.insert().values(id=1, fence=0))

    @property
    def store(self) -> str:
        return self._store.id

    @property
    def mode(self) -> Mode:
        return self._store.mode

    @contextlib.contextmanager
    def hold(self) -> Iterator[int | None]:
        if not self._held.acquire(blocking=False):
            raise DispatcherBusy(os.getpid())
        try:
            if self._store.path is None:
                yield None
                return
            path = self._store.path.with_name(self._store.path.name + ".dispatcher")
            descriptor = lock(path)
            try:
                yield descriptor
            finally:
                os.close(descriptor)
        finally:
            self._held.release()

    def recover(
        self,
        channels: Sequence[Channel],
        *,
        now: dt.datetime,
        alive: Collection[int] = (),
    ) -> int:
        late = {c.name: c.capabilities.late_effect_s for c in channels}
        with self._store.transaction() as work:
            rows = work.execute(_IN_FLIGHT)
            lost = [lane_of(row) for row in rows if row.fence not in alive]
            for lane in lost:
                self._end_attempt(
                    work,
                    lane,
                    Outcome.UNKNOWN,
                    late_effect_s=late.get(lane.channel, 0),
                    now=now,
                )
            work.change(_CALLING, {"wake": to_us(now)})
            beat = self.read_heartbeat(work)
            if beat is not None and beat > now:
                # The clock went back: times that were noted by it mean nothing.
                work.change(_BEAT, {"beat": None})
                work.change(CHANNEL.delete())
                for row in work.execute(select(LANE)):
                    late_effect_s = late.get(row.channel, 0)
                    lane = set_back(lane_of(row), late_effect_s=late_effect_s, now=now)
                    wake = None if row.wake is None else min(from_us(row.wake), now)
                    write_lane(work, lane, wake=wake)
        return len(lost)

    def due(self, *, now: dt.datetime) -> frozenset[str]:
        with self._store.transaction() as work:
            rows = work.execute(_DUE, {"now": to_us(now)})
        return frozenset(row.channel for row in rows)

    def claim(
        self, channel: Channel, *, now: dt.datetime, limit: int, endings_only: bool
    ) -> tuple[Claim, ...]:
        due = _ENDINGS if endings_only else _CLAIMABLE
        of = {"of_channel": channel.name, "now": to_us(now), "most": 4 * limit}
        claims: list[Claim] = []
        with self._store.transaction() as work:
            slot = self._slot(work, channel.name)
            if slot is not None and slot > now:
                return ()
            for row in work.execute(due, of):
                if len(claims) == limit or (slot is not None and slot > now):
                    break
                claim = self._try(work, channel, lane_of(row), now)
                if claim is not None:
                    claims.append(claim)
                    slot = self._take_slot(work, channel, slot, now)
        return tuple(claims)

    def _try(
        self, work: Work, channel: Channel, lane: Lane, now: dt.datetime
    ) -> Claim | None:
        """Start an attempt in *lane*, or note why none is started."""
        of = {"of_case": lane.case_id, "of_channel": lane.channel}
        release = find_release(work, lane.case_id)
        assert release is not None  # noqa: S101 - a lane is only made with a release
        entries = [entry_of(r) for r in work.execute(_ENTRIES, of)]
        step, entry = decide(
            lane, release, entries, channel, store_mode=self.mode, now=now
        )
        if isinstance(step, Rest):
            rested = attrs.evolve(step.lane or lane, need=step.need)
            # What time alone has changed is looked at once more.
            wake = now if step.lane else wake_at(step, release, entries, now=now)
            write_lane(work, rested, wake=wake)
            return None
        assert entry is not None  # noqa: S101 - what is done has content
        content = self._read(work, lane, entry)
        if content is None or (
            step.operation is Operation.PUBLISH
            and not fits(*content, channel.capabilities)
        ):
            # A key ring may be away for a moment: looked at again soon.
            until = now + _AGAIN if content is None else None
            stopped = attrs.evolve(lane, need=Need.NOT_RELEASED)
            wake = wake_at(Rest(until=until), release, entries, now=now)
            write_lane(work, stopped, wake=wake)
            return None
        forms, pictures = content
        sent = sent_with(entry, entries, lane, step, now=now)
        made = delivery(
            lane,
            step,
            release,
            entry,
            store=self.store,
            forms=forms,
            pictures=pictures,
            sent=sent,
        )
        work.change(_SENT, {**_this(lane, entry), "sent": to_us(sent.at)})
        return Claim(
            channel=channel.name,
            fence=self._begin(work, lane, step, now),
            delivery=made,
            deadline_s=channel.deadline_s,
            late_effect_s=channel.capabilities.late_effect_s,
        )

    def _begin(self, work: Work, lane: Lane, do: Do, now: dt.datetime) -> int:
        """Write that an attempt begins; return its fence."""
        work.change(_NEXT_FENCE)
        fence: int = work.execute(_FENCE)[0].fence
        write_lane(work, claimed(lane, do, fence=fence, now=now), wake=None)
        return fence

    def _read(
        self, work: Work, lane: Lane, entry: Entry
    ) -> tuple[_Forms, tuple[Picture, ...]] | None:
        """Return the content of *entry*, unsealed; None if nobody can read it."""
        body: bytes | None = work.execute(_BODY, _this(lane, entry))[0].body
        if body is None:
            return None
        sealed = (
            [] if entry.ending else work.execute(_PICTURES, {"of_case": lane.case_id})
        )
        try:
            return self._unsealed(lane, entry, body, sealed)
        except Exception:
            # Whatever a key ring or a damaged body brings about: it must not keep the
            # endings of other cases waiting.
            return None

    def _unsealed(
        self, lane: Lane, entry: Entry, body: bytes, sealed: Sequence[Any]
    ) -> tuple[_Forms, tuple[Picture, ...]]:
        if entry.ending is not None:
            return unpack(body, {})
        unsealed = [
            self._store.unseal(lane.case_id, picture_context(row.name), row.body)
            for row in sealed
        ]
        pictures = {hashlib.sha256(data).hexdigest(): data for data in unsealed}
        context = seal_context(lane.channel, entry.version)
        return unpack(self._store.unseal(lane.case_id, context, body), pictures)

    def record(self, answers: Sequence[Answer], *, now: dt.datetime) -> None:
        with self._store.transaction() as work:
            for answer in answers:
                rows = work.execute(_BEGUN, {"of_fence": answer.claim.fence})
                for row in rows:
                    self._end_attempt(
                        work,
                        lane_of(row),
                        answer.outcome,
                        late_effect_s=answer.claim.late_effect_s,
                        now=now,
                        reference=answer.reference,
                    )

    def _end_attempt(
        self,
        work: Work,
        lane: Lane,
        outcome: Outcome,
        *,
        late_effect_s: float,
        now: dt.datetime,
        reference: str | None = None,
    ) -> None:
        attempt = lane.attempt
        assert attempt is not None  # noqa: S101 - it has a fence
        ended = after(
            lane, outcome, late_effect_s=late_effect_s, now=now, reference=reference
        )
        write_lane(work, ended, wake=now)
        # What was put off is no event, or the chain would grow each minute.
        if outcome is not Outcome.DEFERRED:
            self._store.append(
                work,
                case_id=lane.case_id,
                at=now,
                event=f"{attempt.operation.value}.{outcome.value}",
                codes=(("channel", lane.channel), ("version", attempt.version)),
            )

    def overtaken(self, fences: Collection[int], *, now: dt.datetime) -> frozenset[int]:
        with self._store.transaction() as work:
            rows = work.execute(_OVERTAKEN, {"now": to_us(now)})
        return frozenset(row.fence for row in rows) & frozenset(fences)

    def next_due(self, *, now: dt.datetime) -> dt.datetime | None:
        slot = func.coalesce(CHANNEL.c.slot, LANE.c.wake)
        # The greater of the two, as every dialect can say it.
        when = case((slot > LANE.c.wake, slot), else_=LANE.c.wake)
        with self._store.transaction() as work:
            rows = work.execute(
                select(func.min(when).label("at"))
                .select_from(LANE.outerjoin(CHANNEL, CHANNEL.c.name == LANE.c.channel))
                .where(LANE.c.wake.is_not(None), LANE.c.fence.is_(None))
            )
        at = rows[0].at
        return None if at is None else max(from_us(at), now)

    def lanes(
        self, case_id: str | None = None, *, now: dt.datetime
    ) -> tuple[LaneStatus, ...]:
        with self._store.transaction() as work:
            return self.read_lanes(work, case_id, now=now)

    def read_lanes(
        self, work: Work, case_id: str | None = None, *, now: dt.datetime
    ) -> tuple[LaneStatus, ...]:
        """Return the lanes of one case, or of all, within a transaction."""
        query = select(LANE).order_by(LANE.c.case_id, LANE.c.channel)
        meta = META
        if case_id is not None:
            query = query.where(LANE.c.case_id == case_id)
            meta = meta.where(CONTENT.c.case_id == case_id)
        entries: dict[tuple[str, str], list[Entry]] = {}
        for row in work.execute(meta):
            entries.setdefault((row.case_id, row.channel), []).append(entry_of(row))
        releases = {
            row.case_id: release_of(row) for row in work.execute(select(RELEASE))
        }
        return tuple(
            self._status(row, releases[row.case_id], entries, now)
            for row in work.execute(query)
        )

    def _status(
        self,
        row: Any,
        release: Release,
        entries: Mapping[tuple[str, str], Sequence[Entry]],
        now: dt.datetime,
    ) -> LaneStatus:
        lane = lane_of(row)
        mine = entries.get((row.case_id, row.channel), ())
        want, entry = wanted(release, mine, now=now)
        return LaneStatus(
            lane=lane,
            audience=Audience(row.audience),
            mode=release.mode,
            want=want.value,
            want_version=entry.version if entry else 0,
            since=wanted_since(release, want, entry),
            closed=is_closed(lane, want),
        )

    def beat(self, *, now: dt.datetime) -> None:
        with self._store.transaction() as work:
            work.change(_BEAT, {"beat": to_us(now)})

    def heartbeat(self) -> dt.datetime | None:
        with self._store.transaction() as work:
            return self.read_heartbeat(work)

    def read_heartbeat(self, work: Work) -> dt.datetime | None:
        """Return when a dispatcher was last alive, within a transaction."""
        beat = work.execute(select(DISPATCHER.c.beat))[0].beat
        return None if beat is None else from_us(beat)

    def _slot(self, work: Work, channel: str) -> dt.datetime | None:
        rows = work.execute(_SLOT, {"of_channel": channel})
        return from_us(rows[0].slot) if rows else None

    def _take_slot(
        self,
        work: Work,
        channel: Channel,
        earlier: dt.datetime | None,
        now: dt.datetime,
    ) -> dt.datetime | None:
        slot = next_slot(earlier, channel.capabilities, now=now)
        if slot is None:
            return None
        where = CHANNEL.c.name == channel.name
        if not work.change(update(CHANNEL).where(where).values(slot=to_us(slot))):
            work.change(CHANNEL.insert().values(name=channel.name, slot=to_us(slot)))
        return slot


def _this(lane: Lane, entry: Entry) -> dict[str, object]:
    """Return what says which row of CONTENT is *entry* of *lane*."""
    return {
        "of_case": lane.case_id,
        "of_channel": lane.channel,
        "of_version": entry.version,
        "of_ending": entry.ending or "",
    }
