"""Stores at every point of a case's life, each copied for the test that ruins it."""

from __future__ import annotations

import shutil
from pathlib import Path

import attrs
from crash_receiver import Receiver

# Each state is what one act makes of another.
STATES = {
    "opened": ("nothing", "open"),
    "submitted": ("opened", "submit"),
    "approved": ("submitted", "approve"),
    "live": ("approved", "publish"),
    "staged": ("live", "update"),
    "resubmitted": ("staged", "resubmit"),
    "reapproved": ("resubmitted", "reapprove"),
    "ended": ("staged", "end"),
    "quiet": ("ended", "cancel"),
}


class World:
    """One store and the receiver that its channels lead to."""

    def __init__(self, folder, host, **changes):
        folder.mkdir()
        self.host = host
        self.path = folder / "alerts.db"
        self.proof = folder / "proof"
        self.receiver = Receiver(
            folder / "socket", dedupes=changes.pop("dedupes", True)
        )
        self._changes = changes

    def job(self, name, **given):
        return {
            "job": name,
            "path": str(self.path),
            "socket": self.receiver.path,
            **self._changes,
            **given,
        }

    def act(self, act, trap=None, **given):
        """Carry out *act*, into a trap."""
        trap = {"proof": str(self.proof), **(trap or {})}
        return self.host.run(self.job("act", act=act, trap=trap, **given))

    def told(self, name, **given):
        """Have a process of its own do a job that nothing cuts off."""
        made = self.host.run(self.job(name, **given))

        assert not made["killed"]
        return made["told"]

    @property
    def claims(self):
        """Every attempt that a serving dispatcher began: fence, operation and case."""
        ledger = Path(f"{self.path}.claims")
        lines = ledger.read_text().splitlines() if ledger.exists() else ()
        found = []
        for line in lines:
            fence, operation, key = line.split()
            found.append((int(fence), operation, key.split(":")[1]))
        return found

    @property
    def fired(self):
        """The point at which the trap has fired; None if it has not."""
        return self.proof.read_text() if self.proof.exists() else None

    def close(self):
        self.receiver.close()
        shutil.rmtree(self.path.parent)


@attrs.define
class Worlds:
    """Makes worlds in a given state; each state is reached once."""

    folder: Path
    host: object
    made: dict = attrs.field(factory=dict)
    number: int = 0

    def make(self, state, **changes):
        self.number += 1
        world = World(self.folder / str(self.number), self.host, **changes)
        if state != "nothing":
            self._copy(self._template(state), world)
        return world

    def _template(self, state):
        if state not in self.made:
            before, act = STATES[state]
            self.made[state] = world = self.make(before)
            world.act(act)
        return self.made[state]

    @staticmethod
    def _copy(template, world):
        shutil.copy(template.path, world.path)
        keys = Path(f"{template.path}.keys")
        if keys.exists():
            shutil.copytree(keys, f"{world.path}.keys")
        world.receiver.copy_from(template.receiver)

    def close(self):
        for world in self.made.values():
            world.close()
