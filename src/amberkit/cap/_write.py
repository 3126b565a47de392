"""A CAP message to bytes, and back before anyone sees them."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from amberkit.cap._errors import CapNotFaithful
from amberkit.cap._model import CapAlert
from amberkit.cap._read import load_lxml, parse_cap
from amberkit.cap._schema import ALERT, NAMESPACE, Record
from amberkit.errors import InvalidValue

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["write_cap"]


def write_cap(alert: CapAlert) -> bytes:
    """Write a CAP 1.2 message.

    The bytes are UTF-8, valid against the schema of CAP 1.2, the same for the same
    message, and read back by `parse_cap` as *alert*, which is checked each time.
    Coordinates are ``lat,lon`` in plain decimals that read back exactly. Times keep
    their UTC offset; UTC is ``-00:00``.

    Args:
        alert: The message.

    Returns:
        The XML document, with its declaration.

    Raises:
        CapError: If the message is larger than `parse_cap` reads.
        CapNotFaithful: If the bytes do not read back as *alert*. No value that the
            model accepts does this.
        InvalidValue: If *alert* is no `CapAlert`.
        MissingExtra: If lxml is not installed.
    """
    etree = load_lxml()
    if not isinstance(alert, CapAlert):
        raise InvalidValue("alert", "a CapAlert")
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    _fill(etree, root, ALERT, alert)
    data: bytes = etree.tostring(
        root, encoding="UTF-8", pretty_print=True, xml_declaration=True
    )
    if parse_cap(data) != alert:
        raise CapNotFaithful(alert.identifier)
    return data


def _fill(etree: ModuleType, element: _Element, record: Record, value: object) -> None:
    for slot in record.slots:
        content = getattr(value, slot.field)
        for item in content if slot.many else (content,):
            if item is None or item == ():
                continue
            child = etree.SubElement(element, f"{{{NAMESPACE}}}{slot.tag}")
            if isinstance(slot.form, Record):
                _fill(etree, child, slot.form, item)
            else:
                child.text = slot.form.write(item)
