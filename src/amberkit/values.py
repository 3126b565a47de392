"""The small values that every room of the house shares.

All are immutable and compare by value. Times are aware and kept in UTC, latitude
comes first, texts are kept in the order in which they are read (logical order).
"""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Generic, NewType, NoReturn, TypeVar

import attrs

from amberkit.errors import InvalidValue, NotShareable

__all__ = [
    "Audience",
    "CaseId",
    "Confidence",
    "DisclosureReason",
    "LanguageTag",
    "LatLon",
    "Localized",
    "Mode",
    "Principal",
    "Privacy",
    "Reason",
    "Restricted",
    "aware_utc",
    "case_id",
    "clean_text",
    "finite",
    "language_tag",
]

T = TypeVar("T")


# --- validators ---------------------------------------------------------------------


def finite(name: str, value: object, low: float, high: float) -> float:
    """Return *value* as a finite float in ``[low, high]``.

    Raises:
        InvalidValue: If it is a ``bool``, no number, NaN, infinite or out of range;
            the text holds *name* and the limits but not the value.
    """
    # NaN fails every comparison; an int is compared before it becomes a float, so
    # that a huge one cannot overflow.
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not low <= value <= high
    ):
        raise InvalidValue(name, f"a finite number in [{low:g}, {high:g}]")
    return float(value)


def aware_utc(value: dt.datetime) -> dt.datetime:
    """Convert an aware datetime to UTC, the same instant; refuse a naive one.

    Raises:
        InvalidValue: If *value* is no datetime, has no UTC offset, or lies outside
            the years 1900 to 2999, so that no sum of times can overflow.
    """
    if not isinstance(value, dt.datetime) or value.utcoffset() is None:
        raise InvalidValue("time", "a datetime with a UTC offset")
    # The first comparison keeps the conversion from overflowing.
    if 1 < value.year < 9999 and 1900 <= (utc := value.astimezone(dt.UTC)).year < 3000:
        return utc
    raise InvalidValue("time", "between the years 1900 and 2999 in UTC")


# XML 1.0 cannot carry most control characters, and a bidi override can make a text
# read as something else than it says (CVE-2021-42574). Tab and newline are kept; other
# line and paragraph separators are not, since not every reader breaks a line there.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e"
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
_ISOLATE_OR_LINE_END = re.compile("[\u2066-\u2069\n]|\\Z")
_ISOLATE_CLOSES = "\u2069"


def clean_text(value: str) -> str:
    """Return *value* in NFC, each line ended by a line feed.

    Raises:
        InvalidValue: If it is no ``str`` or holds a control character, a bidi
            override, a bidi isolate that is not closed in its line, a zero-width
            space, a line or paragraph separator or half a surrogate pair.
    """
    if not isinstance(value, str):
        raise InvalidValue("text", "a text")
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    if _FORBIDDEN.search(text) or not _isolates_close(text):
        raise InvalidValue(
            "text", "free of control characters, bidi overrides and open isolates"
        )
    return unicodedata.normalize("NFC", text)


def _isolates_close(text: str) -> bool:
    """Return whether each bidi isolate is closed in the line that opens it."""
    depth = 0
    for mark in _ISOLATE_OR_LINE_END.findall(text):
        if mark in ("", "\n"):
            if depth:
                return False
        else:
            depth += -1 if mark == _ISOLATE_CLOSES else 1
            if depth < 0:
                return False
    return True


# --- identifiers --------------------------------------------------------------------

CaseId = NewType("CaseId", str)
"""Identifier of a case: opaque, without personal data, safe as a file name."""

LanguageTag = NewType("LanguageTag", str)
"""BCP 47 language tag such as ``ar``, ``fr-MA`` or ``zgh-Tfng``."""

_CASE_ID = re.compile(r"[A-Z0-9][A-Z0-9-]{0,63}")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?")


def case_id(value: str) -> CaseId:
    """Check a case identifier: capital letters, digits and hyphens, at most 64.

    Raises:
        InvalidValue: If it is anything else.
    """
    if not isinstance(value, str) or not _CASE_ID.fullmatch(value):
        raise InvalidValue("case id", "1 to 64 of A-Z, 0-9 and '-', not first '-'")
    return CaseId(value)


def language_tag(value: str) -> LanguageTag:
    """Check a BCP 47 tag (language, script, region) and write it in canonical case.

    Raises:
        InvalidValue: If it has another form.
    """
    if not isinstance(value, str) or not _LANGUAGE_TAG.fullmatch(value):
        raise InvalidValue("language", "a BCP 47 tag such as 'ar' or 'fr-MA'")
    first, *rest = value.split("-")
    parts = [part.title() if len(part) == 4 else part.upper() for part in rest]
    return LanguageTag("-".join([first.lower(), *parts]))


# --- privacy ------------------------------------------------------------------------


class Privacy(enum.Enum):
    """What kind of data a field holds, and so who may ever see it."""

    P0 = "status"
    """Says nothing of a person: identifiers, times, agency."""

    P1 = "public"
    """Identifies the child to the public, once an alert is approved."""

    P2 = "need-to-publish"
    """Public only with a reason recorded for the field."""

    S = "special"
    """Health, disability, origin: never public; services only by pack and reason."""

    R = "restricted"
    """Never in any message; no flag changes that."""

    K = "secret"
    """Keys and tokens; never logged, never stored in clear."""


