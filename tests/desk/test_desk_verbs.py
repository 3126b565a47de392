"""Submit, review, approve, end, settle, status: what each does and refuses."""

import datetime as dt

import attrs
import pytest
from desk_samples import (
    CHIEF,
    MINUTE,
    OFFICER,
    OTHER,
    Receiver,
    Seals,
    Setup,
    inline,
)

from amberkit.desk import (
    ENDINGS,
    Acts,
    Desk,
    DeskRefused,
    State,
    VerifierUnreachable,
    acts_in,
)
from amberkit.desk._tables import DRAFT
from amberkit.errors import InvalidValue
from amberkit.messages import Operation
from amberkit.publish import (
    Channel,
    Dispatcher,
    Held,
    Need,
    PublishRefused,
    Settled,
)
from amberkit.render import ENDINGS as WORDINGS
from amberkit.render import RenderRefused
from amberkit.store import StoreRefused
from amberkit.values import Audience, Mode, Principal, Reason


def refused(code):
    return pytest.raises(DeskRefused, check=lambda error: error.code == code)


# --- opening ---------------------------------------------------------------------------


def test_a_live_desk_needs_a_verifier():
    with refused("no-verifier"):
        Desk.open("sqlite://", mode=Mode.LIVE)


def test_a_channel_of_another_mode_is_refused(setup):
    with refused("other-mode"):
        Desk.open("sqlite://", mode=Mode.TEST, channels=setup.channels)


def test_two_channels_of_one_name_are_refused(setup):
    with refused("same-name"):
        Desk.open("sqlite://", mode=Mode.EXERCISE, channels=setup.channels[:1] * 2)


# --- submit ----------------------------------------------------------------------------


def test_a_submission_is_nothing_that_goes_out(desk, submit, drain, setup, now):
    submit()

    assert drain(now) == 0
    assert setup.public.effects == []


def test_a_desk_without_channels_submits_nothing(case, plan, agency, now):
    with Desk.open("sqlite://", mode=Mode.EXERCISE) as desk, refused("no-channel"):
        desk.submit(case, plan, agency=agency, languages=("fr",), by=OFFICER, now=now)


def test_a_plan_of_another_case_is_refused(desk, case, short_plan, agency, now):
    other = attrs.evolve(case, id="MA-OTHER")

    with pytest.raises(RenderRefused):
        desk.submit(
            other, short_plan, agency=agency, languages=("fr",), by=OFFICER, now=now
        )
    with refused("no-such-case"):
        desk.review("MA-OTHER")


def test_submitting_again_replaces_what_was_not_approved(desk, submit, now):
    first = submit()
    second = submit(languages=("fr",))

    with refused("no-such-submission"):
        desk.approve(first, by=CHIEF, now=now)
    desk.approve(second, by=CHIEF, now=now)
    assert desk.review(desk.cases()[0]).approved_by == CHIEF.id


def test_the_same_submission_has_the_same_hash_and_another_case_another(
    desk, submit, case, short_plan, agency, now
):
    this, again = submit(), submit()
    other = desk.submit(
        attrs.evolve(case, id="MA-OTHER"),
        attrs.evolve(short_plan, case_id="MA-OTHER"),
        agency=agency,
        languages=("ar", "fr"),
        by=OFFICER,
        now=now,
    )

    assert this == again
    assert other != this
    assert len(this) == 64


def test_a_revision_that_is_live_cannot_be_submitted_again(desk, submit, approved):
    with refused("old-revision"):
        submit()


# --- review ------------------------------------------------------------------------------


def test_a_review_shows_what_goes_out_byte_for_byte(
    desk, submit, setup, drain, case, now
):
    content_hash = submit()
    review = desk.review(case.id)

    desk.approve(content_hash, by=CHIEF, now=now)
    drain(now)

    sent = {d.form("text/plain") for d in setup.public.effects}
    parts = [p for p in review.package.parts if p.channel == "public"]
    assert review.content_hash == content_hash
    assert review.submitted_by == OFFICER.id
    assert review.approvable_until == now + 30 * MINUTE
    assert review.approved is None
    assert sent == {dict(parts[0].forms)["text/plain"]}
    assert [p.stage for p in parts] == [0, 1, None, None, None, None]
    assert [p.ending for p in parts[2:]] == list(WORDINGS)


