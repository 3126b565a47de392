"""What a channel is given: a message in every form that the channel takes."""

from __future__ import annotations

import json

from amberkit.messages import Capabilities, Message
from amberkit.render._cap import cap_template
from amberkit.render._errors import RenderRefused
from amberkit.render._geojson import render_geojson
from amberkit.render._text import render_text

__all__ = ["render_forms"]

# Nothing in it has a direction, so that it parts right-to-left text as well.
_PARTED_BY = "\n" + "-" * 24 + "\n\n"


def render_forms(
    message: Message, capabilities: Capabilities
) -> tuple[tuple[str, bytes], ...]:
    """Return *message* in every form that a channel takes, with its slots.

    - ``application/cap+xml``: as `cap_template` makes it.
    - ``application/geo+json``: as `render_geojson`, compact, without ``sent``; an
      ending has none.
    - ``text/plain``: the texts of all languages, parted by a line of dashes; UTF-8.

    The same message gives the same bytes. No picture is in any of them.

    Returns:
        Pairs of media type and bytes, sorted. A media type that nothing here renders
        is left out.

    Raises:
        RenderRefused: With the code ``no-form`` if nothing is left, and ``too-long``
            if the text has more characters than the channel takes: it is never cut.
        MissingExtra: If CAP is taken and the extra ``cap`` is not installed.
    """
    forms = {}
    if "application/cap+xml" in capabilities.forms:
        forms["application/cap+xml"] = cap_template(message)
    if "application/geo+json" in capabilities.forms and message.ending is None:
        forms["application/geo+json"] = _geojson(message)
    if "text/plain" in capabilities.forms:
        forms["text/plain"] = _text(message, capabilities.max_chars)
    if not forms:
        raise RenderRefused(
            "no-form", "the channel must take a form that this message has"
        )
    return tuple(sorted(forms.items()))


def _geojson(message: Message) -> bytes:
    feature = render_geojson(message)
    # Not known yet; and an area has no need of it.
    del feature["properties"]["sent"]
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()


def _text(message: Message, max_chars: int | None) -> bytes:
    text = _PARTED_BY.join(
        render_text(message, language=language) for language in message.languages
    )
    if max_chars is not None and len(text) > max_chars:
        raise RenderRefused(
            "too-long",
            f"the text has {len(text)} characters and the channel takes {max_chars}; "
            "ask for fewer languages",
        )
    return text.encode()
