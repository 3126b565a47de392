"""Blanks in a form: what is not known yet when the form is approved.

A form is approved hours before it may be sent. When it is sent, and which messages it
replaces, is known only then; everything else is fixed. A slot stands for such a thing:
a mark that begins and ends with the character U+0000, which no text and no document of
ours can hold. What is hashed and approved are the bytes with their slots.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence

__all__ = ["Slot", "cap_time", "fill"]


class Slot(enum.Enum):
    """What is filled in when a form is sent for the first time."""

    SENT = b"\0sent\0"
    """The time, as CAP writes it: ``2026-11-22T18:05:00-00:00``."""

    MSG_TYPE = b"\0msgType\0"
    """CAP: ``Alert`` for the first message of a lane, ``Update`` for those after it."""

    REFERENCES = b"\0references\0"
    """CAP: the element ``<references>`` with every earlier message of the lane, each as
    ``sender,identifier,sent``; nothing where there is none."""


def fill(form: bytes, *, sent: dt.datetime, references: Sequence[str]) -> bytes:
    """Return *form* without slots.

    Args:
        form: A form, with or without slots.
        sent: When it is sent for the first time; aware.
        references: The lane's earlier messages as ``sender,identifier,sent``, oldest
            first. They hold no character that XML would have to escape.
    """
    listed = " ".join(references)
    element = f"<references>{listed}</references>" if listed else ""
    values = {
        Slot.SENT: cap_time(sent),
        Slot.MSG_TYPE: "Update" if listed else "Alert",
        Slot.REFERENCES: element,
    }
    for slot, value in values.items():
        form = form.replace(slot.value, value.encode())
    return form


def cap_time(time: dt.datetime) -> str:
    """Return *time* in UTC as CAP 1.2 writes it (``-00:00``, section 3.3.2)."""
    return f"{time.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S}-00:00"
