"""What a neighbor is asked for: a request to decide, never a publication.

A `HandOff` is no message. Nothing that renders, submits or publishes takes one, and
none of it can import this room, not even through the vocabulary of plans; who has one
gives it to the neighbor by hand.
"""

from amberkit.plans.handoff._hand_off import (
    Crossing,
    HandOff,
    LanguageNeed,
    TheirRules,
)
from amberkit.plans.handoff._make import hand_offs

__all__ = ["Crossing", "HandOff", "LanguageNeed", "TheirRules", "hand_offs"]
