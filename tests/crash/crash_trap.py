"""Where and whom a kill hits, and the publisher that leads into it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
from collections import Counter

import attrs
from crash_receiver import ANSWERS, say

from amberkit.messages import Capabilities
from amberkit.publish import Outcome, Receipt

WORKER_POINTS = (
    "before connect",
    "after connect",
    "mid-body",
    "after body",
    "ack lost",
    "ack half read",
    "ack read",
)


@attrs.define
class Trap:
    """Kills once, at the n-th time that a point is reached, and leaves proof of it.

    Without a point it only notes what is passed.
    """

    proof: str = ""
    """The file that says that the kill fired; there before the signal is sent."""

    point: str | None = None
    nth: int = 1
    target: str = "dispatcher"
    """Who is killed: ``worker``, ``nursery``, ``dispatcher``, or ``dispatcher alone``,
    which leaves the worker to go on as fast as it can. ``nobody``: it only hangs."""

    owner: int = 0
    """The process of the dispatcher, or of the desk."""

    armed: bool = False
    context: str = ""
    passed: Counter = attrs.field(factory=Counter)
    on_commit: object = None

    def arm(self):
        self.owner, self.armed = os.getpid(), True
        self.passed.clear()

    # --- in the process of the desk or the dispatcher -----------------------------------

    def reach(self, name):
        """Be told by a probe; the innermost context is part of the name."""
        if not self.armed or os.getpid() != self.owner:
            return
        if self.context and name.startswith("store:"):
            name = f"{self.context}/{name}"
        self.passed[name] += 1
        if self.on_commit is not None and name.endswith("store:committed"):
            self.on_commit()
        if name == self.point and self.passed[name] == self.nth:
            self._prove()
            os.kill(os.getpid(), signal.SIGKILL)

    @contextlib.contextmanager
    def within(self, context):
        before, self.context = self.context, context
        try:
            yield
        finally:
            self.context = before

    # --- in a worker --------------------------------------------------------------------

    def pass_by(self, name):
        """Be told by a publisher of the first channel."""
        if not self.armed or name != self.point or not self._prove():
            return
        if self.target == "worker":
            os.kill(os.getpid(), signal.SIGKILL)
        if self.target == "nursery":
            os.kill(os.getppid(), signal.SIGKILL)
        if self.target.startswith("dispatcher"):
            os.kill(self.owner, signal.SIGKILL)
        while self.target != "dispatcher alone":
            signal.pause()

    def _prove(self):
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
        try:
            file = os.open(self.proof, flags, 0o600)
        except FileExistsError:
            return False
        os.write(file, (self.point or "").encode())
        os.close(file)
        return True


class Wire:
    """A publisher that speaks to the receiver, step by step."""

    name = "wire"

    def __init__(self, channel, path, trap, **changes):
        given = {
            "forms": frozenset({"text/plain", "application/cap+xml"}),
            "dedupe": "key",
            "cancel": "retract",
            "withdraw": "delete",
        }
        self.capabilities = Capabilities(**(given | changes))
        self._channel = channel
        self._path = path
        self._trap = trap

    def publish(self, delivery, /, *, now):
        def at(step):
            if self._channel == "public":
                self._trap.pass_by(f"{delivery.operation.value}/{step}")

        head = {
            "key": delivery.key,
            "channel": self._channel,
            "operation": delivery.operation.value,
            "version": delivery.version,
        }
        body = repr((delivery.forms, [p.sha256 for p in delivery.pictures])).encode()
        at("before connect")
        line, payload = say(self._path, head, body)
        with line:
            at("after connect")
            line.sendall(payload[: len(payload) // 2])
            at("mid-body")
            line.sendall(payload[len(payload) // 2 :])
            at("after body")
            # The answer is there, and so is the effect; nobody has read it yet.
            line.recv(1, socket.MSG_PEEK)
            at("ack lost")
            answer = line.recv(4, socket.MSG_WAITALL)
            at("ack half read")
            answer += line.recv(4, socket.MSG_WAITALL)
            at("ack read")
        outcome = Outcome(ANSWERS.get(answer, "unknown"))
        reference = hashlib.sha256(delivery.key.encode()).hexdigest()[:8]
        return Receipt(key=delivery.key, outcome=outcome, at=now, reference=reference)


class Busy:
    """Takes at once what is to be ended, and puts all else off, so that it comes again."""

    name = "busy"
    capabilities = Capabilities(
        forms=frozenset({"text/plain"}),
        dedupe="key",
        cancel="retract",
        withdraw="delete",
        concurrency=4,
    )

    def publish(self, delivery, /, *, now):
        off = delivery.case_id.startswith("BULK")
        outcome = Outcome.DEFERRED if off else Outcome.ACCEPTED
        return Receipt(key=delivery.key, outcome=outcome, at=now)
