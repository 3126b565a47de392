"""What a desk writes into the outbox, within its own transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import and_, func, select, update

from amberkit.publish._errors import PublishRefused
from amberkit.publish._lanes import Lane, Settled, settle
from amberkit.publish._outbox import LONG_AGO, Content, Release
from amberkit.publish.sql._rows import (
    picture_context,
    seal_context,
    wake_case,
    write_lane,
)
from amberkit.publish.sql._tables import (
    CONTENT,
    LANE,
    PICTURE,
    RELEASE,
    lane_of,
    lane_row,
    pack,
    release_row,
)
from amberkit.store import Store, Work, to_us
from amberkit.values import CaseId

__all__ = ["Releases"]

_NEW_LANE = Lane(case_id=CaseId("X"), channel="x")


class Releases:
    """The desk's side of an outbox: what is let out, and when it is over.

    Args:
        store: The store of the outbox.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def release(
        self,
        work: Work,
        release: Release,
        contents: Sequence[Content],
        *,
        now: dt.datetime,
    ) -> None:
        """Let *contents* out under *release*, in place of an earlier revision.

        Raises:
            PublishRefused: If the release is of another mode than the store.
        """
        if release.mode is not self._store.mode:
            raise PublishRefused(
                "other-mode", "the release must be of the store's mode"
            )
        case_id, row = release.case_id, release_row(release)
        if not work.change(
            update(RELEASE).where(RELEASE.c.case_id == case_id).values(row)
        ):
            work.change(RELEASE.insert().values(row))
        # What an earlier revision has not sent by now is never sent.
        work.change(
            CONTENT.delete().where(
                CONTENT.c.case_id == case_id,
                CONTENT.c.ending == "",
                CONTENT.c.sent.is_(None),
            )
        )
        kept = {
            r.name
            for r in work.execute(
                select(PICTURE.c.name).where(PICTURE.c.case_id == case_id)
            )
        }
        for content in contents:
            for picture in content.pictures:
                # Under the case's key: its own digest would tell whoever has the
                # picture that it was here.
                name = self._store.digest(case_id, picture.sha256.encode())
                if name not in kept:
                    kept.add(name)
                    body = self._store.seal(
                        case_id, picture_context(name), picture.data
                    )
                    work.change(
                        PICTURE.insert().values(case_id=case_id, name=name, body=body)
                    )
            work.change(CONTENT.insert().values(self._content_row(release, content)))
        known = {
            r.channel
            for r in work.execute(
                select(LANE.c.channel).where(LANE.c.case_id == case_id)
            )
        }
        for channel, audience in {c.channel: c.audience for c in contents}.items():
            if channel not in known:
                work.change(
                    LANE.insert().values(
                        case_id=case_id,
                        channel=channel,
                        audience=audience.value,
                        **lane_row(_NEW_LANE),
                    )
                )
        wake_case(work, case_id, now=now)

    def _content_row(self, release: Release, content: Content) -> dict[str, object]:
        body = pack(content.forms, content.pictures)
        if content.ending is None:
            context = seal_context(content.channel, content.version)
            body = self._store.seal(release.case_id, context, body)
        return {
            "case_id": release.case_id,
            "channel": content.channel,
            "version": content.version,
            "ending": content.ending or "",
            "audience": content.audience.value,
            "starts": to_us(content.starts),
            "content_hash": release.content_hash,
            "identity": content.identity,
            "body": body,
        }

    def last_version(self, work: Work, case_id: str) -> int:
        """Return the highest version of a case so far; 0 if there is none."""
        rows = work.execute(
            select(func.max(CONTENT.c.version).label("version")).where(
                CONTENT.c.case_id == case_id
            )
        )
        return rows[0].version or 0

    def end(
        self,
        work: Work,
        case_id: str,
        *,
        ending: str,
        withdraw: bool,
        now: dt.datetime,
    ) -> bool:
        """End a released case; return whether this is what ended it.

        The first ending counts. It counts after the expiry too: which ending goes out
        is settled for a lane only when one has begun there.
        """
        changed = work.change(
            update(RELEASE)
            .where(
                RELEASE.c.case_id == case_id,
                RELEASE.c.ended.is_(None),
            )
            .values(ended=to_us(now), ending=ending, withdraw=int(withdraw))
        )
        if changed:
            # At once, even where the dispatcher's clock is behind.
            wake_case(work, case_id, now=LONG_AGO)
        return bool(changed)

    def settle(
        self,
        work: Work,
        case_id: str,
        channel: str,
        found: Settled,
        *,
        now: dt.datetime,
    ) -> None:
        """Note what a person has found out about a channel.

        Raises:
            PublishRefused: If there is no such lane, an attempt is in flight, or the
                lane does not wait for a person.
        """
        where = and_(LANE.c.case_id == case_id, LANE.c.channel == channel)
        rows = work.execute(select(LANE).where(where))
        if not rows:
            raise PublishRefused(
                "no-such-lane", f"{case_id} must be shown on {channel}"
            )
        lane = lane_of(rows[0])
        if lane.attempt is not None:
            raise PublishRefused("in-flight", "wait until the attempt has ended")
        if lane.need is None:
            raise PublishRefused("no-need", "the lane must wait for a person")
        write_lane(work, settle(lane, found), wake=now)

    def erase(self, work: Work, case_id: str) -> None:
        """Remove every body that tells of the case; endings and handles stay."""
        work.change(
            update(CONTENT)
            .where(CONTENT.c.case_id == case_id, CONTENT.c.ending == "")
            .values(body=None)
        )
        work.change(PICTURE.delete().where(PICTURE.c.case_id == case_id))
