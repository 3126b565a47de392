"""Every field of a case carries exactly one privacy class, or its class will not load.

The class stands in the annotation, ``Annotated[str, P1]``, where a reader of the model
sees it and where it cannot be forgotten. A field's *effective* class is the strictest
one on the way to it: a P1 color inside an R list is R.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

import attrs

from amberkit.values import Privacy

__all__ = [
    "STRICTNESS",
    "Leaf",
    "classified",
    "leaf_values",
    "leaves_of",
    "strictest",
]

STRICTNESS = tuple(Privacy)
"""The classes from the freest, P0, to the strictest, K."""


def strictest(*classes: Privacy) -> Privacy:
    """Return the strictest of *classes*."""
    return max(classes, key=STRICTNESS.index)


def classified(
    cls: type, fields: list[attrs.Attribute[Any]]
) -> list[attrs.Attribute[Any]]:
    """Take over each field's class; an attrs ``field_transformer``.

    Only P0 fields show in a ``repr``.

    Raises:
        TypeError: If a field has no class or more than one.
    """
    return [
        field.evolve(
            metadata={"privacy": (privacy := _only_class(cls, field))},
            repr=privacy is Privacy.P0,
        )
        for field in fields
    ]


def _only_class(cls: type, field: attrs.Attribute[Any]) -> Privacy:
    found = list(_classes(field.type))
    if len(found) != 1:
        msg = f"{cls.__name__}.{field.name} needs exactly one privacy class"
        raise TypeError(msg)
    return found[0]


def _classes(annotation: object) -> Iterator[Privacy]:
    if get_origin(annotation) is Annotated:
        yield from (a for a in get_args(annotation)[1:] if isinstance(a, Privacy))


@attrs.frozen
class Leaf:
    """One field that holds data itself, not a record of further fields."""

    path: tuple[str, ...]
    """Names from the case down, such as ``("vehicles", "plate")``."""

    privacy: Privacy
    """The effective class."""

    @property
    def name(self) -> str:
        """The path in one word, such as ``vehicles.plate``."""
        return ".".join(self.path)


def leaves_of(model: type, above: Privacy = Privacy.P0) -> Iterator[Leaf]:
    """Yield every leaf that a case model can have, in the order of its fields."""
    for field in attrs.fields(model):
        privacy = strictest(above, field.metadata["privacy"])
        records = [t for t in _types_in(field.type) if attrs.has(t)]
        below = [t for t in records if "privacy" in attrs.fields(t)[0].metadata]
        if not below:
            yield Leaf((field.name,), privacy)
        for record in below:
            for leaf in leaves_of(record, privacy):
                yield Leaf((field.name, *leaf.path), leaf.privacy)


def leaf_values(
    record: Any, above: Privacy = Privacy.P0
) -> Iterator[tuple[Leaf, tuple[int, ...], object]]:
    """Yield each leaf of a case that has a value: the leaf, its indexes, the value.

    The indexes count through the lists on the way: ``(1, 0)`` is the first photograph
    of the second child. What is behind `Restricted` stays there, as the value.
    """
    for field in attrs.fields(type(record)):
        privacy = strictest(above, field.metadata["privacy"])
        value = getattr(record, field.name)
        below: list[tuple[tuple[int, ...], object]] = []
        if isinstance(value, tuple):
            below = [((i,), item) for i, item in enumerate(value) if _is_record(item)]
        elif _is_record(value):
            below = [((), value)]
        if not below and value is not None and value != ():
            yield Leaf((field.name,), privacy), (), value
        for index, item in below:
            for leaf, indexes, found in leaf_values(item, privacy):
                path = (field.name, *leaf.path)
                yield Leaf(path, leaf.privacy), (*index, *indexes), found


def _is_record(value: Any) -> bool:
    cls: type = type(value)
    return attrs.has(cls) and "privacy" in attrs.fields(cls)[0].metadata


def _types_in(annotation: object) -> Iterator[type]:
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for argument in get_args(annotation):
        yield from _types_in(argument)
