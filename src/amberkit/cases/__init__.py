"""What is known of a disappearance, who said so, and since when.

The models are frozen, every field carries one privacy class, and what no message may
ever hold is wrapped in `amberkit.values.Restricted`. `load_case` reads the published
JSON format, `dump_case` writes it.
"""

from amberkit.cases._case import (
    Attribution,
    Case,
    Consent,
    Disclosure,
    Readiness,
    Report,
    Reporter,
    ReporterRelation,
)
from amberkit.cases._checks import attributable_fields, disclosable_fields
from amberkit.cases._codec import dump_case, load_case
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
    "Appearance",
    "Attribution",
    "Build",
    "Case",
    "Child",
    "Circumstances",
    "Consent",
    "Disclosure",
    "EyeColor",
    "HairColor",
    "LastSeen",
    "Leaf",
    "Mobility",
    "Person",
    "Photograph",
    "PhotographKind",
    "Place",
    "Readiness",
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
    "attributable_fields",
    "disclosable_fields",
    "dump_case",
    "leaf_values",
    "leaves_of",
    "load_case",
]
