"""What is known of a disappearance, who said so, and since when.

The models are frozen, every field carries one privacy class, and what no message may
ever hold is wrapped in `amberkit.values.Restricted`. `load_case` reads the published
JSON format, `dump_case` writes it.
"""

from amberkit.cases._case import (
    Case,
    Consent,
    Disclosure,
    DisclosureReason,
    Report,
    Reporter,
    ReporterRelation,
)
from amberkit.cases._checks import disclosable_fields
from amberkit.cases._codec import SCHEMA_ID, dump_case, load_case
from amberkit.cases._people import (
    Appearance,
    Build,
    Child,
    EyeColor,
    HairColor,
    Person,
    Photograph,
    PhotographKind,
    Place,
    RelationToChild,
    Sex,
)
from amberkit.cases._privacy import Leaf, leaf_values, leaves_of
from amberkit.cases._scene import (
    Circumstances,
    LastSeen,
    Mobility,
    RiskIndicators,
    Sighting,
    Vehicle,
    VehicleColor,
    VehicleKind,
)

__all__ = [
    "SCHEMA_ID",
    "Appearance",
    "Build",
    "Case",
    "Child",
    "Circumstances",
    "Consent",
    "Disclosure",
    "DisclosureReason",
    "EyeColor",
    "HairColor",
    "LastSeen",
    "Leaf",
    "Mobility",
    "Person",
    "Photograph",
    "PhotographKind",
    "Place",
    "RelationToChild",
    "Report",
    "Reporter",
    "ReporterRelation",
    "RiskIndicators",
    "Sex",
    "Sighting",
    "Vehicle",
    "VehicleColor",
    "VehicleKind",
    "disclosable_fields",
    "dump_case",
    "leaf_values",
    "leaves_of",
    "load_case",
]