def test_a_review_says_nothing_of_the_child_when_it_is_printed(desk, submit, case):
    submit()

    shown = repr(desk.review(case.id))

    assert "Leïla" not in shown
    assert "ليلى" not in shown


# --- approve -----------------------------------------------------------------------------


@pytest.mark.parametrize("spelled", [OFFICER.id, OFFICER.id.upper()])
def test_nobody_approves_what_he_submitted(desk, submit, now, spelled):
    with refused("same-person"):
        desk.approve(submit(), by=Principal(spelled, "commissioner"), now=now)


@pytest.mark.parametrize("minutes", [-1, 31])
def test_a_submission_ages(desk, submit, now, minutes):
    with refused("too-old"):
        desk.approve(submit(), by=CHIEF, now=now + minutes * MINUTE)


def test_an_approval_is_given_once(desk, approved, now):
    with refused("already-approved"):
        desk.approve(approved, by=OTHER, now=now)


def test_an_ended_case_cannot_be_approved(desk, submit, case, now):
    content_hash = submit()
    desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OTHER, now=now)

    with refused("ended"):
        desk.approve(content_hash, by=CHIEF, now=now)
    with refused("ended"):
        submit(revision=2)


def test_what_has_expired_cannot_be_approved(setup, case, short_plan, agency):
    soon = attrs.evolve(short_plan, expires=short_plan.made + 10 * MINUTE)
    with Desk.open("sqlite://", mode=Mode.EXERCISE, channels=setup.channels) as desk:
        content_hash = desk.submit(
            case, soon, agency=agency, languages=("fr",), by=OFFICER, now=soon.made
        )

        with refused("expired"):
            desk.approve(content_hash, by=CHIEF, now=soon.expires)


def test_a_revision_cannot_follow_an_alert_that_has_expired(
    desk, submit, approved, short_plan, case
):
    late = short_plan.expires - MINUTE
    content_hash = submit(now=late, revision=2)

    with refused("expired"):
        desk.approve(content_hash, by=CHIEF, now=late + MINUTE)


def test_what_was_changed_in_the_store_is_not_approved(desk, submit, case, now):
    content_hash = submit()
    review = desk.review(case.id)
    other = attrs.evolve(review.package, expires=now + dt.timedelta(days=300))
    with desk.store.transaction() as work:
        (row,) = work.execute(DRAFT.select())
        context = f"package:{row.revision}:{row.submitted}:{row.submitted_by}"
        body = desk.store.seal(case.id, context, other.canonical())
        work.change(DRAFT.update().values(body=body))

    with refused("tampered"):
        desk.approve(content_hash, by=CHIEF, now=now)


@pytest.mark.parametrize(
    "column", [{"submitted_by": "ghost"}, {"submitted": 1_795_366_800_000_001}]
)
def test_who_submitted_and_when_cannot_be_changed_in_the_store(
    desk, submit, now, column
):
    content_hash = submit()
    with desk.store.transaction() as work:
        work.change(DRAFT.update().values(**column))

    with pytest.raises(StoreRefused, check=lambda e: e.code == "tampered"):
        desk.approve(content_hash, by=OTHER, now=now + MINUTE)


def test_stages_go_out_at_their_times_and_the_services_are_told_once(
    desk, approved, drain, setup, now
):
    drain(now)
    at_once = len(setup.public.effects)
    drain(now + 5 * MINUTE)
    before = len(setup.public.effects)
    drain(now + 6 * MINUTE)

    assert (at_once, before, len(setup.public.effects)) == (1, 1, 2)
    assert len(setup.services.effects) == 1
    assert [d.version for d in setup.public.effects] == [1, 2]
    assert setup.public.effects[1].previous == "ref-1"


def test_a_revision_leaves_the_live_one_alone_until_it_is_approved(
    desk, approved, submit, drain, setup, now, case
):
    drain(now)
    content_hash = submit(now=now + MINUTE, revision=2)
    drain(now + MINUTE)
    pending = desk.status(case.id, now=now + MINUTE)
    assert len(setup.public.effects) == 1
    assert (pending.revision, pending.content_hash) == (1, approved)
    assert (pending.pending_revision, pending.pending_hash) == (2, content_hash)
    assert pending.alarms == ("a second person must approve revision 2",)

    desk.approve(content_hash, by=CHIEF, now=now + 2 * MINUTE)
    drain(now + 2 * MINUTE)

    assert [d.version for d in setup.public.effects] == [1, 4]
    assert desk.status(case.id, now=now).revision == 2
    drain(now + 6 * MINUTE)
    assert [d.version for d in setup.public.effects] == [1, 4, 5]


