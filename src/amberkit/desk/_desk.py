"""The desk: people decide here, each act in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType

from sqlalchemy import update

from amberkit.agency import Agency
from amberkit.audit import Entry
from amberkit.cases import Case
from amberkit.desk._compose import compose_package
from amberkit.desk._endings import ENDINGS, EXPIRY
from amberkit.desk._erasure import (
    begin_erasure,
    begun_erasures,
    due_for_erasure,
    finish_erasure,
)
from amberkit.desk._errors import DeskRefused
from amberkit.desk._review import Review, review_of
from amberkit.desk._rows import (
    all_cases,
    approvable,
    keep_draft,
    latest_draft,
    note,
    read_case,
    refuse_unfit,
    unseal_draft,
)
from amberkit.desk._status import ALIVE, CaseStatus, Ended, read_status
from amberkit.desk._tables import CASE, DRAFT, METADATA
from amberkit.desk._verifier import Signer, Unverified, Verifier
from amberkit.errors import InvalidValue
from amberkit.plans import AlertPlan
from amberkit.publish import Channel, PublishRefused, Release, Settled
from amberkit.publish.sql import Releases, SqlOutbox, find_release
from amberkit.render import Wording
from amberkit.store import KeyRing, Store, to_us
from amberkit.values import CaseId, Mode, Principal, Reason, aware_utc
from amberkit.values import case_id as checked

__all__ = ["Desk"]

_APPROVAL_AGE = dt.timedelta(minutes=30)
_UNVERIFIED = Unverified()


def _unsigned(_: bytes) -> None:
    """Sign nothing."""


class Desk:
    """Where alerts are submitted, approved, ended and erased.

    Two people let an alert out: one submits, another approves exactly what was
    submitted. One person ends it, in any state. Each verb is one transaction, of its
    own or, with ``connection=``, part of the agency's, which the desk then neither
    commits nor rolls back. The case itself is never stored; what may be sent is, sealed
    under a key of the case.

    Made by `Desk.open`.
    """

    def __init__(
        self,
        store: Store,
        *,
        channels: Sequence[Channel] = (),
        verifier: Verifier = _UNVERIFIED,
        approval_age: dt.timedelta = _APPROVAL_AGE,
    ) -> None:
        if store.mode is Mode.LIVE and isinstance(verifier, Unverified):
            raise DeskRefused(
                "no-verifier", "a live desk must be given a verifier of its principals"
            )
        if any(channel.mode is not store.mode for channel in channels):
            raise DeskRefused(
                "other-mode", f"every channel must be of the mode {store.mode.value}"
            )
        if len({channel.name for channel in channels}) < len(channels):
            raise DeskRefused("same-name", "every channel must have its own name")
        self._store = store
        self._channels = tuple(channels)
        self._verifier = verifier
        self._approval_age = approval_age
        self._releases = Releases(store)
        self.outbox = SqlOutbox(store)
        """What a `Dispatcher` sends from."""
        store.create(METADATA)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        mode: Mode,
        channels: Sequence[Channel] = (),
        verifier: Verifier = _UNVERIFIED,
        keys: KeyRing | None = None,
        approval_age: dt.timedelta = _APPROVAL_AGE,
    ) -> Desk:
        """Open the store at *url* as a desk; make it if there is none.

        Args:
            url: Such as ``sqlite:///alerts.db``, or ``sqlite://`` in memory.
            mode: The one mode of the store, for its whole life.
            channels: Where alerts go; `submit` renders for them. Not needed to approve,
                to end or to look.
            verifier: Checks who acts. Must be given for a live desk.
            keys: Where the keys of the cases are; by default a directory beside the
                store, readable by its owner alone.
            approval_age: How long after it was submitted something may be approved.

        Raises:
            StoreRefused: If the store is of another mode, newer, damaged or cannot be
                written.
            DeskRefused: If the desk is live and has no verifier, or a channel is of
                another mode or has the name of another.
            MissingExtra: If the extra ``outbox`` is not installed.
        """
        store = Store.open(url, mode=mode, keys=keys)
        try:
            return cls(
                store, channels=channels, verifier=verifier, approval_age=approval_age
            )
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    @property
    def store(self) -> Store:
        """The store, for what concerns it alone: its check, its turn, its audit."""
        return self._store

    # --- the verbs ------------------------------------------------------------------

    def submit(
        self,
        case: Case,
        plan: AlertPlan,
        *,
        agency: Agency,
        languages: Sequence[str],
        by: Principal,
        now: dt.datetime,
        photos: Mapping[str, bytes] = {},
        wordings: Iterable[Wording] = (),
        sign: Signer = _unsigned,
        connection: object | None = None,
    ) -> str:
        """Render all that may be sent of this revision, and keep it for approval.

        It is the first of two signatures. What is live already goes on until the new
        revision is approved; an earlier one that was not approved is replaced.

        Args:
            case: The case; it is not kept.
            plan: Its plan.
            agency: In whose name.
            languages: BCP 47 tags, the leading one first.
            by: Who submits.
            now: The current time.
            photos: Bytes of the case's photographs by the SHA-256 that the case names;
                what goes out is re-encoded from the pixels.
            wordings: The agency's own phrases; a live desk needs reviewed ones.
            sign: Returns the signature of *by* under a statement, which is ``amberkit
                submit <store> <content hash>`` and is known only once all is rendered.
            connection: The agency's own transaction, to be part of.

        Returns:
            The content hash, which `approve` takes.

        Raises:
            DeskRefused: With the code ``ended``, ``old-revision``, ``no-channel``,
                ``channel-missing`` or ``not-verified``.
            RenderRefused: If plan and case do not belong together, or a form cannot be
                made for a channel.
        """
        now = aware_utc(now)
        if not self._channels:
            raise DeskRefused("no-channel", "the desk must be opened with its channels")
        package = compose_package(
            case,
            plan,
            agency=agency,
            channels=self._channels,
            languages=languages,
            mode=self._store.mode,
            photos=photos,
            wordings=wordings,
            now=now,
        )
        with self._store.transaction(connection) as work:
            refuse_unfit(work, package, self.outbox.read_lanes(work, case.id, now=now))
        self._store.keys.create(case.id)
        content_hash = package.content_hash(self._store.salt(case.id))
        # Outside of any transaction, for whoever signs or verifies may take a while.
        statement = f"submit {self._store.id} {content_hash}"
        self._verify(by, statement, sign(f"amberkit {statement}".encode()))
        with self._store.transaction(connection) as work:
            refuse_unfit(work, package, self.outbox.read_lanes(work, case.id, now=now))
            keep_draft(self._store, work, package, content_hash, by=by, now=now)
            note(self._store, work, "submitted", package, content_hash, by=by, now=now)
        return content_hash

    def review(self, case_id: str, *, connection: object | None = None) -> Review:
        """Return the latest submission of a case, as it would go out.

        Raises:
            DeskRefused: With the code ``no-such-case``, or ``erased``.
        """
        with self._store.transaction(connection) as work:
            row = latest_draft(work, checked(case_id))
            return review_of(self._store, row, age=self._approval_age)

    def approve(
        self,
        content_hash: str,
        *,
        by: Principal,
        now: dt.datetime,
        signature: bytes | None = None,
        connection: object | None = None,
    ) -> None:
        """Let out what *content_hash* stands for: the second of two signatures.

        Every stage is queued for its time, and every lane's ending is armed, in this
        one transaction. An earlier revision is replaced.

        Args:
            content_hash: Of the latest submission, as `review` shows it.
            by: Who approves; not who submitted.
            now: The current time.
            signature: Under ``amberkit approve <store> <content hash>``.
            connection: The agency's own transaction, to be part of.

        Raises:
            DeskRefused: With the code ``no-such-submission``, ``same-person``,
                ``too-old``, ``already-approved``, ``ended``, ``expired`` or
                ``not-verified``.
        """
        now = aware_utc(now)
        self._verify(by, f"approve {self._store.id} {content_hash}", signature)
        with self._store.transaction(connection) as work:
            row = approvable(work, content_hash, by=by, now=now, age=self._approval_age)
            package = unseal_draft(self._store, row)
            salt = self._store.salt(row.case_id)
            if package.content_hash(salt) != content_hash:
                raise DeskRefused("tampered", "the submission must be made again")
            work.change(
                update(DRAFT)
                .where(DRAFT.c.content_hash == content_hash)
                .values(approved=to_us(now), approved_by=by.id)
            )
            self._releases.release(
                work,
                Release(
                    case_id=package.case_id,
                    revision=package.revision,
                    mode=package.mode,
                    content_hash=content_hash,
                    expires=package.expires,
                    expiry_ending=EXPIRY.wording,
                    withdraw=EXPIRY.withdraw,
                ),
                tuple(
                    package.contents(
                        after=self._releases.last_version(work, package.case_id)
                    )
                ),
                now=now,
            )
            note(self._store, work, "approved", package, content_hash, by=by, now=now)

    def end(
        self,
        case_id: str,
        *,
        reason: Reason,
        by: Principal,
        now: dt.datetime,
        signature: bytes | None = None,
        connection: object | None = None,
    ) -> Ended:
        """End a case: nothing of it is published from here on, and its endings go out.

        One person suffices, in any state; ending twice is no error, and the first
        reason counts. Where the verifier gives no answer the ending is accepted and
        marked.

        Args:
            case_id: The case.
            reason: Why; `ENDINGS` says what follows from it.
            by: Who ends it.
            now: The current time.
            signature: Under ``amberkit end <store> <case> <reason>``.
            connection: The agency's own transaction, to be part of.

        Raises:
            DeskRefused: With the code ``no-such-case`` or ``not-verified``.
        """
        now, case_id = aware_utc(now), checked(case_id)
        if not isinstance(reason, Reason):
            raise InvalidValue("reason", "a Reason")
        statement, is_verified = f"end {self._store.id} {case_id} {reason.value}", True
        try:
            self._verify(by, statement, signature)
        except DeskRefused:
            raise
        except Exception:
            # Whatever keeps a verifier from answering must not keep an ending back.
            is_verified = False
        follows = ENDINGS[reason]
        with self._store.transaction(connection) as work:
            row = read_case(work, case_id)
            release = find_release(work, case_id)
            self._releases.end(
                work,
                case_id,
                ending=follows.wording,
                withdraw=follows.withdraw,
                now=now,
            )
            is_first = row.ended is None
            if is_first:
                work.change(
                    update(CASE)
                    .where(CASE.c.case_id == case_id)
                    .values(
                        ended=to_us(now),
                        reason=reason.value,
                        verified=int(is_verified),
                        erase_due=to_us(now + follows.erase_after),
                    )
                )
            self._store.append(
                work,
                case_id=case_id,
                at=now,
                event="ended" if is_first else "ended.again",
                actor=by.id,
                codes=(("reason", reason.value), ("verified", int(is_verified))),
            )
            beat = self.outbox.read_heartbeat(work)
        return Ended(
            case_id=CaseId(case_id),
            is_first=is_first and (release is None or now < release.expires),
            reason=row.reason or reason.value,
            is_verified=is_verified,
            dispatcher_is_alive=beat is not None and abs(now - beat) <= ALIVE,
        )

    def settle(
        self,
        case_id: str,
        channel: str,
        found: Settled,
        *,
        by: Principal,
        now: dt.datetime,
        signature: bytes | None = None,
        connection: object | None = None,
    ) -> None:
        """Note what a person has found out about a channel.

        What is signed is ``amberkit settle <store> <case> <channel> <found>``.

        Raises:
            DeskRefused: With the code ``not-verified``.
            PublishRefused: If there is no such lane, an attempt is in flight, or the
                lane does not wait for a person.
        """
        now, case_id = aware_utc(now), checked(case_id)
        if not isinstance(found, Settled):
            raise InvalidValue("found", "a Settled")
        if not channel.isascii():
            raise PublishRefused("no-such-lane", "the channel must show the case")
        self._verify(
            by, f"settle {self._store.id} {case_id} {channel} {found.value}", signature
        )
        with self._store.transaction(connection) as work:
            self._releases.settle(work, case_id, channel, found, now=now)
            self._store.append(
                work,
                case_id=case_id,
                at=now,
                event="settled",
                actor=by.id,
                codes=(("channel", channel), ("found", found.value)),
            )

    def erase(
        self,
        case_id: str,
        *,
        by: Principal,
        now: dt.datetime,
        signature: bytes | None = None,
        connection: object | None = None,
    ) -> None:
        """Destroy the key of a case that is not live, and every row that it sealed.

        Endings and withdrawals go on: they name nobody. With ``connection=`` the rows
        go with the agency's commit, and the key with the next `sweep`. What is signed
        is ``amberkit erase <store> <case>``.

        Raises:
            DeskRefused: With the code ``no-such-case``, ``not-ended`` or
                ``not-verified``.
        """
        now, case_id = aware_utc(now), checked(case_id)
        self._verify(by, f"erase {self._store.id} {case_id}", signature)
        with self._store.transaction(connection) as work:
            row = read_case(work, case_id)
            release = find_release(work, case_id)
            is_live = release is not None and now < release.expires
            if row.ended is None and is_live:
                raise DeskRefused("not-ended", "the case must be ended first")
            if row.erase_begun is None:
                begin_erasure(
                    work, self._store, self._releases, case_id, now=now, by=by.id
                )
        if connection is None:
            finish_erasure(self._store, case_id, now=now)

    def sweep(self, *, now: dt.datetime) -> tuple[CaseId, ...]:
        """Erase what is due, and finish every erasure that was begun; return the cases.

        A case is due a while after it has ended, as `ENDINGS` says; one that has
        expired counts as ended then, and one that nobody approved within a day as well.

        Raises:
            StoreRefused: If a key cannot be destroyed; all the others have been.
        """
        now, done, failed = aware_utc(now), [], None
        with self._store.transaction() as work:
            for case_id in due_for_erasure(work, now=now, after=EXPIRY.erase_after):
                begin_erasure(work, self._store, self._releases, case_id, now=now)
            begun = begun_erasures(work)
        for case_id in begun:
            try:
                finish_erasure(self._store, case_id, now=now)
                done.append(case_id)
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return tuple(done)

    def status(
        self, case_id: str, *, now: dt.datetime, connection: object | None = None
    ) -> CaseStatus:
        """Return how a case stands: every lane, and who must act.

        Raises:
            DeskRefused: With the code ``no-such-case``.
        """
        with self._store.transaction(connection) as work:
            return read_status(work, self.outbox, checked(case_id), now=aware_utc(now))

    def audit(self) -> Mapping[CaseId, Sequence[Entry]]:
        """Return the audit chain of every case, as it is stored, not yet verified."""
        with self._store.transaction() as work:
            chains = self._store.entries(work)
        return {CaseId(case_id): chain for case_id, chain in chains.items()}

    def cases(self) -> tuple[CaseId, ...]:
        """Return every case of the store, erased ones too, ordered by id."""
        with self._store.transaction() as work:
            return all_cases(work)

    def _verify(
        self, principal: Principal, statement: str, signature: bytes | None
    ) -> None:
        signed = f"amberkit {statement}".encode(errors="backslashreplace")
        if not self._verifier.verify(principal, signed, signature):
            says = f"the signature must be that of {principal.id} under: {signed!r}"
            raise DeskRefused("not-verified", says)
