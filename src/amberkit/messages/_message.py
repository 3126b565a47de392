"""The message: items, texts and an area, each checked on construction."""

from __future__ import annotations

import datetime as dt
import hashlib

import attrs

from amberkit.errors import InvalidValue, Problem
from amberkit.messages._access import FIELDS, DisclosureRefused, may_see
from amberkit.values import (
    Audience,
    CaseId,
    DisclosureReason,
    LanguageTag,
    LatLon,
    Localized,
    Mode,
    Privacy,
    aware_utc,
    case_id,
)

__all__ = [
    "Area",
    "Circle",
    "Item",
    "Message",
    "MessageText",
    "Picture",
    "Point",
    "Term",
    "Value",
]


@attrs.frozen
class Term:
    """A word of a closed vocabulary, which wording translates."""

    vocabulary: str
    """The vocabulary, such as ``hair_color``."""

    code: str
    """The word, such as ``black``."""


Value = (
    Localized
    | Term
    | tuple[Term, ...]
    | LatLon
    | str
    | int
    | bool
    | dt.datetime
    | dt.date
)
"""What an item can hold. Quantities are in the unit that the field's name ends with."""


@attrs.frozen(kw_only=True)
class Item:
    """One field of a case that a message carries."""

    field: str
    """The field, one of `FIELDS`, such as ``vehicles.color``."""

    indexes: tuple[int, ...] = ()
    """Which of several: ``(1,)`` for the second vehicle."""

    reason: DisclosureReason | None = attrs.field(default=None, repr=False)
    """The recorded reason, where the class of the field needs one."""

    value: Value = attrs.field(repr=False)
    """What the field holds."""

    @property
    def privacy(self) -> Privacy:
        """The class of the field; restricted, if no message can carry it."""
        return FIELDS.get(self.field, Privacy.R)


_E7 = 10_000_000
Point = tuple[int, int]
"""Latitude and longitude in 1e-7 degrees, WGS 84."""


@attrs.frozen
class Circle:
    """A geodesic circle: center in 1e-7 degrees, radius in meters."""

    center: Point
    radius_m: int

    def __attrs_post_init__(self) -> None:
        _check_point(self.center)
        # Half the meridian: no point on earth is farther away.
        if type(self.radius_m) is not int or not 0 <= self.radius_m <= 20_004_000:
            raise InvalidValue("radius_m", "a whole number in [0, 20004000]")


def _check_point(point: Point) -> None:
    for name, value, limit in zip(("lat", "lon"), point, (90, 180), strict=True):
        # Neither a float nor a bool: what is hashed is the same everywhere.
        if type(value) is not int or abs(value) > limit * _E7:
            raise InvalidValue(
                name,
                f"a whole number of 1e-7 degrees, from -{limit} to {limit} degrees",
            )


@attrs.frozen(kw_only=True)
class Area:
    """Where a message applies. Without any shape it applies nationwide.

    What `amberkit.render` makes contains the planned region. Rings are closed; a
    polygon is its outer ring, counter-clockwise, followed by its holes.
    """

    circles: tuple[Circle, ...] = ()
    polygons: tuple[tuple[tuple[Point, ...], ...], ...] = ()

    def __attrs_post_init__(self) -> None:
        for rings in self.polygons:
            for ring in rings:
                if len(ring) < 4 or ring[0] != ring[-1] or len(set(ring)) < 3:
                    raise InvalidValue("ring", "closed, of at least 3 different points")
                for point in ring:
                    _check_point(point)

    @property
    def nationwide(self) -> bool:
        """Whether no shape bounds it."""
        return not self.circles and not self.polygons


def _count(things: tuple[object, ...]) -> str:
    return f"<{len(things)}>"


