"""What a channel plugin implements, and what it is given and gives back.

Light on purpose: a plugin imports nothing else of amberkit, and cannot reach a case.
"""

from amberkit.messages import Capabilities, Delivery, Operation
from amberkit.publish._protocol import Outcome, Publisher, Receipt

__all__ = [
    "Capabilities",
    "Delivery",
    "Operation",
    "Outcome",
    "Publisher",
    "Receipt",
]
