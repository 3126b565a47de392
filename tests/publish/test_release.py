"""The one predicate that lets something out, all of it."""

import datetime as dt
import itertools

import pytest

from amberkit.messages import Operation
from amberkit.publish import Refusal, release_refusal
from amberkit.values import Audience, Mode

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
MOMENT = dt.timedelta(microseconds=1)


def may_go_out(operation, modes, audiences, approved, ended, left):
    """What the specification says, in one sentence."""
    return (
        modes in [(mode, mode, mode) for mode in Mode]
        and audiences in [(audience, audience) for audience in Audience]
        and (
            operation in (Operation.CANCEL, Operation.WITHDRAW)
            or (approved and not ended and left > dt.timedelta(0))
        )
    )


def explains(refusal, modes, audiences, approved, ended, left):
    """Whether the reason given is one that there is."""
    return {
        Refusal.OTHER_MODE: modes.count(modes[0]) != 3,
        Refusal.OTHER_AUDIENCE: audiences[0] != audiences[1],
        Refusal.NOT_APPROVED: not approved,
        Refusal.ENDED: ended,
        Refusal.EXPIRED: left <= dt.timedelta(0),
    }[refusal]


@pytest.mark.parametrize("operation", Operation)
def test_everything_that_may_go_out_does_and_nothing_else(operation):
    seen = set()
    for modes, audiences, approved, ended, left in itertools.product(
        itertools.product(Mode, repeat=3),
        itertools.product(Audience, repeat=2),
        (True, False),
        (True, False),
        (MOMENT, dt.timedelta(0), -MOMENT),
    ):
        refusal = release_refusal(
            operation,
            modes=modes,
            audiences=audiences,
            content_hash="one",
            approved_hash="one" if approved else "another",
            ended=ended,
            expires=NOW + left,
            now=NOW,
        )
        seen.add(refusal)
        facts = (modes, audiences, approved, ended, left)

        assert (refusal is None) == may_go_out(operation, *facts)
        assert refusal is None or explains(refusal, *facts)

    if operation is Operation.PUBLISH:
        assert seen == {None, *Refusal}
    else:
        assert seen == {None, Refusal.OTHER_MODE, Refusal.OTHER_AUDIENCE}
