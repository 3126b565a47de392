"""How often the same people are alerted, and how often the agency allows it."""

from amberkit.plans.exposure._budget import (
    Exposure,
    ExposureBudget,
    ExposureFinding,
    PastAlert,
    Window,
)
from amberkit.plans.exposure._count import find_exposure, tally

__all__ = [
    "Exposure",
    "ExposureBudget",
    "ExposureFinding",
    "PastAlert",
    "Window",
    "find_exposure",
    "tally",
]