# --- signatures --------------------------------------------------------------------------


@pytest.fixture
def signed(setup):
    seals = Seals()
    with Desk.open(
        "sqlite://", mode=Mode.EXERCISE, channels=setup.channels, verifier=seals
    ) as desk:
        yield desk, seals


def test_without_a_valid_signature_nothing_is_submitted(
    signed, case, short_plan, agency, now
):
    desk, _ = signed
    with refused("not-verified"):
        desk.submit(
            case, short_plan, agency=agency, languages=("fr",), by=OFFICER, now=now
        )
    assert desk.cases() == ()


def submit_signed(desk, seals, case, plan, agency, now):
    return desk.submit(
        case,
        plan,
        agency=agency,
        languages=("fr",),
        by=OFFICER,
        now=now,
        sign=lambda statement: seals.sign(OFFICER, statement),
    )


def test_a_signature_under_one_submission_is_none_under_another(
    signed, case, short_plan, agency, now
):
    """Nobody can submit in somebody's name what he has not seen."""
    desk, seals = signed
    seen = []

    def sign(statement):
        seen.append(statement)
        return seals.sign(OFFICER, statement)

    arguments = {"agency": agency, "by": OFFICER, "now": now}
    content_hash = desk.submit(
        case, short_plan, languages=("fr",), sign=sign, **arguments
    )
    assert seen == [f"amberkit submit {desk.store.id} {content_hash}".encode()]
    old = seals.sign(OFFICER, seen[0])
    with refused("not-verified"):
        desk.submit(
            case, short_plan, languages=("ar",), sign=lambda _: old, **arguments
        )
    assert desk.review(case.id).content_hash == content_hash


def test_an_approval_of_another_hash_is_no_approval(
    signed, case, short_plan, agency, now
):
    desk, seals = signed
    content_hash = submit_signed(desk, seals, case, short_plan, agency, now)
    other = f"amberkit approve {desk.store.id} {'0' * 64}".encode()

    with refused("not-verified"):
        desk.approve(
            content_hash, by=CHIEF, now=now, signature=seals.sign(CHIEF, other)
        )
    seals.reachable = False
    with pytest.raises(VerifierUnreachable):
        desk.approve(content_hash, by=CHIEF, now=now, signature=b"")


def test_an_ending_is_accepted_where_the_verifier_is_out_of_reach(
    signed, case, short_plan, agency, now
):
    desk, seals = signed
    submit_signed(desk, seals, case, short_plan, agency, now)

    with refused("not-verified"):
        desk.end(case.id, reason=Reason.MERGED, by=OTHER, now=now, signature=b"no")
    seals.reachable = False
    done = desk.end(case.id, reason=Reason.MERGED, by=OTHER, now=now, signature=b"no")

    assert not done.is_verified
    assert "without a verified signature" in desk.status(case.id, now=now).alarms[0]


# --- end ---------------------------------------------------------------------------------


def test_every_reason_has_an_ending_that_can_be_rendered():
    assert set(ENDINGS) == set(Reason)
    assert {e.wording for e in ENDINGS.values()} == set(WORDINGS)


def test_ending_a_case_that_was_never_submitted_is_refused(desk, now):
    with refused("no-such-case"):
        desk.end("MA-NONE", reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)


@pytest.mark.parametrize("reason", Reason)
def test_the_reason_decides_what_is_said(
    desk, approved, drain, setup, case, now, reason
):
    drain(now)
    done = desk.end(case.id, reason=reason, by=OFFICER, now=now + MINUTE)
    drain(now + MINUTE)

    cancel = setup.public.effects[1]
    package = desk.review(case.id).package
    wanted = next(
        p.forms
        for p in package.parts
        if p.channel == "public" and p.ending == ENDINGS[reason].wording
    )
    assert done.is_first
    assert cancel.operation is Operation.CANCEL
    assert cancel.forms == wanted
    assert setup.public.effects[2].operation is Operation.WITHDRAW
    assert desk.status(case.id, now=now + MINUTE).is_closed


