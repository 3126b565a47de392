"""What is due when: stages, repetitions, alarms ahead, and an end that always comes."""

from amberkit.plans.timeline._due import Due, Progress, due
from amberkit.plans.timeline._events import Event, EventKind, timeline
from amberkit.plans.timeline._extend import extend
from amberkit.plans.timeline._volume import Volume

__all__ = [
    "Due",
    "Event",
    "EventKind",
    "Progress",
    "Volume",
    "due",
    "extend",
    "timeline",
]
