"""The map: one HTML file that needs no network and no script."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Sequence

from amberkit.agency import Agency
from amberkit.eligibility.packs import Scope
from amberkit.geo import CellSet, Region
from amberkit.plans import AlertPlan
from amberkit.render._svg import draw, fill_of
from amberkit.render._times import in_zone, show_time
from amberkit.render._why import say_why
from amberkit.render._wording import Wording, choose_wordings
from amberkit.values import Mode, language_tag

__all__ = ["render_map"]

_STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:0 1rem 2rem;color:#1c1c1c;background:#fff;
font:1rem/1.5 "Noto Sans","Noto Sans Arabic","DejaVu Sans",Arial,sans-serif}
.marker{background:#1c1c1c;color:#ffd800;font-weight:700;text-align:center;
padding:.4rem;letter-spacing:.04em;margin:0 -1rem}
h1{font-size:1.25rem;margin:.8rem 0 .2rem}
svg{display:block;width:100%;max-width:46rem;margin:.5rem auto;
border:1px solid #888}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{border:1px solid #999;padding:.3rem .5rem;text-align:start;vertical-align:top}
th{background:#eee}
td.swatch{white-space:nowrap;font-weight:700}
section{margin-top:1.2rem}
p{margin:.4rem 0}
@media print{.marker{border:2px solid #000;color:#000;background:#fff}}
""".strip()

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def render_map(
    plan: AlertPlan,
    *,
    agency: Agency,
    languages: Sequence[str],
    mode: Mode,
    land: Region | None = None,
    wordings: Iterable[Wording] = (),
) -> str:
    """Return the stages of *plan* on a map, as one self-contained HTML page.

    The drawing is an SVG in an azimuthal equidistant projection around the plan's
    coarse center; a table in each language tells times, radii, cells and reasons. The
    page loads nothing, runs nothing and shows nothing that the plan does not hold.

    Args:
        plan: What to show.
        agency: Whose zone the times are in.
        languages: BCP 47 tags, the leading one first.
        mode: All but live is marked first and last.
        land: What is land; the library ships no borders. Without it the page says so.
        wordings: The agency's own phrases, as for `render_message`.

    Raises:
        InvalidValue: If there is no language, or one is no tag.
        LanguageMissing: If there is no wording in a language.
        WordingNotReviewed: If the mode is live and a wording names no reviewer.
    """
    chosen = choose_wordings(languages, wordings, mode)
    tags = [language_tag(language) for language in languages]
    leading = chosen[0]
    title = leading.map["title"].format(case=plan.case_id)
    zone = agency.time_zone
    drawing = draw(
        plan,
        labels=tuple(
            f"{stage.index + 1} · {stage.radius_m / 1000:g} km · "
            f"{in_zone(stage.starts, zone):%H:%M}"
            for stage in plan.stages
        ),
        title=title,
        north=leading.map["north"],
        land=land,
    )
    bands = [
        f'<div class="marker" lang="{tag}" dir="{wording.direction}">'
        f"{html.escape(wording.markers[mode.value])}</div>"
        for tag, wording in zip(tags, chosen, strict=True)
        if mode is not Mode.LIVE
    ]
    sections = [
        _section(plan, zone, tag, wording, is_leading=wording is leading, land=land)
        for tag, wording in zip(tags, chosen, strict=True)
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{tags[0]}" dir="{leading.direction}">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<link rel="icon" href="data:,">',
            f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head><body>",
            *bands,
            f"<h1>{html.escape(title)}</h1>",
            drawing,
            *sections,
            *bands,
            "</body></html>",
            "",
        ]
    )


def _count(cells: CellSet) -> str:
    """Return how many there are; thousands apart by a space, as in every language."""
    return f"{len(cells):,}".replace(",", "\u202f")


def _section(
    plan: AlertPlan,
    zone: str,
    tag: str,
    wording: Wording,
    *,
    is_leading: bool,
    land: Region | None,
) -> str:
    words = wording.map

    def time(value: dt.datetime) -> str:
        return html.escape(show_time(value, zone=zone, language=tag))

    title = html.escape(words["title"].format(case=plan.case_id))
    # The leading language has its title above the drawing.
    heading = "" if is_leading else f"<h1>{title}</h1>"
    heads = "".join(
        f"<th>{html.escape(words[name])}</th>"
        for name in ("stage", "from", "until", "radius", "cells", "why")
    )
    rows = "".join(
        "<tr>"
        f'<td class="swatch" style="border-inline-start:.8rem solid '
        f'{fill_of(stage.index)}">{stage.index + 1}</td>'
        f"<td>{time(stage.starts)}</td><td>{time(stage.ends)}</td>"
        f'<td><bdi dir="ltr">{stage.radius_m / 1000:g}\u00a0km</bdi></td>'
        f'<td><bdi dir="ltr">{_count(stage.cells)} (+{_count(stage.added)})</bdi></td>'
        f"<td>{html.escape(say_why(stage.why, wording))}</td>"
        "</tr>"
        for stage in plan.stages
    )
    nationwide = plan.services.scope is Scope.NATIONWIDE
    area = wording.phrases["area_nationwide" if nationwide else "area_circle"]
    services = html.escape(words["services"]).format(
        **{"from": time(plan.services.starts), "until": time(plan.services.ends)},
        area=html.escape(area.format(radius=f"{plan.services.radius_m / 1000:g}")),
    )
    deadline = html.escape(words["deadline"]).format(
        time=time(plan.deadline), expires=time(plan.expires)
    )
    notes = [f"+ {words['center']}."]
    if land is None:
        notes.append(words["no_land"])
    return (
        f'<section lang="{tag}" dir="{wording.direction}">'
        f"{heading}"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f"<p>{services}</p><p>{deadline}</p><p>{html.escape(' '.join(notes))}</p>"
        "</section>"
    )