@attrs.frozen(kw_only=True)
class MessageText:
    """What a message says in one language, in logical order."""

    language: LanguageTag
    direction: str = attrs.field(validator=attrs.validators.in_(("ltr", "rtl")))
    marker: str | None
    """The mark of an exercise or a test, first and last in every form; None if live."""

    event: str
    headline: str = attrs.field(repr=False)
    description: tuple[str, ...] = attrs.field(repr=False)
    """Line by line."""

    instruction: tuple[str, ...] = attrs.field(repr=False)
    """What to do, whom to call and where to check; line by line."""

    area: str = attrs.field(repr=False)
    """Name of the area."""


@attrs.frozen(kw_only=True)
class Picture:
    """A picture that may be shown: re-encoded, with nothing in it but the pixels."""

    sha256: str = attrs.field(repr=False)
    """SHA-256 of *data*, in lower-case hexadecimal digits."""

    media_type: str
    """Such as ``image/jpeg``."""

    width_px: int
    height_px: int
    data: bytes = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if hashlib.sha256(self.data).hexdigest() != self.sha256:
            raise InvalidValue("sha256", "the SHA-256 of the picture's data")


@attrs.frozen(kw_only=True)
class Message:
    """What one audience is told in one stage of one alert, in every form to come.

    Its ``repr`` shows of a case only what is of class P0, and how much more there is.

    Raises:
        DisclosureRefused: If an item is of a class that *audience* may not see.
        InvalidValue: If a field has not the form that is described.
    """

    identifier: str
    """Unique for the sender; a function of case, revision, stage and audience."""

    case_id: CaseId = attrs.field(converter=case_id)
    revision: int
    stage: int
    """Index of the stage in the plan, from 0."""

    mode: Mode
    audience: Audience
    sender: str
    """CAP sender of the agency."""

    sender_name: Localized
    contact: str
    """The official line."""

    status_url: str
    time_zone: str
    """IANA name of the zone in which times are shown."""

    sent: dt.datetime = attrs.field(converter=aware_utc)
    starts: dt.datetime = attrs.field(converter=aware_utc)
    """When the stage begins."""

    expires: dt.datetime = attrs.field(converter=aware_utc)
    """When the alert ends by itself; always set, after *sent*."""

    area: Area = attrs.field(repr=False)
    items: tuple[Item, ...] = attrs.field(repr=_count)
    """What it tells of the case, in the order of the case model."""

    texts: tuple[MessageText, ...]
    """The items in words, once for each language; the first language leads."""

    pictures: tuple[Picture, ...] = attrs.field(default=(), repr=_count)
    """The pictures that its items speak of, in the same order."""

    ending: str | None = None
    """Which ending it is, such as ``found``; None of an alert. An ending names nobody:
    no item and no picture can be in it."""

    gaps: tuple[Problem, ...] = attrs.field(default=(), repr=_count)
    """What could not be said in a language that was asked for."""

    def __attrs_post_init__(self) -> None:
        for item in self.items:
            if not may_see(self.audience, item.privacy, reason=item.reason):
                raise DisclosureRefused(item.field, item.privacy, self.audience)
        if self.ending is not None and (self.items or self.pictures):
            raise InvalidValue("items", "none, and no picture, in an ending")
        if self.expires <= self.sent:
            raise InvalidValue("expires", "after sent")
        if not self.texts or len(set(self.languages)) < len(self.texts):
            raise InvalidValue("texts", "at least one, each in another language")
        if any(
            (text.marker is None) != (self.mode is Mode.LIVE) for text in self.texts
        ):
            raise InvalidValue("marker", "set unless the mode is live")

    @property
    def languages(self) -> tuple[LanguageTag, ...]:
        """The languages of the texts; the first one leads."""
        return tuple(text.language for text in self.texts)

    def text(self, language: str | None = None) -> MessageText:
        """Return the text in *language*, or the leading one.

        Raises:
            InvalidValue: If the message has no text in that language.
        """
        if language is None:
            return self.texts[0]
        found = [text for text in self.texts if text.language == language]
        if not found:
            raise InvalidValue("language", "one of " + ", ".join(self.languages))
        return found[0]
