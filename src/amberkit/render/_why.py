"""Why a stage is as it is, in a sentence."""

from __future__ import annotations

from amberkit.plans import Why
from amberkit.render._wording import load_wording

__all__ = ["render_why"]


def render_why(why: Why, *, language: str) -> str:
    """Return the reason of a stage in *language*, with its figures.

    Raises:
        LanguageMissing: If there is no wording in *language*.
    """
    wording = load_wording(language)
    phrases = wording.why
    moving = (
        wording.terms["mobility"][why.mobility.value]
        if why.mobility
        else phrases["mobility_unknown"]
    )
    hours, minutes = divmod(why.elapsed_s // 60, 60)
    return phrases[why.code.value].format(
        radius=_kilometers(why.radius_m),
        reach=_kilometers(why.reach_m),
        elapsed=phrases["hours" if hours else "minutes"].format(h=hours, m=minutes),
        speed=phrases["speed"].format(
            mobility=moving, speed=f"{why.speed_kmh:g}", detour=f"{why.detour_factor:g}"
        ),
    )


def _kilometers(meters: float) -> str:
    return f"{meters / 1000:.3g}"
