"""From a report to the right phones, provably.

amberkit builds geo-targeted child-abduction alert systems. This module is the
vocabulary: the names that most code needs, each loaded from its package when it is
first used, so that importing amberkit costs next to nothing.

The way of the data, left to right, each step one public function:

    load_case -> eligibility.assess -> plans.plan_alert -> render.render_message
    -> render.render_text, render_cap, render_geojson
    -> desk.Desk.submit, approve, end -> publish.Dispatcher.drain
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from amberkit.agency import Agency, load_agency
    from amberkit.cases import Case, dump_case, load_case
    from amberkit.eligibility import Truth
    from amberkit.errors import AmberkitError, InvalidDocument, InvalidValue, Problem
    from amberkit.values import (
        Audience,
        LatLon,
        Localized,
        Mode,
        Principal,
        Privacy,
        Reason,
        Restricted,
    )

__all__ = [
    "Agency",
    "AmberkitError",
    "Audience",
    "Case",
    "InvalidDocument",
    "InvalidValue",
    "LatLon",
    "Localized",
    "Mode",
    "Principal",
    "Privacy",
    "Problem",
    "Reason",
    "Restricted",
    "Truth",
    "dump_case",
    "load_agency",
    "load_case",
]

_HOMES = {
    "amberkit.agency": ("Agency", "load_agency"),
    "amberkit.cases": ("Case", "dump_case", "load_case"),
    "amberkit.eligibility": ("Truth",),
    "amberkit.errors": ("AmberkitError", "InvalidDocument", "InvalidValue", "Problem"),
}
# Whatever is not listed is one of the values.
_HOME = dict.fromkeys(__all__, "amberkit.values") | {
    name: home for home, names in _HOMES.items() for name in names
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        msg = f"module 'amberkit' has no attribute {name!r}"
        raise AttributeError(msg)
    value: object = getattr(importlib.import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
