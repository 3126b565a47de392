"""From a lane and a release to one attempt: what every outbox does alike.

Pure: an outbox reads rows, asks here, and writes what it is told.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

import attrs

from amberkit.messages import Capabilities, Delivery, Operation, Picture, cap_time, fill
from amberkit.publish._channel import Channel
from amberkit.publish._lanes import NEXT, Do, Lane, Need, Rest, Step, Want, step
from amberkit.publish._outbox import Release
from amberkit.publish._release import release_refusal
from amberkit.values import Audience, Mode

__all__ = [
    "Entry",
    "Sent",
    "decide",
    "delivery",
    "fits",
    "is_closed",
    "next_slot",
    "sent_with",
    "wake_at",
    "wanted",
    "wanted_since",
]


@attrs.frozen(kw_only=True)
class Entry:
    """What an outbox knows of one content without reading its forms."""

    operation: Operation
    version: int
    starts: dt.datetime
    content_hash: str
    ending: str | None
    identity: str
    audience: Audience
    sent: dt.datetime | None
    """When it was first claimed; None if never."""


@attrs.frozen(kw_only=True)
class Sent:
    """What fills the slots of one delivery, the same at each attempt."""

    at: dt.datetime
    references: tuple[str, ...]


def wanted(
    release: Release, entries: Iterable[Entry], *, now: dt.datetime
) -> tuple[Want, Entry | None]:
    """Return what *release* wants of a lane now, and the content for it.

    Once it has ended or expired that is its ending, whatever else was planned.
    """
    if release.ended is not None or now >= release.expires:
        kind = release.ending if release.ended else release.expiry_ending
        # Of any revision: a lane that a later one no longer uses ends all the same.
        armed = [e for e in entries if e.ending is not None and e.ending == kind]
        # One that has begun is the one that goes on: a key means the same bytes. After
        # a clock that went back something newer may be out, which has another ending.
        sent = [e for e in entries if e.sent is not None]
        last = max((e.version for e in sent if e.ending is None), default=0)
        begun = [e for e in sent if e.ending is not None and e.version > last]
        want = Want.WITHDRAWN if release.withdraw else Want.ENDED
        return want, max(begun or armed, key=_version, default=None)
    shown = [
        e
        for e in entries
        if e.operation is Operation.PUBLISH
        and e.content_hash == release.content_hash
        and e.starts <= now
    ]
    chosen = max(shown, key=_version, default=None)
    return (Want.CONTENT if chosen else Want.NOTHING), chosen


def wanted_since(
    release: Release, want: Want, entry: Entry | None
) -> dt.datetime | None:
    """Return since when *release* wants what it wants of a lane."""
    if want is Want.CONTENT and entry is not None:
        return entry.starts
    over = want in (Want.ENDED, Want.WITHDRAWN)
    return (release.ended or release.expires) if over else None


def _version(entry: Entry) -> int:
    return entry.version


def decide(
    lane: Lane,
    release: Release,
    entries: Sequence[Entry],
    channel: Channel,
    *,
    store_mode: Mode,
    now: dt.datetime,
) -> tuple[Step, Entry | None]:
    """Return what to do in *lane* now, and with which content."""
    want, entry = wanted(release, entries, now=now)
    version = entry.version if entry else 0
    made = step(
        lane, want, version, channel.capabilities, now=now, expires=release.expires
    )
    if isinstance(made, Rest):
        return made, entry
    if entry is None:
        # Nothing is armed for this lane, which only a damaged store can bring about.
        return Rest(need=Need.NOT_RELEASED), None
    refusal = release_refusal(
        made.operation,
        modes=(store_mode, release.mode, channel.mode),
        audiences=(entry.audience, channel.audience),
        content_hash=entry.content_hash,
        approved_hash=release.content_hash,
        ended=release.ended is not None,
        expires=release.expires,
        now=now,
    )
    return (Rest(need=Need.NOT_RELEASED) if refusal else made), entry


def is_closed(lane: Lane, want: Want) -> bool:
    """Return whether nothing is left to do in a lane, for anybody."""
    ending = want in (Want.ENDED, Want.WITHDRAWN)
    return ending and lane.attempt is None and NEXT[want][lane.held] is None


def wake_at(
    rest: Rest, release: Release, entries: Iterable[Entry], *, now: dt.datetime
) -> dt.datetime | None:
    """Return when a resting lane must be looked at again; None for never."""
    times = [e.starts for e in entries if e.operation is Operation.PUBLISH]
    coming = [t for t in (*times, release.expires) if t > now]
    if rest.until is not None:
        coming.append(rest.until)
    return min(coming, default=None) if not release.ended else rest.until


def fits(
    forms: Sequence[tuple[str, bytes]],
    pictures: Sequence[Picture],
    capabilities: Capabilities,
) -> bool:
    """Return whether a channel still takes what was approved for it."""
    if any(media_type not in capabilities.forms for media_type, _ in forms):
        return False
    text = dict(forms).get("text/plain", b"").decode()
    too_long = capabilities.max_chars is not None and len(text) > capabilities.max_chars
    return not too_long and len(pictures) <= capabilities.pictures


def next_slot(
    earlier: dt.datetime | None, capabilities: Capabilities, *, now: dt.datetime
) -> dt.datetime | None:
    """Return when a channel takes the next delivery, after one that starts now."""
    if capabilities.max_per_second is None:
        return None
    # Rounded up, or one more than allowed fits into a second.
    gap = dt.timedelta(microseconds=math.ceil(1e6 / capabilities.max_per_second))
    return max(earlier or now, now) + gap


def sent_with(
    entry: Entry, entries: Iterable[Entry], lane: Lane, do: Do, *, now: dt.datetime
) -> Sent:
    """Return what fills the slots in an attempt at *entry* that begins now.

    What was once filled in stays, so that a key always means the same bytes; a version
    of its own, such as that of an ending which has to be repeated, is sent anew. It
    refers to every version of the lane that was ever tried before it: one of which
    nobody knows whether it arrived has to be taken back as well.
    """
    is_first = lane.tries == 0 or lane.tried != (do.operation, do.version)
    is_new = do.version != entry.version and is_first
    at = now if entry.sent is None or is_new else entry.sent
    before = sorted(
        (e for e in entries if e.sent and e.version < entry.version), key=_version
    )
    references = tuple(f"{e.identity},{cap_time(e.sent)}" for e in before if e.sent)
    return Sent(at=at, references=references)


def delivery(
    lane: Lane,
    do: Do,
    release: Release,
    entry: Entry,
    *,
    store: str,
    forms: Sequence[tuple[str, bytes]],
    pictures: Sequence[Picture],
    sent: Sent,
) -> Delivery:
    """Return the delivery of one attempt; the same bytes for the same key, always."""
    return Delivery(
        key=f"{store}:{lane.case_id}:{do.version}:{lane.channel}:{do.operation.value}",
        operation=do.operation,
        case_id=lane.case_id,
        version=do.version,
        mode=release.mode,
        audience=entry.audience,
        forms=tuple(
            (media_type, fill(form, sent=sent.at, references=sent.references))
            for media_type, form in forms
        ),
        pictures=tuple(pictures),
        expires=release.expires,
        previous=lane.reference,
    )