def test_the_first_reason_counts(desk, approved, drain, setup, case, now):
    drain(now)
    desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)
    again = desk.end(case.id, reason=Reason.ISSUED_IN_ERROR, by=CHIEF, now=now)
    drain(now)

    assert not again.is_first
    assert again.reason == "located_safe"
    assert desk.status(case.id, now=now).reason == "located_safe"
    assert len(setup.public.effects) == 3


def test_what_never_went_out_needs_no_ending(desk, approved, drain, setup, case, now):
    desk.end(case.id, reason=Reason.ISSUED_IN_ERROR, by=OFFICER, now=now)

    assert drain(now) == 0
    assert desk.status(case.id, now=now).is_closed
    assert setup.public.effects == []


def test_an_alert_that_nobody_ends_ends_by_itself(
    desk, approved, drain, setup, case, short_plan, now
):
    drain(now)
    drain(short_plan.expires - MINUTE)
    before = setup.public.effects[-1].operation
    drain(short_plan.expires)

    status = desk.status(case.id, now=short_plan.expires)
    assert before is Operation.PUBLISH
    assert [d.operation for d in setup.public.effects[-2:]] == [
        Operation.CANCEL,
        Operation.WITHDRAW,
    ]
    assert status.state is State.EXPIRED
    assert status.is_closed
    done = desk.end(
        case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=short_plan.expires
    )
    assert not done.is_first


def test_ending_says_whether_a_dispatcher_is_alive(desk, approved, drain, case, now):
    drain(now)
    soon = desk.end(case.id, reason=Reason.MERGED, by=OFFICER, now=now + MINUTE / 6)
    later = desk.end(case.id, reason=Reason.MERGED, by=OFFICER, now=now + MINUTE)

    assert soon.dispatcher_is_alive
    assert not later.dispatcher_is_alive
    alarms = desk.status(case.id, now=now + MINUTE).alarms
    assert "no dispatcher is alive" in alarms


# --- settle and status -------------------------------------------------------------------


def blind(setup):
    setup.public = Receiver(dedupe="none")
    return setup


def test_a_person_settles_what_nobody_else_can_know(case, short_plan, agency, now):

    setup = blind(Setup())

    with Desk.open("sqlite://", mode=Mode.EXERCISE, channels=setup.channels) as desk:
        content_hash = desk.submit(
            case, short_plan, agency=agency, languages=("fr",), by=OFFICER, now=now
        )
        desk.approve(content_hash, by=CHIEF, now=now)
        setup.public.script = ["lost"]
        dispatcher = Dispatcher(desk.outbox, setup.channels, crew=inline)
        dispatcher.drain(now=now)
        dispatcher.drain(now=now + 3 * MINUTE)

        waiting = desk.status(case.id, now=now + 3 * MINUTE)
        lane = waiting.lanes[0]
        assert lane.lane.held is Held.MAYBE
        assert lane.lane.need is Need.UNANSWERED
        assert acts_in(lane) is Acts.PERSON
        assert any("nobody knows" in alarm for alarm in waiting.alarms)

        desk.settle(case.id, "public", Settled.SHOWN, by=OTHER, now=now + 3 * MINUTE)
        after = desk.status(case.id, now=now + 3 * MINUTE)
        assert after.lanes[0].lane.held is Held.CONTENT
        assert acts_in(after.lanes[0]) is Acts.NOBODY
        assert len(setup.public.effects) == 1


def test_a_status_says_who_must_act(desk, submit, drain, case, now):
    content_hash = submit()
    submitted = desk.status(case.id, now=now)
    desk.approve(content_hash, by=CHIEF, now=now)
    waiting = desk.status(case.id, now=now)
    drain(now)
    served = desk.status(case.id, now=now)

    assert submitted.state is State.SUBMITTED
    assert submitted.alarms == ("a second person must approve revision 1",)
    assert submitted.lanes == ()
    assert not submitted.is_closed
    assert waiting.state is State.ACTIVE
    assert [acts_in(lane) for lane in waiting.lanes] == [Acts.DISPATCHER] * 2
    assert waiting.alarms == ("no dispatcher is alive",)
    assert [acts_in(lane) for lane in served.lanes] == [Acts.NOBODY] * 2
    assert served.alarms == ()
    assert (served.submitted_by, served.approved_by) == (OFFICER.id, CHIEF.id)


