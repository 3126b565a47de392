"""Who carries out attempts: the protocol of a crew, and the crew without processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from amberkit.publish._channel import Channel
from amberkit.publish._outbox import Answer, Claim
from amberkit.publish._protocol import Outcome, Receipt

__all__ = ["Crew", "InlineCrew", "answer_to"]


class Crew(Protocol):
    """Carries out claims for a dispatcher, each channel apart from the others.

    Every channel has as many workers as it takes deliveries side by side, and one more
    that takes only endings and withdrawals, so that these never queue behind a publish.
    """

    def idle(self, channel: str, *, reserved: bool) -> int:
        """Return how many workers of *channel* could start something at once."""
        ...

    def start(self, claim: Claim, *, now: dt.datetime, reserved: bool) -> None:
        """Give *claim* to an idle worker; its deadline begins."""
        ...

    def wait(self, timeout_s: float) -> Sequence[Answer]:
        """Return what has ended; wait at most *timeout_s* real seconds for the first.

        A worker that passed its deadline is killed, one that died is replaced; either
        way the outcome of its claim is unknown.
        """
        ...

    def in_flight(self) -> Collection[Claim]:
        """Return the claims that have not ended."""
        ...

    def hurry(self, fences: Collection[int], *, within_s: float) -> None:
        """Let the deadlines of some claims end at most *within_s* from now."""
        ...

    def close(self) -> None:
        """Stop every worker; what was in flight is lost, and stays stored as begun."""
        ...


def answer_to(claim: Claim, receipt: object) -> Answer:
    """Return what *receipt* says of *claim*; anything but its receipt says nothing."""
    if isinstance(receipt, Receipt) and receipt.key == claim.delivery.key:
        return Answer(claim=claim, outcome=receipt.outcome, reference=receipt.reference)
    return Answer(claim=claim, outcome=Outcome.UNKNOWN)


class InlineCrew:
    """Calls publishers in this process, one after the other.

    For simulations and tests: nothing bounds a publisher that hangs, and one that ends
    the process ends all of it.
    """

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels: Mapping[str, Channel] = {c.name: c for c in channels}
        self._done: list[Answer] = []

    def idle(self, channel: str, *, reserved: bool) -> int:  # noqa: ARG002 - protocol
        return 1

    def start(
        self,
        claim: Claim,
        *,
        now: dt.datetime,
        reserved: bool,  # noqa: ARG002 - protocol
    ) -> None:
        publisher = self._channels[claim.channel].publisher
        try:
            receipt: object = publisher.publish(claim.delivery, now=now)
        except Exception:  # whatever a plugin raises, nobody knows more
            receipt = None
        self._done.append(answer_to(claim, receipt))

    def wait(self, timeout_s: float) -> Sequence[Answer]:  # noqa: ARG002 - protocol
        done, self._done = self._done, []
        return done

    def in_flight(self) -> Collection[Claim]:
        return [answer.claim for answer in self._done]

    def hurry(self, fences: Collection[int], *, within_s: float) -> None:
        """Do nothing: what was started has ended."""

    def close(self) -> None:
        self._done.clear()
