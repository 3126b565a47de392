"""The table of kills: what is being done, and where it is cut off.

Of the failpoints of a delivery F1 to F24, which other systems have too, these are here:

=======  =================================  ==========================================
F1       before the transaction             ``before``
F2 F3    after a state or an outbox row     ``store:row``, at several rows
F4 F5    before and after the commit        ``store:before-commit``, ``store:committed``
F6 F7    before and after a claim commits   ``claim/...``, ``dispatcher:claimed``
F8-F14   in the worker                      the seven points of the wire
F15 F16  before and after the record        ``record/...``, ``dispatcher:recorded``
F17      while a retry is put off           ``record/...`` of the operation ``put off``
F19      in a callback                      ``told``
F23      while something is erased          ``key:...`` and both transactions of erase
F24      the worker killed, parent alive    target ``worker``, and ``nursery``
=======  =================================  ==========================================

Not here, because there is no such thing: F18 (a dispatcher holds the store by a lock of
the kernel, which nobody renews), F20 (nothing is compacted), F21 (keys are destroyed
and never rotated), F22 (there is one schema; making its tables is ``open``).
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from crash_trap import WORKER_POINTS

TARGETS = ("worker", "nursery", "dispatcher", "dispatcher alone")
TRANSACTION = ("store:begun", "store:before-commit", "store:committed")


@attrs.frozen
class Cell:
    """One kill."""

    operation: str
    act: str
    state: str
    """What the store is like before."""

    point: str
    nth: int = 1
    target: str = "desk"

    @property
    def name(self):
        words = [self.operation, self.state, self.point, str(self.nth), self.target]
        return "-".join(word.replace(" ", "_") for word in words)

    @property
    def column(self):
        """Its failpoint, whatever the delivery is that a worker carries."""
        method, _, point = self.point.rpartition("/")
        return point if method in ("publish", "cancel", "withdraw") else self.point


# Operation: act, state before, transactions, rows that are written.
VERBS = [
    ("open", "open", "nothing", 4, ()),
    ("submit", "submit", "opened", 1, (1, 2, 3, 4)),
    ("submit", "resubmit", "staged", 1, (1, 2, 3)),
    ("approve", "approve", "submitted", 1, (1, 3, 9, 15, 17)),
    ("approve", "reapprove", "resubmitted", 1, (1, 2, 5, 14)),
    ("end", "end", "submitted", 1, (2, 3)),
    ("end", "end", "approved", 1, (1, 2, 3, 4)),
    ("end", "end", "staged", 1, (1, 2, 3, 4)),
    ("end", "end", "ended", 1, (1,)),
    ("erase", "erase", "quiet", 2, (1, 3, 5, 6, 7)),
    ("sweep", "sweep", "quiet", 2, (2, 4, 5, 6, 7)),
]
KEYS = {
    "submit": ("key:before-create", "key:created"),
    "erase": ("key:before-destroy", "key:overwritten", "key:destroyed"),
    "sweep": ("key:before-destroy", "key:overwritten", "key:destroyed"),
}
# Operation: act, state before, delivery, and the number of its claim, start and record.
DELIVERIES = [
    ("publish", "publish", "approved", "publish", 2, 1, 1),
    ("update", "update", "live", "publish", 2, 1, 1),
    ("revise", "revise", "reapproved", "publish", 2, 1, 1),
    ("cancel", "cancel", "ended", "cancel", 1, 1, 1),
    ("withdraw", "cancel", "ended", "withdraw", 5, 3, 2),
]


def _verb_cells() -> Iterable[Cell]:
    for operation, act, state, transactions, rows in VERBS:
        yield from (Cell(operation, act, state, p) for p in ("before", "returned"))
        for nth in range(1, transactions + 1):
            yield from (Cell(operation, act, state, p, nth) for p in TRANSACTION)
        yield from (Cell(operation, act, state, "store:row", nth) for nth in rows)
        yield from (Cell(operation, act, state, p) for p in KEYS.get(act, ()))


def _delivery_cells() -> Iterable[Cell]:
    for operation, act, state, delivery, claim, start, record in DELIVERIES:
        at = [(f"recover/{p}", 1) for p in TRANSACTION]
        at += [("beat/store:before-commit", 1), ("due/store:committed", 1)]
        at += [(f"claim/{p}", claim) for p in TRANSACTION]
        at += [("claim/store:row", 3 * start - 2 + row) for row in range(3)]
        at += [("dispatcher:claimed", claim), ("dispatcher:started", start)]
        if delivery == "publish":
            at += [(f"overtaken/{p}", 1) for p in TRANSACTION]
        at += [(f"record/{p}", record) for p in TRANSACTION]
        at += [("record/store:row", 2 * record - 1), ("record/store:row", 2 * record)]
        at += [("dispatcher:answered", record), ("dispatcher:recorded", record)]
        at += [("told", record)]
        for point, nth in at:
            yield Cell(operation, act, state, point, nth, "dispatcher")
        for point in WORKER_POINTS:
            for target in TARGETS:
                name = f"{delivery}/{point}"
                yield Cell(operation, act, state, name, 1, target)


def _put_off_cells() -> Iterable[Cell]:
    """Yield kills while it is stored when to try again."""
    for point in (*TRANSACTION, "store:row"):
        yield Cell("put off", "publish", "approved", f"record/{point}", 1, "dispatcher")


CELLS = (*_verb_cells(), *_delivery_cells(), *_put_off_cells())


def cover(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return few cells with every operation, every failpoint and everybody killed."""
    chosen: list[Cell] = []
    seen: set[str] = set()
    for cell in sorted(cells, key=lambda cell: hash_of(cell.name)):
        offers = {cell.operation, cell.column, cell.target}
        if not offers <= seen:
            seen |= offers
            chosen.append(cell)
    return tuple(chosen)


def hash_of(name: str) -> int:
    """Return a number that is the same in every process."""
    return int.from_bytes(name.encode()[::-1], "big") % 1_000_003
