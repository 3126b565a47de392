"""From a message to a channel and back: what a plugin implements, and who calls it.

Light on purpose: a plugin imports nothing else of amberkit, and cannot reach a case.
`SqlOutbox` needs the extra ``outbox`` and is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from amberkit.messages import Capabilities, Delivery, Operation
from amberkit.publish._channel import Channel
from amberkit.publish._crew import Crew, InlineCrew
from amberkit.publish._dispatcher import Dispatcher
from amberkit.publish._errors import DispatcherBusy, PublishRefused
from amberkit.publish._lanes import AFTER, NEXT, Held, Lane, Need, Settled, Want
from amberkit.publish._memory import MemoryOutbox
from amberkit.publish._outbox import (
    Answer,
    Claim,
    Content,
    LaneStatus,
    Outbox,
    Release,
)
from amberkit.publish._protocol import Outcome, Publisher, Receipt
from amberkit.publish._release import Refusal, release_refusal

if TYPE_CHECKING:
    from amberkit.publish._processes import ProcessCrew
    from amberkit.publish.sql import SqlOutbox

__all__ = [
    "AFTER",
    "NEXT",
    "Answer",
    "Capabilities",
    "Channel",
    "Claim",
    "Content",
    "Crew",
    "Delivery",
    "Dispatcher",
    "DispatcherBusy",
    "Held",
    "InlineCrew",
    "Lane",
    "LaneStatus",
    "MemoryOutbox",
    "Need",
    "Operation",
    "Outbox",
    "Outcome",
    "ProcessCrew",
    "PublishRefused",
    "Publisher",
    "Receipt",
    "Refusal",
    "Release",
    "Settled",
    "SqlOutbox",
    "Want",
    "release_refusal",
]

_LAZY = {"ProcessCrew": "_processes", "SqlOutbox": "sql"}


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        msg = f"module 'amberkit.publish' has no attribute {name!r}"
        raise AttributeError(msg)
    module = importlib.import_module(f"amberkit.publish.{_LAZY[name]}")
    value: object = getattr(module, name)
    globals()[name] = value
    return value
