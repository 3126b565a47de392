"""The timeline: stages, services, deadline and end along the agency's clock. SVG.

Time runs from left to right in every language. One picture serves all languages of a
page, and clock times are written from left to right in all of them: mirrored for some
it would contradict itself.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator, Sequence

import attrs

from amberkit.agency import Agency
from amberkit.plans import AlertPlan, timeline
from amberkit.plans.timeline import EventKind
from amberkit.render._times import show_date, show_time
from amberkit.render._wording import Wording, choose_wordings
from amberkit.render.map._hatches import fill_of
from amberkit.times import in_zone, instants_of
from amberkit.values import Mode, language_tag

__all__ = ["TIMELINE_STYLE", "draw_timeline", "render_timeline"]

TIMELINE_STYLE = """
.t-bar{stroke:#1c1c1c;stroke-width:1}.t-night{fill:#dfe3ee}
.t-text{font-size:15px;fill:#1c1c1c}.t-mid{text-anchor:middle}.t-end{text-anchor:end}
.t-over{stroke:#fff;stroke-width:3.5;paint-order:stroke}
.t-small{font-size:13px;fill:#333}
.t-tick{stroke:#767676;stroke-width:.8}.t-mark{stroke:#1c1c1c;stroke-width:2.4}
.t-alarm{fill:#b5121b;stroke:#fff;stroke-width:1}
.t-may{fill:none;stroke:#1c1c1c;stroke-dasharray:5 4}
""".strip().replace("\n", "")

_FONTS = "Noto Sans, Noto Sans Arabic, DejaVu Sans, Arial, sans-serif"
_WIDTH, _LEFT, _RIGHT = 1000.0, 20.0, 980.0
_ROW = 26.0
_TOP = 58.0
# Hours between two labels of the axis; whole days after that.
_STEPS = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720)
_MOST_TICKS = 13


@attrs.frozen
class _Bar:
    """What lasts: a row of the picture."""

    label: str
    begins: dt.datetime
    ends: dt.datetime
    fill: str
    stage: int | None = None


@attrs.frozen
class _Mark:
    """What happens at one time: a line through the picture, and its label below."""

    label: str
    at: dt.datetime


def render_timeline(
    plan: AlertPlan,
    *,
    agency: Agency,
    languages: Sequence[str],
    mode: Mode,
    wordings: Iterable[Wording] = (),
) -> str:
    """Return what happens when, as one self-contained SVG that fits the width of A4.

    Bars are the stages and what the services are told, along the time of the agency's
    zone; marks are the deadline, the end, and how far the alert can be extended; quiet
    hours are shaded. The words are those of the leading language; in each language a
    description tells all of it for who cannot see it. Time runs from left to right in
    every language, for clock times do.

    Args:
        plan: What to show.
        agency: Whose zone the times are in.
        languages: BCP 47 tags, the leading one first.
        mode: All but live is marked first and last.
        wordings: The agency's own phrases, as for `render_message`.

    Raises:
        InvalidValue: If there is no language, or one is no tag.
        LanguageMissing: If there is no wording in a language.
        WordingNotReviewed: If the mode is live and a wording names no reviewer.
    """
    chosen = choose_wordings(languages, wordings, mode)
    tags = [language_tag(language) for language in languages]
    marker = " / ".join(
        wording.markers[mode.value] for wording in chosen if mode is not Mode.LIVE
    )
    told = "".join(
        f'<desc lang="{tag}">'
        f"{html.escape(_told(plan, wording, tag, agency.time_zone))}</desc>"
        for tag, wording in zip(tags, chosen, strict=True)
    )
    return _picture(
        plan,
        chosen[0],
        tags[0],
        agency.time_zone,
        marker=marker,
        more=f"{told}<style>{TIMELINE_STYLE}</style>",
        own=f' font-family="{_FONTS}"',
    )


def draw_timeline(plan: AlertPlan, wording: Wording, tag: str, zone: str) -> str:
    """Return the timeline as an ``<svg>`` element of a page with `TIMELINE_STYLE`."""
    told = html.escape(_told(plan, wording, tag, zone))
    return _picture(
        plan, wording, tag, zone, marker="", more=f"<desc>{told}</desc>", own=""
    )


def _picture(
    plan: AlertPlan,
    wording: Wording,
    tag: str,
    zone: str,
    *,
    marker: str,
    more: str,
    own: str,
) -> str:
    words = wording.timeline
    title = html.escape(words["title"].format(case=plan.case_id))
    bars, marks = _bars(plan, wording), _marks(plan, wording)
    axis = _Axis(
        min(plan.schedule.received, *(mark.at for mark in marks), plan.made),
        max(plan.expires, *(mark.at for mark in marks)),
        zone,
    )
    top = _TOP + (30 if marker else 0)
    below = top + _ROW * len(bars) + 8
    height = below + 20 * len(marks) + 34 + (30 if marker else 0)
    band = f'<text class="t-text t-mid" font-weight="700" x="{_WIDTH / 2:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" '
        f'role="img" aria-label="{title}" direction="ltr"{own}>',
        f"<title>{title}</title>{more}",
        f'<rect width="{_WIDTH:g}" height="{height:g}" fill="#fff"/>',
        *([f'{band} y="22">{html.escape(marker)}</text>'] if marker else []),
        *_nights(plan, axis, top, below),
        *_ticks(axis, top, below, tag),
        *(
            _bar(bar, axis, top + _ROW * row, words["bar"], tag)
            for row, bar in enumerate(bars)
        ),
        *(
            _mark(mark, axis, top, below + 16 + 20 * row)
            for row, mark in enumerate(marks)
        ),
        *_alarms(plan, axis, below, wording, tag),
        *_foot(plan, wording, zone, below + 20 * len(marks) + 22),
        *(
            [f'{band} y="{height - 10:g}">{html.escape(marker)}</text>']
            if marker
            else []
        ),
        "</svg>",
    ]
    return "\n".join(parts)


def _bars(plan: AlertPlan, wording: Wording) -> list[_Bar]:
    words, services = wording.timeline, plan.services
    bars = [
        _Bar(words["services"], services.starts, services.ends, "#b9c4d6"),
        *(
            _Bar(
                words["stage"].format(
                    stage=stage.index + 1, radius=f"{stage.radius_m / 1000:g}"
                ),
                stage.starts,
                stage.ends,
                fill_of(stage.index),
                stage.index,
            )
            for stage in plan.stages
        ),
    ]
    repeat = plan.schedule.repeat
    if repeat is not None:
        begins = plan.stages[0].starts
        ends = min(plan.expires, begins + dt.timedelta(hours=repeat.for_h))
        label = words["repeat"].format(
            every=wording.elapsed(round(repeat.every_min * 60))
        )
        bars.append(_Bar(label, begins, ends, "#fff"))
    return bars


def _marks(plan: AlertPlan, wording: Wording) -> list[_Mark]:
    words, left = wording.timeline, plan.schedule.extension
    marks = [
        _Mark(words["made"], plan.made),
        _Mark(words["deadline"], plan.deadline),
        *(
            _Mark(words["raise"], event.at)
            for event in timeline(plan)
            if event.kind is EventKind.RAISE
        ),
        *(_Mark(words["extended"], extension.at) for extension in plan.extensions),
        _Mark(words["expires"], plan.expires),
    ]
    if left is not None and len(plan.extensions) < left.count:
        more = dt.timedelta(hours=left.hours) * (left.count - len(plan.extensions))
        marks.append(_Mark(words["extendable"], plan.expires + more))
    return sorted(marks, key=lambda mark: mark.at)


def _warned_of(wording: Wording) -> dict[EventKind, str]:
    """Return the names of the times ahead of which there are alarms."""
    return {
        EventKind.DEADLINE: wording.timeline["deadline"],
        EventKind.EXPIRY: wording.timeline["expires"],
    }


def _told(plan: AlertPlan, wording: Wording, tag: str, zone: str) -> str:
    """Return all of it in sentences."""
    words, labels = wording.timeline, _warned_of(wording)

    def time(value: dt.datetime) -> str:
        return show_time(value, zone=zone, language=tag)

    return " ".join(
        [
            *(
                words["bar"].format(
                    label=bar.label,
                    **{"from": time(bar.begins), "until": time(bar.ends)},
                )
                for bar in _bars(plan, wording)
            ),
            *(
                words["mark"].format(label=mark.label, time=time(mark.at))
                for mark in _marks(plan, wording)
            ),
            *(
                words["alarm"].format(label=labels[event.kind], time=time(event.at))
                for event in timeline(plan)
                if event.kind in labels
            ),
        ]
    )


@attrs.frozen
class _Axis:
    """Turns times into units, and knows the agency's clock."""

    begins: dt.datetime
    ends: dt.datetime
    zone: str

    def x(self, time: dt.datetime) -> float:
        share = (time - self.begins) / (self.ends - self.begins)
        return _LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, share))

    def local(self, time: dt.datetime) -> dt.datetime:
        return in_zone(time, self.zone)

    def days(self) -> Iterator[dt.date]:
        """Yield the local days, from the one before the first."""
        day = self.local(self.begins).date() - dt.timedelta(days=1)
        while day <= self.local(self.ends).date():
            yield day
            day += dt.timedelta(days=1)

    def at(self, day: dt.date, clock: dt.time) -> dt.datetime:
        """Return when the clocks show a time of a day.

        Of a time that comes twice it is the first; one that is left out counts as if
        the clocks had not been changed yet (PEP 495).
        """
        zone = self.local(self.begins).tzinfo
        return dt.datetime.combine(day, clock, tzinfo=zone).astimezone(dt.UTC)

    def hours(self) -> Iterator[dt.datetime]:
        """Yield the full hours to label, in order; at most some dozen."""
        lasts_h = (self.ends - self.begins) / dt.timedelta(hours=1)
        step = next((s for s in _STEPS if lasts_h / s <= _MOST_TICKS), _STEPS[-1])
        for index, day in enumerate(self.days()):
            if step > 24 and index % (step // 24):
                continue
            for hour in range(0, 24, min(step, 24)):
                time = self.at(day, dt.time(hour))
                # In spring an hour is left out: its time is not on any clock.
                if self.local(time).hour == hour and (self.begins <= time <= self.ends):
                    yield time


def _nights(plan: AlertPlan, axis: _Axis, top: float, below: float) -> Iterator[str]:
    loudness = plan.schedule.loudness
    if loudness is None:
        return
    begins, ends = loudness.quiet_from, loudness.quiet_until
    over = dt.timedelta(days=0 if ends > begins else 1)
    for day in axis.days():
        left = axis.x(instants_of(day, begins, axis.zone)[0])
        right = axis.x(instants_of(day + over, ends, axis.zone)[1])
        if right > left:
            yield (
                f'<rect class="t-night" x="{left:.1f}" y="{top - 14:g}" '
                f'width="{right - left:.1f}" height="{below - top + 14:g}"/>'
            )


def _ticks(axis: _Axis, top: float, below: float, tag: str) -> Iterator[str]:
    written = -200.0
    for number, time in enumerate(axis.hours()):
        local, x = axis.local(time), axis.x(time)
        yield f'<path class="t-tick" d="M{x:.1f},{top - 14:g}V{below:g}"/>'
        anchor = max(x, _LEFT + 6)
        yield (
            f'<text class="t-small t-mid" x="{anchor:.1f}" y="{top - 20:g}">'
            f"{local:%H:%M}</text>"
        )
        is_new_day = number == 0 or local.hour == 0
        middle = min(max(x, _LEFT + 70), _RIGHT - 70)
        if is_new_day and middle - written > 140:
            written = middle
            date = show_date(local.date(), zone=axis.zone, language=tag)
            yield (
                f'<text class="t-small t-mid" x="{middle:.1f}" y="{top - 38:g}">'
                f"{_whole(date)}</text>"
            )


def _bar(bar: _Bar, axis: _Axis, y: float, says: str, tag: str) -> str:
    left, right = axis.x(bar.begins), axis.x(bar.ends)
    told = says.format(
        label=bar.label,
        **{
            "from": show_time(bar.begins, zone=axis.zone, language=tag),
            "until": show_time(bar.ends, zone=axis.zone, language=tag),
        },
    )
    # The label stands where there is more room, outside of its bar.
    x, css = (right + 6, "") if right < _WIDTH * 0.7 else (left - 6, " t-end")
    if css and left < _WIDTH * 0.3:
        x, css = left + 8, ""
    stage = "" if bar.stage is None else f' data-row="{bar.stage}"'
    label = f"{bar.label} · {axis.local(bar.begins):%H:%M}"
    return (
        f'<rect class="t-bar" x="{left:.1f}" y="{y:g}" '
        f'width="{max(3.0, right - left):.1f}" height="{_ROW - 8:g}" '
        f'fill="{bar.fill}"{stage}><title>{html.escape(told)}</title></rect>'
        f'<text class="t-text t-over{css}" x="{x:.1f}" y="{y + 14:g}">'
        f"{_whole(label)}</text>"
    )


def _mark(mark: _Mark, axis: _Axis, top: float, y: float) -> str:
    x = axis.x(mark.at)
    is_left = x < _WIDTH * 0.6
    place, css = (x + 6, "") if is_left else (x - 6, " t-end")
    label = f"{mark.label} · {axis.local(mark.at):%H:%M}"
    return (
        f'<path class="t-mark" d="M{x:.1f},{top - 8:g}V{y:g}"/>'
        f'<text class="t-text{css}" x="{place:.1f}" y="{y:g}">'
        f"{_whole(label)}</text>"
    )


def _alarms(
    plan: AlertPlan, axis: _Axis, y: float, wording: Wording, tag: str
) -> Iterator[str]:
    """A small triangle for each alarm ahead of the deadline and of the end."""
    words = wording.timeline
    labels = _warned_of(wording)
    for event in timeline(plan):
        if event.kind in labels:
            told = words["alarm"].format(
                label=labels[event.kind],
                time=show_time(event.at, zone=axis.zone, language=tag),
            )
            yield (
                f'<path class="t-alarm" d="M{axis.x(event.at):.1f},{y - 9:g}l5,9h-10z">'
                f"<title>{html.escape(told)}</title></path>"
            )


def _foot(plan: AlertPlan, wording: Wording, zone: str, y: float) -> Iterator[str]:
    words = wording.timeline
    text = words["zone"].format(zone=zone)
    yield f'<text class="t-small" x="{_LEFT:g}" y="{y:g}">{_whole(text)}</text>'
    x = _WIDTH * 0.38
    yield (
        f'<path class="t-alarm" d="M{x:g},{y - 9:g}l5,9h-10z"/>'
        f'<text class="t-small" x="{x + 14:g}" y="{y:g}">'
        f"{_whole(words['alarms'])}</text>"
    )
    if plan.schedule.loudness is not None:
        x = _WIDTH * 0.6
        yield (
            f'<rect class="t-night" x="{x:g}" y="{y - 12:g}" width="20" height="14"/>'
            f'<text class="t-small" x="{x + 28:g}" y="{y:g}">'
            f"{_whole(words['quiet'])}</text>"
        )


def _whole(text: str) -> str:
    """Return a text that runs as its first letter does, wherever it is anchored."""
    return f"\u2068{html.escape(text)}\u2069"