def test_what_ended_before_it_was_ever_published_is_told(
    desk, approved, drain, setup, case, now
):
    setup.public.script = ["deferred"]
    drain(now)
    desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)
    drain(now)

    alarms = desk.status(case.id, now=now).alarms
    assert alarms == ("public: it ended before it was ever published",)


def test_a_status_of_no_case_is_refused(desk, now):
    with refused("no-such-case"):
        desk.status("MA-NONE", now=now)


def test_the_services_see_what_the_public_may_not(desk, approved, drain, setup, now):
    drain(now)

    public = setup.public.effects[0].form("text/plain").decode()
    services = setup.services.effects[0].form("text/plain").decode()
    assert "2017" in services
    assert "2017" not in public


def test_a_channel_gets_no_more_pictures_than_it_takes(
    case, short_plan, agency, now, examples
):
    setup = Setup(services=Receiver(pictures=0))
    photo = (examples / "casablanca-child.png").read_bytes()
    digest = case.children[0].photographs[0].sha256.reveal()

    with Desk.open("sqlite://", mode=Mode.EXERCISE, channels=setup.channels) as desk:
        content_hash = desk.submit(
            case,
            short_plan,
            agency=agency,
            languages=("fr",),
            by=OFFICER,
            now=now,
            photos={digest: photo},
        )
        desk.approve(content_hash, by=CHIEF, now=now)
        Dispatcher(desk.outbox, setup.channels, crew=inline).drain(now=now)

    assert [len(d.pictures) for d in setup.public.effects] == [1]
    assert [len(d.pictures) for d in setup.services.effects] == [0]
    assert setup.public.effects[0].pictures[0].media_type == "image/jpeg"
    assert setup.public.effects[0].audience is Audience.PUBLIC


def test_a_channel_that_does_not_change_is_not_sent_to_twice(
    case, short_plan, agency, now
):
    """No phone rings twice for nothing."""
    setup = Setup(public=Receiver(forms=frozenset({"text/plain"})))
    same = attrs.evolve(
        short_plan,
        stages=(
            short_plan.stages[0],
            attrs.evolve(
                short_plan.stages[0], index=1, starts=short_plan.stages[1].starts
            ),
        ),
    )
    with Desk.open("sqlite://", mode=Mode.EXERCISE, channels=setup.channels) as desk:
        desk.submit(case, same, agency=agency, languages=("fr",), by=OFFICER, now=now)
        parts = desk.review(case.id).package.parts

    assert [p.stage for p in parts if p.channel == "public"][:2] == [0, None]


def submit_to(url, channels, revision, case, plan, agency, now):
    with Desk.open(url, mode=Mode.EXERCISE, channels=channels) as desk:
        content_hash = desk.submit(
            attrs.evolve(case, revision=revision),
            attrs.evolve(plan, revision=revision),
            agency=agency,
            languages=("fr",),
            by=OFFICER,
            now=now,
        )
        desk.approve(content_hash, by=CHIEF, now=now)
        Dispatcher(desk.outbox, channels, crew=inline).drain(now=now)


def test_a_channel_can_join_with_a_later_revision_but_none_can_leave(
    tmp_path, setup, case, short_plan, agency, now
):
    url = f"sqlite:///{tmp_path}/alerts.db"
    extra = Channel(
        name="extra",
        publisher=Receiver(),
        mode=Mode.EXERCISE,
        audience=Audience.PUBLIC,
    )
    every = (*setup.channels, extra)
    submit_to(url, setup.channels, 1, case, short_plan, agency, now)
    submit_to(url, every, 2, case, short_plan, agency, now)
    with refused("channel-missing"):
        submit_to(url, every[1:], 3, case, short_plan, agency, now)

    with Desk.open(url, mode=Mode.EXERCISE, channels=every) as desk:
        desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=now)
        Dispatcher(desk.outbox, every, crew=inline).drain(now=now)
        assert desk.status(case.id, now=now).is_closed
    assert setup.services.effects[-1].operation is Operation.WITHDRAW
    assert extra.publisher.effects[-1].operation is Operation.WITHDRAW


