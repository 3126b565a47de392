"""The tables of the SQL outbox, and the rows as values.

Times are whole microseconds since 1970 in UTC. No column holds a person's data in
clear: ``body`` of what tells of a case is sealed under the case's key, an ending names
nobody, and a channel's ``reference`` is what a withdrawal needs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from amberkit.messages import Operation, Picture
from amberkit.publish._claims import Entry
from amberkit.publish._lanes import Attempt, Held, Lane, Need
from amberkit.publish._outbox import Release
from amberkit.store import from_us, to_us
from amberkit.values import Audience, CaseId, Mode

__all__ = [
    "CHANNEL",
    "CONTENT",
    "DISPATCHER",
    "LANE",
    "METADATA",
    "PICTURE",
    "RELEASE",
    "entry_of",
    "lane_of",
    "lane_row",
    "pack",
    "release_of",
    "release_row",
    "unpack",
]

METADATA = MetaData()

RELEASE = Table(
    "amberkit_release",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("mode", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("expiry_ending", Text, nullable=False),
    Column("ended", BigInteger),
    Column("ending", Text),
    Column("withdraw", Integer, nullable=False),
)

CONTENT = Table(
    "amberkit_content",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    # Of a version of the alert: empty.
    Column("ending", Text, primary_key=True),
    Column("audience", Text, nullable=False),
    Column("starts", BigInteger, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("sent", BigInteger),
    Column("body", LargeBinary),
)

PICTURE = Table(
    "amberkit_picture",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

LANE = Table(
    "amberkit_lane",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("audience", Text, nullable=False),
    Column("held", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("attempt", Text),
    Column("attempt_version", Integer),
    Column("fence", Integer, unique=True),
    Column("started", BigInteger),
    Column("tried", Text),
    Column("tried_version", Integer),
    Column("tries", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("retry_at", BigInteger),
    Column("refused", Integer, nullable=False),
    Column("doubt_until", BigInteger),
    Column("again", Integer, nullable=False),
    Column("reference", Text),
    Column("need", Text),
    # When it must be looked at next; nothing, when something has to happen first.
    Column("wake", BigInteger),
    Index("amberkit_lane_wake", "channel", "wake"),
)

CHANNEL = Table(
    "amberkit_channel",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("slot", BigInteger, nullable=False),
)

DISPATCHER = Table(
    "amberkit_dispatcher",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("fence", Integer, nullable=False),
    Column("beat", BigInteger),
)


def release_row(release: Release) -> dict[str, object]:
    """Return *release* as a row."""
    return {
        "case_id": release.case_id,
        "revision": release.revision,
        "mode": release.mode.value,
        "content_hash": release.content_hash,
        "expires": to_us(release.expires),
        "expiry_ending": release.expiry_ending,
        "ended": None if release.ended is None else to_us(release.ended),
        "ending": release.ending,
        "withdraw": int(release.withdraw),
    }


def release_of(row: Any) -> Release:
    """Return the release that *row* holds."""
    return Release(
        case_id=CaseId(row.case_id),
        revision=row.revision,
        mode=Mode(row.mode),
        content_hash=row.content_hash,
        expires=from_us(row.expires),
        expiry_ending=row.expiry_ending,
        ended=None if row.ended is None else from_us(row.ended),
        ending=row.ending,
        withdraw=bool(row.withdraw),
    )


def entry_of(row: Any) -> Entry:
    """Return what *row* of CONTENT says beside its body."""
    return Entry(
        operation=Operation.CANCEL if row.ending else Operation.PUBLISH,
        version=row.version,
        starts=from_us(row.starts),
        content_hash=row.content_hash,
        ending=row.ending or None,
        identity=row.identity,
        audience=Audience(row.audience),
        sent=None if row.sent is None else from_us(row.sent),
    )


def lane_row(lane: Lane) -> dict[str, object]:
    """Return what changes of a lane, as columns."""
    attempt, tried = lane.attempt, lane.tried
    return {
        "held": lane.held.name,
        "version": lane.version,
        "attempt": attempt.operation.value if attempt else None,
        "attempt_version": attempt.version if attempt else None,
        "fence": attempt.fence if attempt else None,
        "started": to_us(attempt.started) if attempt else None,
        "tried": tried[0].value if tried else None,
        "tried_version": tried[1] if tried else None,
        "tries": lane.tries,
        "unanswered": lane.unanswered,
        "retry_at": None if lane.retry_at is None else to_us(lane.retry_at),
        "refused": lane.refused,
        "doubt_until": None if lane.doubt_until is None else to_us(lane.doubt_until),
        "again": lane.again,
        "reference": lane.reference,
        "need": lane.need.name if lane.need else None,
    }


def lane_of(row: Any) -> Lane:
    """Return the lane that *row* holds."""
    attempt = None
    if row.attempt is not None:
        attempt = Attempt(
            operation=Operation(row.attempt),
            version=row.attempt_version,
            fence=row.fence,
            started=from_us(row.started),
        )
    return Lane(
        case_id=CaseId(row.case_id),
        channel=row.channel,
        held=Held[row.held],
        version=row.version,
        attempt=attempt,
        tried=None if row.tried is None else (Operation(row.tried), row.tried_version),
        tries=row.tries,
        unanswered=row.unanswered,
        retry_at=None if row.retry_at is None else from_us(row.retry_at),
        refused=row.refused,
        doubt_until=None if row.doubt_until is None else from_us(row.doubt_until),
        again=row.again,
        reference=row.reference,
        need=None if row.need is None else Need[row.need],
    )


def pack(forms: tuple[tuple[str, bytes], ...], pictures: tuple[Picture, ...]) -> bytes:
    """Return forms, and the names of pictures, as one body: JSON, then bytes."""
    head = {
        "forms": [[media_type, len(data)] for media_type, data in forms],
        "pictures": [
            [p.sha256, p.media_type, p.width_px, p.height_px] for p in pictures
        ],
    }
    line = json.dumps(head, separators=(",", ":")).encode()
    return b"\n".join((line, b"".join(data for _, data in forms)))


def unpack(
    body: bytes, pictures: Mapping[str, bytes]
) -> tuple[tuple[tuple[str, bytes], ...], tuple[Picture, ...]]:
    """Return what was packed, with the data of *pictures* by their SHA-256."""
    line, _, rest = body.partition(b"\n")
    head, forms, at = json.loads(line), [], 0
    for media_type, size in head["forms"]:
        forms.append((media_type, rest[at : at + size]))
        at += size
    return tuple(forms), tuple(
        Picture(
            sha256=sha256,
            media_type=media_type,
            width_px=width,
            height_px=height,
            data=pictures[sha256],
        )
        for sha256, media_type, width, height in head["pictures"]
    )
