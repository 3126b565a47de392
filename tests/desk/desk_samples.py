"""Channels, people and clocks for tests of the desk."""

from __future__ import annotations

import datetime as dt
import hashlib

import attrs

from amberkit.messages import Capabilities, Delivery, Operation
from amberkit.publish import Channel, InlineCrew, Outcome, Receipt
from amberkit.values import Audience, Mode, Principal

OFFICER = Principal("officer-7", "officer")
CHIEF = Principal("commissioner-2", "commissioner")
OTHER = Principal("officer-9", "officer")
MINUTE = dt.timedelta(minutes=1)

EVERYTHING = frozenset({"text/plain", "application/cap+xml", "application/geo+json"})


def capabilities(**changes):
    given = {
        "forms": frozenset({"text/plain"}),
        "pictures": 2,
        "dedupe": "native",
        "cancel": "retract",
        "withdraw": "delete",
    }
    return Capabilities(**(given | changes))


class Receiver:
    """A channel as it should be: one effect for each key, late versions lose.

    What it answers is scripted: each call takes the next of *script*, and accepts when
    there is none. ``lost`` takes effect and says that nobody knows, ``dropped`` says the
    same without effect.
    """

    name = "receiver"

    def __init__(self, **changes):
        self.capabilities = capabilities(**changes)
        self.script = []
        self.bodies = {}
        self.violations = []
        self.effects = []
        self.shown = {}
        self.ended = {}

    def publish(self, delivery: Delivery, /, *, now):
        behavior = self.script.pop(0) if self.script else "accepted"
        if behavior in ("accepted", "lost"):
            outcome = self._take(delivery)
        elif behavior == "dropped":
            outcome = Outcome.UNKNOWN
        else:
            outcome = Outcome(behavior)
        if behavior == "lost":
            outcome = Outcome.UNKNOWN
        return Receipt(
            key=delivery.key,
            outcome=outcome,
            at=now,
            reference=f"ref-{delivery.version}",
        )

    def _take(self, delivery):
        body = hashlib.sha256(repr((delivery.forms, delivery.pictures)).encode())
        if delivery.key in self.bodies:
            # Equal keys mean equal bytes, over retries and restarts. What a publisher
            # raises is contained, so the test has to look.
            if self.bodies[delivery.key] != body.hexdigest():
                self.violations.append(delivery.key)
            return Outcome.DUPLICATE
        self.bodies[delivery.key] = body.hexdigest()
        self.effects.append(delivery)
        case = delivery.case_id
        if delivery.operation is Operation.PUBLISH:
            over = self.ended.get(case, 0)
            if delivery.version > max(over, self.shown.get(case, 0)):
                self.shown[case] = delivery.version
        else:
            self.ended[case] = delivery.version
            self.shown.pop(case, None)
        return Outcome.ACCEPTED


@attrs.define
class Setup:
    """Two channels, bound; what they got."""

    public: Receiver = attrs.field(factory=Receiver)
    services: Receiver = attrs.field(factory=Receiver)
    mode: Mode = Mode.EXERCISE

    @property
    def channels(self):
        return (
            Channel(
                name="public",
                publisher=self.public,
                mode=self.mode,
                audience=Audience.PUBLIC,
            ),
            Channel(
                name="services",
                publisher=self.services,
                mode=self.mode,
                audience=Audience.SERVICES,
            ),
        )


def inline(channels, _keep):
    return InlineCrew(channels)


class Seals:
    """A verifier that knows whose signature it is, and can be out of reach."""

    def __init__(self):
        self.reachable = True

    def verify(self, principal, statement, signature):
        from amberkit.desk import VerifierUnreachable

        if not self.reachable:
            raise VerifierUnreachable
        return signature == self.sign(principal, statement)

    @staticmethod
    def sign(principal, statement):
        return hashlib.sha256(principal.id.encode() + b"|" + statement).digest()
