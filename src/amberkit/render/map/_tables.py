"""What the map shows, as tables and lists: one section for each language."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator

import attrs

from amberkit.geo import Region
from amberkit.plans import AlertPlan, Focus, Origin, Part, Stage
from amberkit.render._area import say_area, where_of
from amberkit.render._changes import say_alarm, say_changes, say_sightings
from amberkit.render._times import show_time
from amberkit.render._why import say_why
from amberkit.render._wording import Wording
from amberkit.render.map._drawing import glyph, kind_of
from amberkit.render.map._hatches import WITHDRAWN, fill_of

__all__ = ["Tables"]

_COLUMNS = ("stage", "from", "until", "radius", "cells", "why")


@attrs.frozen
class Tables:
    """The sections of one page; one for each language."""

    plan: AlertPlan
    zone: str
    tag: str
    wording: Wording

    def section(self, title: str | None, *, land: Region | None) -> str:
        """Return what the page says in this language.

        Args:
            title: Heads the section; None where the page has it above the drawing.
            land: What is land on the drawing.
        """
        words, plan = self.wording.map, self.plan
        number = f"about-{self.tag}"
        lists = [
            ("legend", [*self._legend(), *self._notes(land)]),
            ("sightings", map(html.escape, say_sightings(plan, self.wording))),
            ("changes", map(html.escape, say_changes(plan, self.wording))),
            ("alarms", self._alarms()),
            ("decide", self._concerns()),
        ]
        return "\n".join(
            [
                f'<section lang="{self.tag}" dir="{self.wording.direction}" '
                f'aria-labelledby="{number}">',
                f'<h2 id="{number}">{html.escape(title or words["stages"])}</h2>',
                self._table(has_caption=title is not None),
                f"<p>{self._services()}</p><p>{self._deadline()}</p>",
                *(_list(words[name], items) for name, items in lists),
                "</section>",
            ]
        )

    def position(self, stage: Stage) -> str:
        """Return stage, time and radius in one line, for the slider."""
        return self.wording.map["position"].format(
            stage=stage.index + 1,
            count=len(self.plan.stages),
            radius=self.wording.isolate(f"{stage.radius_m / 1000:g}"),
            **{"from": self._time(stage.starts)},
        )

    def place(self, focus: Focus) -> str:
        """Return what a place is from which the area grows."""
        n = "" if focus.sighting is None else str(focus.sighting + 1)
        return self.wording.map[f"place.{kind_of(focus)}"].format(
            n=n, road=self.wording.isolate(focus.road.name if focus.road else "")
        )

    def _time(self, value: dt.datetime) -> str:
        return show_time(value, zone=self.zone, language=self.tag)

    def _table(self, *, has_caption: bool) -> str:
        words = self.wording.map
        heads = "".join(
            f'<th scope="col">{html.escape(words[name])}</th>' for name in _COLUMNS
        )
        name = html.escape(words["stages"])
        caption = f"<caption>{name}</caption>" if has_caption else ""
        # A region that can be scrolled by keys: on a narrow screen the table is wide.
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{name}">'
            f"<table>{caption}<thead><tr>{heads}</tr></thead>"
            f"<tbody>{''.join(map(self._row, self.plan.stages))}</tbody></table></div>"
        )

    def _row(self, stage: Stage) -> str:
        count = self.wording.count
        cells = f"{count(len(stage.cells))} (+{count(len(stage.added))}"
        if len(stage.withdrawn):
            cells += f", \u2212{count(len(stage.withdrawn))}"
        return (
            f'<tr data-row="{stage.index}">'
            f'<th scope="row">{_swatch(stage.index)} {stage.index + 1}</th>'
            f"<td>{html.escape(self._time(stage.starts))}</td>"
            f"<td>{html.escape(self._time(stage.ends))}</td>"
            f'<td><bdi dir="ltr">{stage.radius_m / 1000:g}\u00a0km</bdi></td>'
            f'<td><bdi dir="ltr">{cells})</bdi></td>'
            f"<td>{'<br>'.join(self._reasons(stage))}</td></tr>"
        )

    def _reasons(self, stage: Stage) -> Iterator[str]:
        """Yield the reason of each part that is new, one reason once."""
        reasons: dict[str, list[str]] = {}
        for part in stage.parts:
            if part.is_new:
                said = say_why(part.why, self.wording)
                reasons.setdefault(said, []).append(self._of(part))
        for said, places in reasons.items():
            of = self.wording.join(dict.fromkeys(places))
            line = self.wording.phrases["line"].format(label=of, value=said)
            yield html.escape(said if len(self.plan.foci) == 1 else line)

    def _of(self, part: Part) -> str:
        focus = self.plan.foci[part.focus]
        if part.why.origin is Origin.ROAD:
            return self.place(focus)
        return self.place(attrs.evolve(focus, road=None))

    def _services(self) -> str:
        services = self.plan.services
        return html.escape(
            self.wording.map["services"].format(
                area=say_area(where_of(services, self.plan), self.wording),
                **{
                    "from": self._time(services.starts),
                    "until": self._time(services.ends),
                },
            )
        )

    def _deadline(self) -> str:
        return html.escape(
            self.wording.map["deadline"].format(
                time=self._time(self.plan.deadline),
                expires=self._time(self.plan.expires),
            )
        )

    def _legend(self) -> Iterator[str]:
        words, plan = self.wording.map, self.plan
        for focus in plan.foci:
            yield f"{_mark(kind_of(focus))} {html.escape(self.place(focus))}"
        if any(focus.road is not None for focus in plan.foci):
            ink = '<path class="casing" d="M0,12h24"/><path class="way" d="M0,12h24"/>'
            yield f"{_icon(ink)} {html.escape(words['road'])}"
        if plan.boundary is not None:
            ink = '<path class="border" d="M0,12h24"/>'
            yield f"{_icon(ink)} {html.escape(words['boundary'])}"
        if plan.atlas.neighbors:
            ink = '<path class="next" d="M0,12h24"/>'
            yield f"{_icon(ink)} {html.escape(words['neighbor'])}"
        if len(plan.stages[0].withdrawn):
            ink = (
                f'<rect class="gone" x="2" y="4" width="20" height="16" '
                f'fill="url(#{WITHDRAWN})"/>'
            )
            yield f"{_icon(ink)} {html.escape(words['withdrawn'])}"

    def _notes(self, land: Region | None) -> Iterator[str]:
        yield html.escape(f"{self.wording.map['center']}.")
        if land is None:
            yield html.escape(self.wording.map["no_land"])

    def _alarms(self) -> Iterator[str]:
        for alarm in self.plan.alarms:
            said = say_alarm(alarm, self.plan, self.wording, zone=self.zone)
            if said is None:
                own = html.escape(f"{alarm.path}: {alarm.message}")
                yield f'<bdi lang="en" dir="ltr">{own}</bdi>'
            else:
                yield html.escape(said)

    def _concerns(self) -> Iterator[str]:
        for concern in self.plan.unsettled:
            yield html.escape(self.wording.concerns[concern.value])


def _list(heading: str, items: Iterable[str]) -> str:
    shown = "".join(f"<li>{item}</li>" for item in items)
    return f"<h3>{html.escape(heading)}</h3><ul>{shown}</ul>" if shown else ""


def _icon(ink: str) -> str:
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{ink}</svg>'


def _mark(kind: str) -> str:
    return _icon(glyph(kind, (12.0, 12.0)))


def _swatch(index: int) -> str:
    fill = fill_of(index)
    return _icon(
        f'<rect class="fill-{index}" x="2" y="2" width="20" height="20" '
        f'fill="{fill}" stroke="#1c1c1c"/>'
    )
