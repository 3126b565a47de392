"""The one script of the page, and the policy that lets it run and nothing else.

It is the same text in every page, so that its hash is; it holds no word of any plan.
Without it the slider stays hidden, and every stage is seen.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json

__all__ = ["POLICY", "SCRIPT", "slider"]

SCRIPT = """
"use strict";
const slider = document.getElementById("slider");
const told = document.getElementById("told");
const says = JSON.parse(slider.dataset.says);
function show() {
  const last = slider.valueAsNumber - 1;
  for (const part of document.querySelectorAll("[data-stage]")) {
    part.classList.toggle("later", Number(part.dataset.stage) > last);
  }
  for (const row of document.querySelectorAll("[data-row]")) {
    if (Number(row.dataset.row) === last) row.setAttribute("aria-current", "step");
    else row.removeAttribute("aria-current");
  }
  slider.setAttribute("aria-valuetext", says[last]);
  told.textContent = says[last];
}
slider.addEventListener("input", show);
document.getElementById("player").hidden = false;
show();
""".strip()

_HASH = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    f"script-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
)
"""What a browser may do with the page: its styles, and the script of that hash."""


def slider(label: str, says: tuple[str, ...]) -> str:
    """Return the slider over stages, hidden until the script shows it.

    It runs from left to right in every language, as the timeline does: one picture
    serves all languages of the page, and its times are written from left to right.

    Args:
        label: What is moved.
        says: What each stage is, for who cannot see it.
    """
    count = len(says)
    return (
        '<div id="player" hidden>'
        f'<label for="slider">{html.escape(label)}</label>'
        f'<input type="range" id="slider" dir="ltr" min="1" max="{count}" step="1" '
        f'value="{count}" aria-valuetext="{html.escape(says[-1])}" '
        f'data-says="{html.escape(json.dumps(says, ensure_ascii=False))}">'
        '<output id="told" for="slider" aria-live="polite"></output></div>'
    )
