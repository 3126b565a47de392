"""The map: one HTML file that needs no network, and tells all without its script."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from amberkit.agency import Agency
from amberkit.geo import Region
from amberkit.plans import AlertPlan
from amberkit.render._wording import Wording, choose_wordings
from amberkit.render.map._drawing import DRAWING_STYLE, Names, draw
from amberkit.render.map._hatches import print_rules
from amberkit.render.map._script import POLICY, SCRIPT, slider
from amberkit.render.map._tables import Tables
from amberkit.render.map._timeline import TIMELINE_STYLE, draw_timeline
from amberkit.times import in_zone
from amberkit.values import Mode, language_tag

__all__ = ["render_map"]

_STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:0 1rem 2rem;color:#1c1c1c;background:#fff;
font:1rem/1.5 "Noto Sans","Noto Sans Arabic","DejaVu Sans",Arial,sans-serif}
svg{font-family:"Noto Sans","Noto Sans Arabic","DejaVu Sans",Arial,sans-serif}
.marker{background:#1c1c1c;color:#ffd800;font-weight:700;text-align:center;
padding:.4rem;letter-spacing:.04em;margin:0 -1rem}
h1{font-size:1.25rem;margin:.8rem 0 .2rem}h2{font-size:1.15rem;margin:.4rem 0}
h3{font-size:1rem;margin:.8rem 0 .2rem}
figure{margin:.5rem auto;max-width:46rem}
figure>svg{display:block;width:100%;border:1px solid #767676}
#player:not([hidden]){display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center;
margin:.5rem auto;max-width:46rem}
#slider{flex:1 1 12rem;min-width:8rem;min-height:2rem;accent-color:#7a0019}
#told{flex:1 1 100%;min-height:1.5em}
:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:start;font-weight:700;padding:.2rem 0}
th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:start;vertical-align:top}
thead th{background:#eee}
tbody th{white-space:nowrap}
td:last-child{min-width:16rem}
tr[aria-current] th,tr[aria-current] td{background:#fff3c4}
.icon{width:1.4em;height:1.4em;vertical-align:-.35em}
ul{margin:.2rem 0;padding-inline-start:1.2rem}
li,td:last-child{overflow-wrap:anywhere}
section{margin-top:1.2rem;border-top:2px solid #1c1c1c}
p{margin:.4rem 0}
@media screen{.later{visibility:hidden}}
@media print{.marker{border:2px solid #000;color:#000;background:#fff}
#player:not([hidden]){display:none}figure{max-width:17cm;break-inside:avoid}
tr,li{break-inside:avoid}.scroll{overflow:visible}td:last-child{min-width:0}
tr[aria-current] th,tr[aria-current] td{background:none}
""".strip().replace("\n", "")


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
    coarse center: stages, what a revision withdraws, the boundary, places from which
    the area grows, roads that are followed, neighbors and names. Below it stands the
    timeline, and in each language a table of times, radii, cells and reasons with
    their sources, what became of the sightings, what changed, and what somebody must
    look at or decide. A slider shows the stages one after the other; its script is
    the only thing that runs, held by its hash. Without it, and on paper, all stages
    are seen, and hatches tell them apart. The page loads nothing and shows nothing
    that the plan does not hold.

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
    tables = [
        Tables(plan, agency.time_zone, tag, wording)
        for tag, wording in zip(tags, chosen, strict=True)
    ]
    bands = [
        f'<div class="marker" lang="{tag}" dir="{wording.direction}">'
        f"{html.escape(wording.markers[mode.value])}</div>"
        for tag, wording in zip(tags, chosen, strict=True)
        if mode is not Mode.LIVE
    ]
    names = Names(
        title=title,
        north=leading.map["north"],
        language=tags[0],
        stages=_labels(plan, agency.time_zone),
    )
    style = _STYLE + print_rules(len(plan.stages)) + "}"
    figure = [
        f"<figure>{draw(plan, names, land=land)}</figure>",
        f"<figure>{draw_timeline(plan, leading, tags[0], agency.time_zone)}</figure>",
    ]
    has_slider = len(plan.stages) > 1
    if has_slider:
        says = tuple(map(tables[0].position, plan.stages))
        figure.insert(1, slider(leading.map["slider"], says))
    # The leading language has the title of the page above the drawing.
    titles = [
        None,
        *(wording.map["title"].format(case=plan.case_id) for wording in chosen[1:]),
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{tags[0]}" dir="{leading.direction}">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<link rel="icon" href="data:,">',
            f"<title>{html.escape(title)}</title>",
            f"<style>{DRAWING_STYLE}{TIMELINE_STYLE}{style}</style></head><body>",
            "<header>",
            *bands,
            f"<h1>{html.escape(title)}</h1></header>",
            "<main>",
            *figure,
            *(
                table.section(own, land=land)
                for table, own in zip(tables, titles, strict=True)
            ),
            "</main>",
            *(["<footer>", *bands, "</footer>"] if bands else []),
            *([f"<script>{SCRIPT}</script>"] if has_slider else []),
            "</body></html>",
            "",
        ]
    )


def _labels(plan: AlertPlan, zone: str) -> tuple[str, ...]:
    return tuple(
        f"{stage.index + 1} · {stage.radius_m / 1000:g} km · "
        f"{in_zone(stage.starts, zone):%H:%M}"
        for stage in plan.stages
    )
