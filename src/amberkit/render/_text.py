"""Plain text: for a person, a feed, a telegram."""

from __future__ import annotations

from amberkit.messages import Message

__all__ = ["render_text"]


def render_text(message: Message, *, language: str | None = None) -> str:
    """Return *message* as plain text in one of its languages.

    Args:
        message: What to say.
        language: One of ``message.languages``; None for the leading one.

    Returns:
        Lines in logical order, each ended by a line feed. A message that is not live
        bears its mark as the first and the last line.

    Raises:
        InvalidValue: If the message has no text in *language*.
    """
    text = message.text(language)
    lines = [text.headline, "", *text.description, "", text.area, "", *text.instruction]
    if text.marker is not None:
        lines = [text.marker, "", *lines, "", text.marker]
    return "\n".join(lines) + "\n"
