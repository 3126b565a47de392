"""What happened: where the child was last seen, by what means it may travel.

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
    LatLon,
    Localized,
    Privacy,
    Restricted,
    aware_utc,
    finite,
)

__all__ = [
    "Circumstances",
    "LastSeen",
    "Mobility",
    "RiskIndicators",
    "Sighting",
    "Vehicle",
    "VehicleColor",
    "VehicleKind",
]

P1, P2, R = Privacy.P1, Privacy.P2, Privacy.R


def _uncertainty(value: float) -> float:
    return finite("uncertainty_m", value, 0, 100_000)


class Mobility(enum.Enum):
    """How the child, or who has it, moves."""

    ON_FOOT = "on_foot"
    PUBLIC_TRANSPORT = "public_transport"
    VEHICLE = "vehicle"

    HIGHWAY = "highway"
    """In a vehicle, and known to be on a motorway or a main road."""


@attrs.frozen(kw_only=True, field_transformer=classified)
class LastSeen:
    """Where and when the child was last known to be."""

    at: Annotated[LatLon, P2]
    """The point, WGS 84 degrees. Public geometry never gives it away."""

    uncertainty_m: Annotated[float, P2] = attrs.field(converter=_uncertainty)
    """Radius in meters, in ``[0, 100000]``, of the circle believed to hold it."""

    time: Annotated[dt.datetime, P1] = attrs.field(converter=aware_utc)
    """When; aware, in UTC."""

    place: Annotated[Localized | None, P1] = None
    """Name of the district or the public place."""

    direction: Annotated[Localized | None, P1] = None
    """Where the child was heading."""

    witness: Annotated[Restricted[str] | None, R] = None


@attrs.frozen(kw_only=True, field_transformer=classified)
class Sighting:
    """A place and time at which somebody believes to have seen the child."""

    at: Annotated[LatLon, P2]
    """The point, WGS 84 degrees."""

    uncertainty_m: Annotated[float, P2] = attrs.field(converter=_uncertainty)
    """Radius in meters, in ``[0, 100000]``, of the circle believed to hold it."""

    seen: Annotated[dt.datetime, P2] = attrs.field(converter=aware_utc)
    """When the child was there; aware, in UTC."""

    reported: Annotated[dt.datetime, P2] = attrs.field(converter=aware_utc)
    """When the agency learnt of it; never before *seen*."""

    confidence: Annotated[Confidence, P2] = Confidence.SUSPECTED
    """How sure the agency is that it was the child."""

    mobility: Annotated[Mobility | None, P2] = None
    """How the child moved there, only if believed or confirmed; left out, what the
    circumstances say holds."""

    road: Annotated[str | None, P2] = None
    """The road it was on: its name in the agency's atlas, such as ``A3``."""

    note: Annotated[Restricted[str] | None, R] = None
    witness: Annotated[Restricted[str] | None, R] = None


class VehicleKind(enum.Enum):
    """Kind of vehicle."""

    CAR = "car"
    TAXI = "taxi"
    VAN = "van"
    TRUCK = "truck"
    BUS = "bus"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"
    BOAT = "boat"


class VehicleColor(enum.Enum):
    """Main color of a vehicle."""

    BEIGE = "beige"
    BLACK = "black"
    BLUE = "blue"
    BROWN = "brown"
    GRAY = "gray"
    GREEN = "green"
    ORANGE = "orange"
    RED = "red"
    SILVER = "silver"
    WHITE = "white"
    YELLOW = "yellow"


@attrs.frozen(kw_only=True, field_transformer=classified)
class Vehicle:
    """A vehicle that may carry the child. A missing plate is normal."""

    kind: Annotated[VehicleKind | None, P1] = None
    color: Annotated[VehicleColor | None, P1] = None
    make: Annotated[str | None, P1] = None
    model: Annotated[str | None, P1] = None

    marks: Annotated[Localized | None, P1] = None
    """Dents, stickers, anything that tells it from others."""

    plate: Annotated[str | None, P2] = None
    """Registration number, as on the plate."""

    plate_partial: Annotated[str | None, P2] = None
    """What was read of it, ``?`` for each character that was not."""

    plate_country: Annotated[str | None, P1] = None
    """ISO 3166-1 alpha-2 code."""

    confidence: Annotated[Confidence, P1] = Confidence.SUSPECTED
    """How sure the agency is that it has to do with the child."""


@attrs.frozen(kw_only=True, field_transformer=classified)
class Circumstances:
    """What is known of the disappearance. A field left out is not known."""

    summary: Annotated[Localized | None, P1] = None
    """What the public may be told of it."""

    mobility: Annotated[Mobility | None, P1] = None
    """Only if believed or confirmed; left out, the plan takes the speed that the pack
    has for an unknown means of travel."""

    suspicious: Annotated[Restricted[Confidence] | None, R] = None
    """Whether the circumstances are suspicious."""

    forced: Annotated[Restricted[Confidence] | None, R] = None
    """Whether the child was taken against its will; ruled out means it left."""

    criminal: Annotated[Restricted[Confidence] | None, R] = None
    """Whether a crime is behind it."""

    taken: Annotated[Restricted[Confidence] | None, R] = None
    """Whether somebody took or led the child away without the permission of those who
    have custody, willingly or not."""

    verified: Annotated[Restricted[Confidence] | None, R] = None
    """Whether an investigation verified an abduction and ruled out all else."""

    killing: Annotated[Restricted[Confidence] | None, R] = None
    """Whether it happened in the course of a murder or an attempt at one."""

    danger: Annotated[Restricted[Confidence] | None, R] = None
    """Whether life or limb are in immediate danger."""

    danger_to_life: Annotated[Restricted[Confidence] | None, R] = None
    """Whether the life of the child is directly at risk."""

    danger_to_health: Annotated[Restricted[Confidence] | None, R] = None
    """Whether the health of the child is directly at risk."""

    welfare_concern: Annotated[Restricted[Confidence] | None, R] = None
    """Whether there is serious concern for the welfare of the child."""

    public_can_help: Annotated[Restricted[Confidence] | None, R] = None
    """Whether what can be published can help to find the child."""

    publication_harm: Annotated[Restricted[Confidence] | None, R] = None
    """Whether publishing would endanger the child or the search."""

    custody_dispute: Annotated[Restricted[Confidence] | None, R] = None
    family_conflict: Annotated[Restricted[Confidence] | None, R] = None


@attrs.frozen(kw_only=True, field_transformer=classified)
class RiskIndicators:
    """Signs of trafficking or online exploitation. A field left out is not known."""

    sexual_exploitation: Annotated[Confidence | None, R] = None
    forced_crime: Annotated[Confidence | None, R] = None
    forced_marriage: Annotated[Confidence | None, R] = None
    forced_labor: Annotated[Confidence | None, R] = None
    online_recruitment: Annotated[Confidence | None, R] = None
