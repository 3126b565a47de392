"""CAP 1.2 for anyone: model, writer and reader of the Common Alerting Protocol.

The standard: https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html. This
package knows no cases. Reading and writing need the extra ``cap``.
"""

from __future__ import annotations

from amberkit.cap._codes import (
    Category,
    Certainty,
    MsgType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from amberkit.cap._errors import CapError, CapNotFaithful
from amberkit.cap._model import (
    CapAlert,
    CapArea,
    CapCircle,
    CapInfo,
    CapReference,
    CapResource,
    CapValue,
)
from amberkit.cap._read import parse_cap
from amberkit.cap._write import write_cap

__all__ = [
    "CapAlert",
    "CapArea",
    "CapCircle",
    "CapError",
    "CapInfo",
    "CapNotFaithful",
    "CapReference",
    "CapResource",
    "CapValue",
    "Category",
    "Certainty",
    "MsgType",
    "ResponseType",
    "Scope",
    "Severity",
    "Status",
    "Urgency",
    "parse_cap",
    "write_cap",
]
