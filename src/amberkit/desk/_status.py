"""How a case stands: every lane, and who must act."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from typing import Any

import attrs
from sqlalchemy import select

from amberkit.desk._rows import read_case
from amberkit.desk._tables import DRAFT
from amberkit.publish import Held, LaneStatus, Release
from amberkit.publish.sql import SqlOutbox, find_release
from amberkit.store import Work, from_us
from amberkit.values import CaseId

__all__ = ["ALIVE", "Acts", "CaseStatus", "Ended", "State", "acts_in", "read_status"]

ALIVE = dt.timedelta(seconds=20)
"""A dispatcher that serves says every five seconds that it is alive."""


class State(enum.Enum):
    """Where a case is in its life."""

    SUBMITTED = "submitted"
    ACTIVE = "active"
    ENDED = "ended"
    EXPIRED = "expired"
    ERASED = "erased"


class Acts(enum.Enum):
    """Who must act for a lane to go on."""

    NOBODY = "nobody"
    DISPATCHER = "dispatcher"
    PERSON = "a person"


def acts_in(status: LaneStatus) -> Acts:
    """Return who must act in a lane."""
    lane = status.lane
    if status.closed:
        return Acts.NOBODY
    if lane.need is not None:
        return Acts.PERSON
    shown = status.want == "content" and lane.held is Held.CONTENT
    is_served = shown and lane.version == status.want_version
    idle = status.want == "nothing" or is_served
    return Acts.NOBODY if idle and lane.attempt is None else Acts.DISPATCHER


@attrs.frozen(kw_only=True)
class Ended:
    """What `Desk.end` has done."""

    case_id: CaseId
    is_first: bool
    """Whether this ended it; False if it had ended or expired before."""

    is_verified: bool
    """False if the verifier could not be reached: somebody must look into it."""

    dispatcher_is_alive: bool
    """False if the ending is stored and nobody is there to send it: start one."""


@attrs.frozen(kw_only=True)
class CaseStatus:
    """One case, as whoever is on duty has to see it."""

    case_id: CaseId
    state: State
    revision: int
    """The latest that was submitted."""

    live_revision: int | None
    """The one that is released; None before an approval."""

    content_hash: str | None
    """Of what is released."""

    submitted_by: str | None
    approved_by: str | None
    expires: dt.datetime | None
    ended: dt.datetime | None
    reason: str | None
    erase_due: dt.datetime | None
    erased: dt.datetime | None
    lanes: tuple[LaneStatus, ...]
    alarms: tuple[str, ...]
    """What somebody has to look at, in plain words."""

    @property
    def is_closed(self) -> bool:
        """Whether every lane has its ending confirmed and nothing is left to do."""
        over = self.state not in (State.SUBMITTED, State.ACTIVE)
        return over and all(lane.closed for lane in self.lanes)


def read_status(
    work: Work, outbox: SqlOutbox, case_id: str, *, now: dt.datetime
) -> CaseStatus:
    """Return how a case stands, read within a transaction."""
    row = read_case(work, case_id)
    release = find_release(work, case_id)
    drafts = work.execute(
        select(DRAFT).where(DRAFT.c.case_id == case_id).order_by(DRAFT.c.revision)
    )
    live = next(
        (d for d in drafts if d.approved is not None and _is_live(d, release)), None
    )
    lanes = outbox.read_lanes(work, case_id, now=now)
    shown = live or drafts[-1]
    return CaseStatus(
        case_id=CaseId(case_id),
        state=_state(row, release, now),
        revision=drafts[-1].revision,
        live_revision=release.revision if release else None,
        content_hash=release.content_hash if release else None,
        submitted_by=shown.submitted_by,
        approved_by=shown.approved_by,
        expires=from_us(shown.expires),
        ended=_time(row.ended),
        reason=row.reason,
        erase_due=_time(row.erase_due),
        erased=_time(row.erased),
        lanes=lanes,
        alarms=tuple(_alarms(row, release, lanes, outbox.read_heartbeat(work), now)),
    )


def _is_live(draft: Any, release: Release | None) -> bool:
    return release is not None and draft.content_hash == release.content_hash


def _state(row: Any, release: Release | None, now: dt.datetime) -> State:
    if row.erased is not None:
        return State.ERASED
    if row.ended is not None:
        return State.ENDED
    if release is None:
        return State.SUBMITTED
    return State.EXPIRED if now >= release.expires else State.ACTIVE


def _alarms(
    row: Any,
    release: Release | None,
    lanes: tuple[LaneStatus, ...],
    beat: dt.datetime | None,
    now: dt.datetime,
) -> Iterator[str]:
    for status in lanes:
        lane = status.lane
        if acts_in(status) is Acts.PERSON and lane.need is not None:
            yield f"{lane.channel}: {lane.need.value}"
        if status.closed and lane.held is Held.NOTHING and lane.tries:
            yield f"{lane.channel}: it ended before it was ever published"
    if row.verified == 0:
        yield "the ending was accepted without a verified signature"
    if row.erase_begun is not None and row.erased is None:
        yield "the erasure has begun and is not finished"
    waits = any(acts_in(status) is Acts.DISPATCHER for status in lanes)
    if waits and (beat is None or abs(now - beat) > ALIVE):
        yield "no dispatcher is alive to send what is due"
    if release is None and row.ended is None:
        yield "a second person must approve it"


def _time(value: int | None) -> dt.datetime | None:
    return None if value is None else from_us(value)
