"""Wording as data: every fixed phrase, in one file for each language."""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import attrs

from amberkit.errors import InvalidValue
from amberkit.messages import Term
from amberkit.render._errors import LanguageMissing, WordingNotReviewed
from amberkit.values import Localized, Mode, language_tag

__all__ = [
    "Wording",
    "choose_wordings",
    "left_to_right",
    "load_wording",
    "name_in",
    "wording_languages",
]


@attrs.frozen(kw_only=True)
class Wording:
    """The phrases of one language.

    An agency that has had the phrases checked says so with
    ``attrs.evolve(load_wording("fr"), reviewed_by="...")``; without it they serve
    exercises and tests only.
    """

    language: str
    """Primary language subtag."""

    direction: str
    """``ltr`` or ``rtl``."""

    reviewed_by: str | None
    """Who has checked the phrases for live use; None if nobody."""

    decimal_point: str
    markers: Mapping[str, str] = attrs.field(repr=False)
    events: Mapping[str, str] = attrs.field(repr=False)
    phrases: Mapping[str, str] = attrs.field(repr=False)
    endings: Mapping[str, Mapping[str, str]] = attrs.field(repr=False)
    """Headline and description of each ending."""

    ages: Mapping[str, str] = attrs.field(repr=False)
    hours: Mapping[str, str] = attrs.field(repr=False)
    """As `ages`, in the case that follows "ago" and "after"."""

    minutes: Mapping[str, str] = attrs.field(repr=False)
    labels: Mapping[str, str] = attrs.field(repr=False)
    units: Mapping[str, str] = attrs.field(repr=False)
    terms: Mapping[str, Mapping[str, str]] = attrs.field(repr=False)
    why: Mapping[str, str] = attrs.field(repr=False)
    effects: Mapping[str, str] = attrs.field(repr=False)
    """What became of a sighting."""

    causes: Mapping[str, str] = attrs.field(repr=False)
    """What made a revision."""

    concerns: Mapping[str, str] = attrs.field(repr=False)
    alarms: Mapping[str, str] = attrs.field(repr=False)
    """By the code of the problem."""

    timeline: Mapping[str, str] = attrs.field(repr=False)
    map: Mapping[str, str] = attrs.field(repr=False)

    def term(self, term: Term) -> str:
        """Return the word for *term*; a language without one keeps its tag."""
        words = self.terms[term.vocabulary]
        if term.vocabulary == "language":
            return words.get(term.code, term.code)
        return words[term.code]

    def age(self, years: int) -> str:
        """Return an age in years, in the plural that the number takes."""
        return self.ages.get(str(years), self.ages["other"]).format(n=years)

    def elapsed(self, seconds: int) -> str:
        """Return how long something lasts, in hours and whole minutes."""
        hours, minutes = divmod(seconds // 60, 60)
        shown = {
            "hours": _counted(self.hours, hours),
            "minutes": _counted(self.minutes, minutes),
        }
        if not hours or not minutes:
            return shown["hours" if hours else "minutes"]
        return self.why["elapsed"].format(**shown)

    def line(self, label: str, value: str) -> str:
        """Return a labeled line."""
        return self.phrases["line"].format(label=self.labels[label], value=value)

    def isolate(self, value: str) -> str:
        """Return a name, number or address so that the text around it leaves it alone.

        Right-to-left text would otherwise move its parts, and right-to-left letters
        in it those of the text. Its own direction is that of its first letter, and
        left to right where it has none.
        """
        needed = self.direction == "rtl" or any(map(_is_right_to_left, value))
        return f"\u2068{value}\u2069" if needed else value

    def count(self, value: int) -> str:
        """Return a count; thousands apart by a space, as in every language."""
        return f"{value:,}".replace(",", "\u202f")

    def join(self, values: Iterable[str]) -> str:
        """Return names as a list."""
        return self.phrases["list"].join(values)

    def number(self, value: float) -> str:
        """Return a number with one decimal below 10, and whole from there on."""
        shown = f"{value:.0f}" if value >= 10 else f"{value:.1f}".removesuffix(".0")
        return shown.replace(".", self.decimal_point)


def _counted(words: Mapping[str, str], n: int) -> str:
    """Return a number of something, in the plural that the number takes.

    Arabic counts the last two digits from 3 on: 103 takes the plural of 3, but 101 not
    that of 1 (Unicode CLDR, plural rules for ``ar``).
    """
    last = n % 100
    key = str(last) if n < 100 or last >= 3 else "other"
    return words.get(key, words["other"]).format(n=n)


def _is_right_to_left(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def left_to_right(value: str) -> str:
    """Return a registration number so that it reads from left to right everywhere.

    ``12345-A-6`` with an Arabic letter in it would show its ``6`` left of the letter:
    digits after an Arabic letter join it (UAX 9, rule W2), in an isolate too. A
    left-to-right mark after the letter keeps them apart.
    """
    marked = [
        character + "\u200e" * _is_right_to_left(character) for character in value
    ]
    return f"\u2066{''.join(marked)}\u2069"


def name_in(language: str, name: Localized) -> str:
    """Return an agency's name in *language*, or in the first one that it has."""
    return name.find(language) or name.as_dict()[next(iter(name))]


@functools.cache
def wording_languages() -> tuple[str, ...]:
    """Return the primary subtags of the languages that have wording, sorted."""
    folder = files("amberkit.render").joinpath("wording")
    return tuple(sorted(file.name.removesuffix(".json") for file in folder.iterdir()))


def load_wording(language: str) -> Wording:
    """Return the wording for a BCP 47 tag, found by its primary language.

    Raises:
        InvalidValue: If *language* is no tag.
        LanguageMissing: If there is no wording in it.
    """
    primary = language_tag(language).split("-")[0]
    if primary not in wording_languages():
        raise LanguageMissing(language, wording_languages())
    return _load(primary)


def choose_wordings(
    languages: Sequence[str], own: Iterable[Wording], mode: Mode
) -> tuple[Wording, ...]:
    """Return a wording for each tag: the agency's own, or the one that ships.

    Raises:
        InvalidValue: If a tag is none, or there is no tag.
        LanguageMissing: If there is no wording in a language.
        WordingNotReviewed: If *mode* is live and a wording names no reviewer.
    """
    if isinstance(languages, str) or not languages:
        raise InvalidValue("languages", "a sequence of tags such as ('ar', 'fr')")
    if not isinstance(mode, Mode):
        raise InvalidValue("mode", "a Mode")
    mine = {wording.language: wording for wording in own}
    chosen = []
    for language in languages:
        primary = language_tag(language).split("-")[0]
        wording = mine.get(primary) or load_wording(language)
        if mode is Mode.LIVE and not wording.reviewed_by:
            raise WordingNotReviewed(language)
        chosen.append(wording)
    return tuple(chosen)


@functools.cache
def _load(primary: str) -> Wording:
    file = files("amberkit.render").joinpath("wording", f"{primary}.json")
    document: dict[str, Any] = json.loads(file.read_bytes())
    return Wording(**document)
