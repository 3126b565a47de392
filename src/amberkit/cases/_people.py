"""The people of a case: the children, and who may be with them.

No ``from __future__ import annotations`` here: the privacy class of each field is read
from its annotation when the class is made.
"""

import datetime as dt
import enum
from typing import Annotated

import attrs

from amberkit.cases._privacy import classified
from amberkit.values import (
    Confidence,
    LanguageTag,
    LatLon,
    Localized,
    Privacy,
    Restricted,
    finite,
)

__all__ = [
    "Appearance",
    "Build",
    "Child",
    "EyeColor",
    "HairColor",
    "Person",
    "Photograph",
    "PhotographKind",
    "Place",
    "RelationToChild",
    "Sex",
]

P1, P2, S, R = Privacy.P1, Privacy.P2, Privacy.S, Privacy.R


class Sex(enum.Enum):
    """Sex as a witness would describe it."""

    FEMALE = "female"
    MALE = "male"


class Build(enum.Enum):
    """Build of the body."""

    SLIM = "slim"
    AVERAGE = "average"
    HEAVY = "heavy"


class HairColor(enum.Enum):
    """Color of the hair as it is now."""

    BLACK = "black"
    BROWN = "brown"
    BLOND = "blond"
    RED = "red"
    GRAY = "gray"
    WHITE = "white"
    DYED = "dyed"
    NONE = "none"


class EyeColor(enum.Enum):
    """Color of the eyes."""

    BLACK = "black"
    BROWN = "brown"
    HAZEL = "hazel"
    GREEN = "green"
    BLUE = "blue"
    GRAY = "gray"


class RelationToChild(enum.Enum):
    """What a person is to the child."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    RELATIVE = "relative"
    ACQUAINTANCE = "acquaintance"
    ONLINE_CONTACT = "online_contact"
    STRANGER = "stranger"


class PhotographKind(enum.Enum):
    """How a picture shows a person; more than one kind helps recognition."""

    FACE = "face"
    FULL_BODY = "full_body"
    FROM_VIDEO = "from_video"
    DRAWING = "drawing"


@attrs.frozen(kw_only=True, field_transformer=classified)
class Photograph:
    """A picture of a person, named by file and digest; the bytes come apart."""

    kind: Annotated[PhotographKind, P1]
    """How it shows the person."""

    alt: Annotated[Localized, P1]
    """What it shows, for people who cannot see it."""

    taken: Annotated[dt.date | None, P1] = None
    """When it was taken."""

    differs: Annotated[Localized | None, P1] = None
    """How the person looks different now."""

    file: Annotated[Restricted[str], R]
    """Name of the original file, beside the case document; never a path."""

    sha256: Annotated[Restricted[str], R]
    """SHA-256 of the original file, 64 lower-case hexadecimal digits."""


@attrs.frozen(kw_only=True, field_transformer=classified)
class Appearance:
    """What a passer-by can see of a person."""

    height_cm: Annotated[int | None, P1] = None
    """Height in centimeters."""

    weight_kg: Annotated[int | None, P1] = None
    """Weight in kilograms."""

    build: Annotated[Build | None, P1] = None
    hair: Annotated[HairColor | None, P1] = None
    eyes: Annotated[EyeColor | None, P1] = None

    marks: Annotated[Localized | None, P1] = None
    """Distinguishing marks."""

    clothing: Annotated[Localized | None, P1] = None
    """What the person wore when last seen."""


def _radius(value: float) -> float:
    return finite("radius_m", value, 0, 100_000)


@attrs.frozen(kw_only=True, field_transformer=classified)
class Place:
    """A place that a child may go to."""

    name: Annotated[str, R]

    at: Annotated[LatLon | None, R] = None
    """Where; WGS 84 degrees."""

    radius_m: Annotated[float, R] = attrs.field(default=500.0, converter=_radius)
    """How far around *at* the child may be, in meters, in ``[0, 100000]``."""


@attrs.frozen(kw_only=True, field_transformer=classified)
class Child:
    """A missing child. A document gives *age_years*, *birth_date* or both."""

    given_name: Annotated[Localized, P1]
    family_name: Annotated[Localized | None, P2] = None

    sex: Annotated[Sex, P1]

    age_years: Annotated[int | None, P1] = None
    """Age in completed years at the disappearance."""

    birth_date: Annotated[dt.date | None, P2] = None

    appearance: Annotated[Appearance, P1] = attrs.field(factory=Appearance)

    photographs: Annotated[tuple[Photograph, ...], P1] = ()
    """The best first."""

    languages: Annotated[tuple[LanguageTag, ...], P2] = ()
    """What the child speaks, best first."""

    health_instruction: Annotated[Localized | None, P2] = None
    """What a finder must do, such as giving a medicine; not the diagnosis."""

    health: Annotated[Localized | None, S] = None
    disability: Annotated[Localized | None, S] = None
    origin: Annotated[Localized | None, S] = None

    hobbies: Annotated[Restricted[tuple[str, ...]], R] = Restricted(())
    personal_problems: Annotated[Restricted[tuple[str, ...]], R] = Restricted(())
    places_frequented: Annotated[Restricted[tuple[Place, ...]], R] = Restricted(())
    school: Annotated[Restricted[str] | None, R] = None
    home_address: Annotated[Restricted[str] | None, R] = None
    phone: Annotated[Restricted[str] | None, R] = None
    id_number: Annotated[Restricted[str] | None, R] = None
    online_accounts: Annotated[Restricted[tuple[str, ...]], R] = Restricted(())

    def age_at_disappearance(self, day: dt.date) -> int | None:
        """Return the age in completed years at the disappearance, which was on *day*.

        The age that was stated goes first: near midnight on a birthday it knows the
        local day, which *day* may not be. None if neither age nor birth date is known.
        """
        if self.age_years is not None or self.birth_date is None:
            return self.age_years
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


@attrs.frozen(kw_only=True, field_transformer=classified)
class Person:
    """Somebody who is with the child, or is suspected of having taken it."""

    name: Annotated[Localized | None, P2] = None
    sex: Annotated[Sex | None, P1] = None

    age_years: Annotated[int | None, P1] = None
    """Age in years, as estimated."""

    appearance: Annotated[Appearance, P1] = attrs.field(factory=Appearance)
    photographs: Annotated[tuple[Photograph, ...], P2] = ()

    dangerous: Annotated[bool, P1] = False
    """Whether the public must be told not to come near."""

    relation: Annotated[Restricted[RelationToChild] | None, R] = None
    prior_violence: Annotated[Restricted[Confidence] | None, R] = None
    home_address: Annotated[Restricted[str] | None, R] = None
    phone: Annotated[Restricted[str] | None, R] = None
    id_number: Annotated[Restricted[str] | None, R] = None