class Restricted(Generic[T]):
    """A value that no message may carry.

    It does not print, format, pickle or serialize its value, and compares only with
    another `Restricted`. Whoever needs the value calls `reveal`, which can be searched
    for.
    """

    __slots__ = ("_value",)
    _value: T

    def __new__(cls, value: T) -> Restricted[T]:
        # Here and not in __init__, which could be called again to change it.
        self = super().__new__(cls)
        object.__setattr__(self, "_value", value)
        return self

    def reveal(self) -> T:
        """Return the value."""
        return self._value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a restricted value cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a restricted value cannot be changed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Restricted):
            return NotImplemented
        return bool(self._value == other._value)

    def __hash__(self) -> int:
        return hash((Restricted, self._value))

    def __repr__(self) -> str:
        return "<restricted>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "<restricted>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise NotShareable("a restricted value", "a pickle")

    def __getstate__(self) -> NoReturn:
        raise NotShareable("a restricted value", "a pickle")

    def __copy__(self) -> Restricted[T]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Restricted[T]:
        return self


# --- who is spoken to, and whether it counts ------------------------------------------


class Audience(enum.Enum):
    """Who a message is for. A message for one never reaches a channel of the other."""

    PUBLIC = "public"
    """Everybody in the area."""

    SERVICES = "services"
    """Police and other services, at once and nationwide."""


class DisclosureReason(enum.Enum):
    """Why a field that is not public by itself has to be shown."""

    IDENTIFY_CHILD = "identify_child"
    IDENTIFY_PERSON = "identify_person"
    IDENTIFY_VEHICLE = "identify_vehicle"
    LOCATE = "locate"
    PROTECT_HEALTH = "protect_health"


class Mode(enum.Enum):
    """Whether it counts. Message, channel and store must agree."""

    LIVE = "live"
    EXERCISE = "exercise"
    TEST = "test"


class Reason(enum.Enum):
    """Why an alert ends."""

    LOCATED_SAFE = "located_safe"
    LOCATED_HARMED = "located_harmed"
    DECEASED = "deceased"

    EXPIRED_UNLOCATED = "expired_unlocated"
    """Its time has passed and the child is still missing."""

    WITHDRAWN_FOR_RISK = "withdrawn_for_risk"
    """Being public has become a danger to the child."""

    ISSUED_IN_ERROR = "issued_in_error"
    MERGED = "merged"
    """It goes on under another case."""


_PRINCIPAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def _pseudonym(value: str) -> str:
    if not isinstance(value, str) or not _PRINCIPAL.fullmatch(value):
        raise InvalidValue("principal", "1 to 64 of letters, digits and . _ @ -")
    return value


@attrs.frozen
class Principal:
    """Somebody who acts for the agency.

    What is recorded is *id*: a service number or another pseudonym, of which the agency
    keeps the table. It is never a person's name.

    Raises:
        InvalidValue: If either is not 1 to 64 letters, digits or ``. _ @ -``.
    """

    id: str = attrs.field(converter=_pseudonym)
    role: str = attrs.field(converter=_pseudonym)
    """In what capacity, such as ``officer`` or ``commissioner``."""


# --- values of a case ---------------------------------------------------------------


class Confidence(enum.Enum):
    """How sure the agency is that something is so. Not knowing is no member."""

    RULED_OUT = "ruled_out"
    SUSPECTED = "suspected"
    BELIEVED = "believed"
    CONFIRMED = "confirmed"


def _latitude(value: float) -> float:
    return finite("lat", value, -90, 90)


def _longitude(value: float) -> float:
    return finite("lon", value, -180, 180)


@attrs.frozen(kw_only=True)
class LatLon:
    """A position on the WGS 84 ellipsoid.

    Raises:
        InvalidValue: If a coordinate is no finite number in its range.
    """

    lat: float = attrs.field(converter=_latitude)
    """Geodetic latitude in degrees north, in ``[-90, 90]``."""

    lon: float = attrs.field(converter=_longitude)
    """Longitude in degrees east, in ``[-180, 180]``."""


@attrs.frozen(init=False, repr=False)
class Localized:
    """One text in one or more languages, in logical order.

    Built from a mapping of language tag to text; iterates over its tags in the order
    given. Equality ignores that order.

    Raises:
        InvalidValue: If it is empty, a tag is no language tag or given twice, or a
            text is empty or not clean (see `clean_text`).
    """

    _texts: tuple[tuple[LanguageTag, str], ...] = attrs.field(eq=dict)

    def __init__(self, texts: Mapping[str, str]) -> None:
        pairs = tuple((language_tag(tag), clean_text(t)) for tag, t in texts.items())
        if not pairs or not all(text.strip() for _, text in pairs):
            raise InvalidValue("text", "given, and not empty, in at least one language")
        if len(dict(pairs)) < len(pairs):
            raise InvalidValue("text", "given once for each language")
        self.__attrs_init__(pairs)

    def __iter__(self) -> Iterator[LanguageTag]:
        return iter(tag for tag, _ in self._texts)

    def __hash__(self) -> int:
        return hash(frozenset(self._texts))

    def __repr__(self) -> str:
        # A text may be personal data, and only its field knows of which class.
        return f"Localized({', '.join(self)})"

    def find(self, language: str) -> str | None:
        """Return the text for *language*, or None.

        A tag also finds the text of the same primary language: ``fr-MA`` finds
        ``fr`` and the other way round. An exact match wins.
        """
        texts = dict(self._texts)
        wanted = language_tag(language)
        if wanted in texts:
            return texts[wanted]
        primary = wanted.split("-")[0]
        return next((t for tag, t in self._texts if tag.split("-")[0] == primary), None)

    def as_dict(self) -> dict[str, str]:
        """Return a new dict of language tag to text."""
        return {str(tag): text for tag, text in self._texts}