def test_a_channel_that_never_showed_anything_may_be_left_out(
    tmp_path, setup, case, short_plan, agency, now
):
    url = f"sqlite:///{tmp_path}/alerts.db"
    setup.public.script = ["deferred"]
    submit_to(url, setup.channels, 1, case, short_plan, agency, now)
    submit_to(url, setup.channels[1:], 2, case, short_plan, agency, now)

    assert [d.version for d in setup.services.effects] == [1, 4]


# --- what is no argument -------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["\udcff", "a b", "", 2**70, None])
def test_what_is_no_case_id_is_told(desk, now, bad):
    for verb in (
        lambda: desk.end(bad, reason=Reason.MERGED, by=OFFICER, now=now),
        lambda: desk.erase(bad, by=OFFICER, now=now),
        lambda: desk.status(bad, now=now),
        lambda: desk.review(bad),
        lambda: desk.settle(bad, "public", Settled.GONE, by=OFFICER, now=now),
    ):
        with pytest.raises(InvalidValue, match="case id"):
            verb()


@pytest.mark.parametrize("bad", ["\udcff", "abc", "G" * 64, None])
def test_what_is_no_hash_is_no_submission(desk, now, bad):
    with refused("no-such-submission"):
        desk.approve(bad, by=CHIEF, now=now)


def test_what_is_no_reason_and_no_finding_is_told(desk, approved, case, now):
    with pytest.raises(InvalidValue, match="a Reason"):
        desk.end(case.id, reason="located_safe", by=OFFICER, now=now)
    with pytest.raises(InvalidValue, match="a Settled"):
        desk.settle(case.id, "public", "gone", by=OFFICER, now=now)
    for channel in ("\udcff", "nowhere"):
        with pytest.raises(PublishRefused, check=lambda e: e.code == "no-such-lane"):
            desk.settle(case.id, channel, Settled.GONE, by=OTHER, now=now)
    with pytest.raises(PublishRefused, check=lambda e: e.code == "no-need"):
        desk.settle(case.id, "public", Settled.GONE, by=OTHER, now=now)


def test_whatever_a_verifier_raises_an_ending_is_accepted(
    signed, case, short_plan, agency, now
):
    desk, seals = signed
    submit_signed(desk, seals, case, short_plan, agency, now)

    def break_down(*_):
        raise ConnectionRefusedError

    seals.verify = break_down
    done = desk.end(case.id, reason=Reason.MERGED, by=OTHER, now=now)
    assert not done.is_verified


# --- alarms --------------------------------------------------------------------------------


def test_a_lane_that_gets_nowhere_calls_somebody(
    desk, approved, drain, setup, case, now
):
    setup.public.script = ["deferred"] * 9
    for minutes in (0, 1, 2, 3):
        drain(now + minutes * MINUTE)
    late = desk.status(case.id, now=now + 3 * MINUTE).alarms
    setup.public.script = []
    drain(now + 4 * MINUTE)
    setup.public.script = ["deferred"] * 9
    desk.end(case.id, reason=Reason.MERGED, by=OFFICER, now=now + 5 * MINUTE)
    for minutes in (5, 6, 15):
        drain(now + minutes * MINUTE)

    assert late == ("public: not published for 3 min",)
    assert desk.status(case.id, now=now + 15 * MINUTE).alarms == (
        "public: not confirmed as ended for 10 min",
    )


def test_an_ending_after_the_expiry_still_decides_what_is_said(
    desk, approved, drain, setup, case, short_plan, now
):
    drain(now)
    late = short_plan.expires + MINUTE
    done = desk.end(case.id, reason=Reason.DECEASED, by=OFFICER, now=late)
    drain(late)

    text = setup.public.effects[-2].form("text/plain").decode()
    parts = desk.review(case.id).package.parts
    over = next(p for p in parts if p.ending == "over" and p.channel == "public")
    assert not done.is_first
    assert text == dict(over.forms)["text/plain"].decode()


def test_after_an_ending_nothing_is_published_whatever_the_clock_says(
    desk, approved, drain, setup, case, short_plan, now
):
    drain(now)
    ahead = short_plan.expires + MINUTE
    desk.end(case.id, reason=Reason.LOCATED_SAFE, by=OFFICER, now=ahead)
    drain(now + 10 * MINUTE)

    assert [d.operation for d in setup.public.effects] == [
        Operation.PUBLISH,
        Operation.CANCEL,
        Operation.WITHDRAW,
    ]
