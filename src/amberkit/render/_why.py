"""Why a stage is as it is, in a sentence."""

from __future__ import annotations

from amberkit.plans import Why
from amberkit.render._wording import Wording, load_wording, name_in

__all__ = ["render_why", "say_why"]


def render_why(why: Why, *, language: str) -> str:
    """Return the reason of a stage in *language*, as one sentence.

    It tells from where and since when the area grows, the figures, and what stands
    behind the size: a source with its address, or the word policy.

    Raises:
        InvalidValue: If *language* is no tag.
        LanguageMissing: If there is no wording in *language*.
    """
    return say_why(why, load_wording(language))


def say_why(why: Why, wording: Wording) -> str:
    """Return the reason of a stage in the phrases of *wording*."""
    phrases, origin = wording.why, why.origin.value
    elapsed = wording.elapsed(why.elapsed_s)
    names = (wording.isolate(name_in(wording.language, name)) for name in why.names)
    return phrases[why.code.value].format(
        ago=phrases[f"ago.{origin}"].format(elapsed=elapsed),
        after=phrases[f"after.{origin}"].format(elapsed=elapsed),
        around=phrases[f"around.{origin}"],
        radius=wording.number(why.radius_m / 1000),
        reach=wording.number(why.reach_m / 1000),
        names=wording.join(names),
        speed=_speed(why, wording),
        basis=_basis(why, wording),
    )


def _speed(why: Why, wording: Wording) -> str:
    phrases = wording.why
    moving = (
        wording.terms["mobility"][why.mobility.value]
        if why.mobility
        else phrases["mobility_unknown"]
    )
    return phrases["speed_straight" if why.detour_factor == 1 else "speed"].format(
        mobility=moving,
        speed=wording.number(why.speed_kmh),
        detour=wording.number(why.detour_factor),
    )


def _basis(why: Why, wording: Wording) -> str:
    phrase = wording.why[f"basis.{why.evidence.value}"]
    if why.source is None:
        return phrase
    return phrase.format(
        title=wording.isolate(why.source.title), url=wording.isolate(why.source.url)
    )
