"""Why a stage is as it is, in a sentence."""

from __future__ import annotations

from amberkit.plans import Why
from amberkit.render._wording import Wording, load_wording

__all__ = ["render_why", "say_why"]


def render_why(why: Why, *, language: str) -> str:
    """Return the reason of a stage in *language*, with its figures.

    Raises:
        InvalidValue: If *language* is no tag.
        LanguageMissing: If there is no wording in *language*.
    """
    return say_why(why, load_wording(language))


def say_why(why: Why, wording: Wording) -> str:
    """Return the reason of a stage in the phrases of *wording*."""
    phrases = wording.why
    moving = (
        wording.terms["mobility"][why.mobility.value]
        if why.mobility
        else phrases["mobility_unknown"]
    )
    hours, minutes = divmod(why.elapsed_s // 60, 60)
    return phrases[why.code.value].format(
        radius=wording.number(why.radius_m / 1000),
        reach=wording.number(why.reach_m / 1000),
        elapsed=phrases["hours" if hours else "minutes"].format(h=hours, m=minutes),
        speed=phrases["speed"].format(
            mobility=moving,
            speed=wording.number(why.speed_kmh),
            detour=wording.number(why.detour_factor),
        ),
    )
