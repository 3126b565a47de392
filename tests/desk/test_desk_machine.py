"""Whatever people, channels and clocks do: what the desk promises holds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import ClassVar

import attrs
import pytest
from desk_samples import CHIEF, MINUTE, OFFICER, OTHER, Receiver, Seals, Setup, inline
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from amberkit.desk import Desk, DeskRefused, State, VerifierUnreachable
from amberkit.messages import Operation
from amberkit.publish import Dispatcher, PublishRefused, Settled
from amberkit.publish.sql._tables import CONTENT
from amberkit.render import ENDINGS, load_wording
from amberkit.values import Audience, Mode, Reason

CASES = ("MA-TEST-1", "MA-TEST-2", "MA-TEST-3")
MOSTLY = st.sampled_from([True, True, True, True, True, False])
PEOPLE = st.sampled_from([OFFICER, CHIEF, OTHER])
BEHAVIOR = st.lists(
    st.sampled_from(["accepted", "lost", "dropped", "deferred", "rejected", "unknown"]),
    max_size=4,
)


@attrs.define
class Model:
    """What a person would note down of one case."""

    revision: int = 0
    submitted: dict = attrs.field(factory=dict)
    """By hash: who, when, the texts for each channel."""

    approved: str | None = None
    ended: dt.datetime | None = None
    expires: dt.datetime | None = None
    erased: bool = False


@pytest.fixture(scope="module")
def machine(case, plan, agency):
    wordings = [attrs.evolve(load_wording("fr"), reviewed_by="reviewer-1")]
    stages = plan.stages[:2]
    short = attrs.evolve(plan, stages=stages)

    class DeskMachine(RuleBasedStateMachine):
        counts: ClassVar = Counter()

        def __init__(self):
            super().__init__()
            # CAP has what is filled in when it is first sent, and must not change.
            both = frozenset({"text/plain", "application/cap+xml"})
            self.setup = Setup(mode=Mode.LIVE, services=Receiver(forms=both))
            self.seals = Seals()
            self.desk = Desk.open(
                "sqlite://",
                mode=Mode.LIVE,
                channels=self.setup.channels,
                verifier=self.seals,
            )
            self.models = {name: Model() for name in CASES}
            self.now = plan.made
            self.checked = {"public": 0, "services": 0}
            self.ended_by_now = {}

        def sign(self, person, act, honest):
            return self.sign_bytes(person, f"amberkit {act}".encode(), honest)

        def sign_bytes(self, person, statement, honest):
            signer = person if honest else attrs.evolve(person, id="mallory")
            return self.seals.sign(signer, statement)

        @staticmethod
        def must(condition):
            assert condition

        # --- what people do ---------------------------------------------------------

        @rule(
            name=st.sampled_from(CASES),
            by=PEOPLE,
            step=st.sampled_from([0, 1, 1]),
            honest=MOSTLY,
            reachable=MOSTLY,
        )
        def submit(self, name, by, step, honest, reachable):
            self.seals.reachable = reachable
            self.submit_as(name, by, step, honest)

        def submit_as(self, name, by, step, honest):
            model = self.models[name]
            revision = max(1, model.revision + step)
            this = attrs.evolve(case, id=name, revision=revision)
            planned = self.plan_now(name, revision)
            try:
                content_hash = self.desk.submit(
                    this,
                    planned,
                    agency=agency,
                    languages=("fr",),
                    by=by,
                    now=self.now,
                    wordings=wordings,
                    sign=lambda statement: self.sign_bytes(by, statement, honest),
                )
            except DeskRefused as refused:
                expected = {
                    "not-verified": not honest,
                    "old-revision": revision <= self.live_revision(name),
                    "ended": model.ended or model.erased,
                }
                self.must(expected[refused.code])
                return
            except VerifierUnreachable:
                assert not self.seals.reachable
                return
            assert honest
            review = self.desk.review(name)
            assert review.content_hash == content_hash
            model.revision = revision
            model.submitted[content_hash] = (by.id, self.now, review.package)

        def plan_now(self, name, revision):
            later = self.now - short.made
            return attrs.evolve(
                short,
                case_id=name,
                revision=revision,
                made=self.now,
                expires=short.expires + later,
                stages=tuple(
                    attrs.evolve(s, starts=s.starts + later, ends=s.ends + later)
                    for s in short.stages
                ),
                services=attrs.evolve(
                    short.services,
                    starts=self.now,
                    ends=short.services.ends + later,
                ),
            )

        @rule(name=st.sampled_from(CASES))
        def authorise(self, name):
            """As it should go: one submits, another approves at once."""
            self.seals.reachable = True
            before = set(self.models[name].submitted)
            self.submit_as(name, OFFICER, 1, True)
            for content_hash in set(self.models[name].submitted) - before:
                self.approve_as(name, content_hash, CHIEF, True)

        def live_revision(self, name):
            model = self.models[name]
            if model.approved is None:
                return 0
            return model.submitted[model.approved][2].revision

        @precondition(lambda self: any(m.submitted for m in self.models.values()))
        @rule(
            data=st.data(),
            by=PEOPLE,
            honest=MOSTLY,
            reachable=MOSTLY,
        )
        def approve(self, data, by, honest, reachable):
            self.seals.reachable = reachable
            pairs = [
                (name, content_hash)
                for name, model in self.models.items()
                for content_hash in model.submitted
            ]
            name, content_hash = data.draw(st.sampled_from(pairs[-4:]))
            self.approve_as(name, content_hash, by, honest)

        def approve_as(self, name, content_hash, by, honest):
            act = f"approve {self.desk.outbox.store} {content_hash}"
            try:
                self.desk.approve(
                    content_hash,
                    by=by,
                    now=self.now,
                    signature=self.sign(by, act, honest),
                )
            except (DeskRefused, VerifierUnreachable):
                return
            model = self.models[name]
            submitter, at, package = model.submitted[content_hash]
            assert honest
            assert submitter != by.id
            assert self.now - at <= dt.timedelta(minutes=30)
            assert model.ended is None
            model.approved = content_hash
            self.counts["approved"] += 1
            model.expires = package.expires

        @rule(
            name=st.sampled_from(CASES),
            by=PEOPLE,
            reason=st.sampled_from(Reason),
            honest=MOSTLY,
            reachable=MOSTLY,
        )
        def end(self, name, by, reason, honest, reachable):
            self.seals.reachable = reachable
            model = self.models[name]
            act = f"end {self.desk.outbox.store} {name} {reason.value}"
            try:
                done = self.desk.end(
                    name,
                    reason=reason,
                    by=by,
                    now=self.now,
                    signature=self.sign(by, act, honest),
                )
            except DeskRefused as refused:
                # In every state but before there is a case; never for a forger.
                expected = {
                    "not-verified": not honest,
                    "no-such-case": not model.revision,
                }
                self.must(expected[refused.code])
                return
            assert honest or not self.seals.reachable
            assert done.is_verified is self.seals.reachable
            model.ended = model.ended or self.now

        @rule(name=st.sampled_from(CASES), by=PEOPLE, reachable=MOSTLY)
        def erase(self, name, by, reachable):
            self.seals.reachable = reachable
            act = f"erase {self.desk.outbox.store} {name}"
            try:
                self.desk.erase(
                    name, by=by, now=self.now, signature=self.sign(by, act, True)
                )
            except (DeskRefused, VerifierUnreachable):
                assert (
                    self.is_live(name)
                    or not self.seals.reachable
                    or not (self.models[name].revision)
                )
                return
            assert not self.is_live(name)
            assert self.desk.status(name, now=self.now).state is State.ERASED
            self.models[name].erased = True

        @rule()
        def sweep(self):
            for name in self.desk.sweep(now=self.now):
                assert not self.is_live(name)
                self.models[name].erased = True

        @rule(
            name=st.sampled_from(CASES),
            channel=st.sampled_from(["public", "services"]),
        )
        def look(self, name, channel):
            """Somebody looks at the channel and says the truth."""
            self.seals.reachable = True
            receiver = getattr(self.setup, channel)
            if name in receiver.shown:
                found = Settled.SHOWN
            elif name in receiver.ended:
                found = Settled.ENDED
            else:
                found = Settled.GONE
            lanes = [
                s.lane
                for s in self.desk.outbox.lanes(name, now=self.now)
                if s.lane.channel == channel
            ]
            if found is Settled.SHOWN and receiver.shown[name] != lanes[0].version:
                return
            act = f"settle {self.desk.outbox.store} {name} {channel} {found.value}"
            try:
                self.desk.settle(
                    name,
                    channel,
                    found,
                    by=OTHER,
                    now=self.now,
                    signature=self.sign(OTHER, act, True),
                )
            except PublishRefused:
                assert not lanes or lanes[0].need is None

        # --- what the world does ------------------------------------------------------

        @rule(minutes=st.sampled_from([0, 1, 2, 3, 7, 20, 31, 600]))
        def pass_time(self, minutes):
            self.now += minutes * MINUTE

        @rule(public=BEHAVIOR, services=BEHAVIOR)
        def dispatch(self, public, services):
            self.setup.public.script[:] = public
            self.setup.services.script[:] = services
            self.drain()

        def drain(self):
            channels = self.setup.channels
            Dispatcher(self.desk.outbox, channels, crew=inline).drain(now=self.now)
            self.check_effects()

        def is_live(self, name):
            return self.models[name].approved is not None and not self.is_over(name)

        def is_over(self, name):
            model = self.models[name]
            expired = model.expires is not None and self.now >= model.expires
            return model.ended is not None or expired

        # --- what is promised -----------------------------------------------------------

        def check_effects(self):
            for channel in ("public", "services"):
                receiver = getattr(self.setup, channel)
                assert receiver.violations == []
                fresh = receiver.effects[self.checked[channel] :]
                self.checked[channel] = len(receiver.effects)
                for delivery in fresh:
                    assert delivery.audience is Audience(channel)
                    self.counts[delivery.operation.value] += 1
                    if delivery.operation is Operation.PUBLISH:
                        self.check_publish(channel, delivery)
                    else:
                        self.check_ending(channel, delivery)

        def check_publish(self, channel, delivery):
            model = self.models[delivery.case_id]
            # Approved by two, exactly this, not over.
            assert model.approved is not None
            assert not self.is_over(delivery.case_id)
            package = model.submitted[model.approved][2]
            texts = [
                dict(part.forms)["text/plain"]
                for part in package.parts
                if part.channel == channel and part.stage is not None
            ]
            assert delivery.form("text/plain") in texts
            private = "Réservé" in delivery.form("text/plain").decode()
            assert private is (channel == "services")

        def check_ending(self, channel, delivery):
            model = self.models[delivery.case_id]
            assert self.is_over(delivery.case_id)
            text = delivery.form("text/plain").decode()
            assert "Leïla" not in text
            assert not delivery.pictures
            assert model.approved is not None

        @invariant()
        def every_approved_alert_has_its_endings_armed(self):
            with self.desk.store.transaction() as work:
                rows = work.execute(
                    select(CONTENT.c.case_id, CONTENT.c.channel, CONTENT.c.ending)
                )
            armed = {(r.case_id, r.channel, r.ending) for r in rows}
            for name, model in self.models.items():
                if model.approved is not None:
                    for channel in ("public", "services"):
                        for ending in ENDINGS:
                            assert (name, channel, ending) in armed

        def teardown(self):
            # Once the channels answer, every ending arrives.
            self.seals.reachable = True
            for _ in range(12):
                self.now += 61 * MINUTE / 60
                self.drain()
            for name in CASES:
                if not self.is_over(name):
                    continue
                for status in self.desk.outbox.lanes(name, now=self.now):
                    assert status.closed
                assert name not in self.setup.public.shown
                assert name not in self.setup.services.shown
            assert self.desk.store.check() == ()
            self.desk.close()

    return DeskMachine


def test_nothing_goes_out_unless_two_people_approved_exactly_that(machine):
    examples = {25: 40, 100: 200, 2_000: 2_000}[settings().max_examples]
    profile = settings(max_examples=examples, stateful_step_count=50)
    run_state_machine_as_test(machine, settings=profile)

    # A machine that gets nowhere finds nothing.
    assert machine.counts["approved"] > examples / 2
    assert machine.counts["publish"] > examples / 3
    assert machine.counts["cancel"] > examples / 5
