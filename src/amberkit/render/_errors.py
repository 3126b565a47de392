"""What can keep a plan from being put into words or forms."""

from __future__ import annotations

from amberkit.errors import AmberkitError

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


class RenderRefused(AmberkitError, ValueError):
    """What was given does not belong together.

    Attributes:
        code: Stable name of the reason, such as ``other-case``.
        reason: What stands in the way, and what would be right.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason

    def __str__(self) -> str:
        return f"not rendered: {self.reason}"


class PhotographRefused(AmberkitError, ValueError):
    """A photograph cannot be made into a picture that may be shown.

    Attributes:
        code: Stable name of the reason, such as ``too-large``.
        says: What would be right.
    """

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code, says)
        self.code = code
        self.says = says

    def __str__(self) -> str:
        return f"photograph refused: {self.says}"
