"""The narrow waist: what render makes and publish carries.

What a `Message` tells of a case is *items*, each the value of one named field. Its
constructor looks the field up in `FIELDS`, which holds every field that a message can
carry at all, with its privacy class, and the class in `ACCESS`: an item that the
audience may not see is refused, whatever made it. The texts are composed from the items
alone, by `amberkit.render`. Geometry is integers and tuples: what is hashed, approved
and sent is then the same everywhere.
"""

from amberkit.messages._access import (
    ACCESS,
    FIELDS,
    Access,
    DisclosureRefused,
    may_see,
)
from amberkit.messages._delivery import Capabilities, Delivery, Operation
from amberkit.messages._message import (
    Area,
    Circle,
    Item,
    Message,
    MessageText,
    Picture,
    Point,
    Term,
    Value,
)
from amberkit.messages._slots import Slot, cap_time, fill

__all__ = [
    "ACCESS",
    "FIELDS",
    "Access",
    "Area",
    "Capabilities",
    "Circle",
    "Delivery",
    "DisclosureRefused",
    "Item",
    "Message",
    "MessageText",
    "Operation",
    "Picture",
    "Point",
    "Slot",
    "Term",
    "Value",
    "cap_time",
    "fill",
    "may_see",
]
