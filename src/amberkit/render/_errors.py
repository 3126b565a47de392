"""What can keep a plan from being put into words or forms."""

from __future__ import annotations

from amberkit.errors import AmberkitError, Refused

__all__ = [
    "LanguageMissing",
    "PhotographRefused",
    "RenderRefused",
    "WordingNotReviewed",
]


class LanguageMissing(AmberkitError, LookupError):
    """There is no wording in a language.

    Attributes:
        language: The language that was asked for.
        available: The languages that there are.
    """

    def __init__(self, language: str, available: tuple[str, ...]) -> None:
        super().__init__(language, available)
        self.language = language
        self.available = available

    def __str__(self) -> str:
        known = ", ".join(self.available)
        return f"no wording in {self.language!r}; there is wording in {known}"


class WordingNotReviewed(AmberkitError, ValueError):
    """A live message was asked for in a wording that nobody has signed off.

    Attributes:
        language: The language of the wording.
    """

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self.language = language

    def __str__(self) -> str:
        return (
            f"the wording in {self.language!r} names no reviewer; a live message "
            "needs wording that the agency has had reviewed (given as "
            "wordings)"
        )


class RenderRefused(Refused):
    """What was given does not belong together.

    Its code is such as ``other-case``.
    """

    _opening = "not rendered: "


class PhotographRefused(Refused):
    """A photograph cannot be made into a picture that may be shown.

    Its code is such as ``too-large``.
    """

    _opening = "photograph refused: "
