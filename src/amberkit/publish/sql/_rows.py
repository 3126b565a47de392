"""Reading and writing rows, within a transaction of whoever asks.

Statements that a dispatcher runs for each delivery are made once: to make one takes
SQLAlchemy longer than SQLite takes to run it.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Select, bindparam, or_, select, update

from amberkit.publish._lanes import Lane
from amberkit.publish._outbox import Release
from amberkit.publish.sql._tables import (
    CONTENT,
    LANE,
    RELEASE,
    lane_row,
    release_of,
)
from amberkit.store import Work, to_us

__all__ = [
    "IS_OVER",
    "META",
    "find_release",
    "picture_context",
    "released",
    "released_until",
    "seal_context",
    "wake_case",
    "write_lane",
]

META = select(*(column for column in CONTENT.c if column.name != "body"))
"""Everything of a content but its body."""

IS_OVER: ColumnElement[bool] = or_(
    RELEASE.c.ended.is_not(None), RELEASE.c.expires <= bindparam("now")
)
"""The condition that a release has ended or expired, ``now`` in microseconds."""

_FIND_RELEASE = select(RELEASE).where(RELEASE.c.case_id == bindparam("of_case"))
_WRITE_CASE = update(LANE).where(LANE.c.case_id == bindparam("of_case"))
_WRITE_LANE = _WRITE_CASE.where(LANE.c.channel == bindparam("of_channel"))


def find_release(work: Work, case_id: str) -> Release | None:
    """Return what is released of a case, if anything."""
    rows = work.execute(_FIND_RELEASE, {"of_case": case_id})
    return release_of(rows[0]) if rows else None


def released() -> Select[tuple[str]]:
    """Return the query for every case that was ever released."""
    return select(RELEASE.c.case_id)


def released_until(time: dt.datetime) -> Select[tuple[str]]:
    """Return the query for the cases whose release expired by *time*."""
    return select(RELEASE.c.case_id).where(RELEASE.c.expires <= to_us(time))


def write_lane(work: Work, lane: Lane, *, wake: dt.datetime | None) -> None:
    """Write *lane*, to be looked at again at *wake*."""
    of = {"of_case": lane.case_id, "of_channel": lane.channel}
    at = None if wake is None else to_us(wake)
    work.change(_WRITE_LANE, {**of, **lane_row(lane), "wake": at})


def wake_case(work: Work, case_id: str, *, now: dt.datetime) -> None:
    """Let every lane of a case be looked at."""
    work.change(_WRITE_CASE, {"of_case": case_id, "wake": to_us(now)})


def picture_context(name: str) -> str:
    """Return what a sealed picture is bound to."""
    return f"picture:{name}"


def seal_context(channel: str, version: int) -> str:
    """Return what a sealed body is bound to, so that it cannot stand for another."""
    return f"content:{channel}:{version}"
