"""Items into sentences, in one language.

Only items are read here, never a case: what is not in an item cannot be said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import attrs

from amberkit.messages import Item, MessageText, Term
from amberkit.render._area import Where, say_area
from amberkit.render._times import show_date, show_time
from amberkit.render._wording import Wording, left_to_right, name_in
from amberkit.values import Audience, LanguageTag, LatLon, Localized, Mode

__all__ = ["Frame", "compose"]


@attrs.frozen(kw_only=True)
class Frame:
    """What every language of a message shares, beside the items."""

    case_id: str
    revision: int
    mode: Mode
    audience: Audience
    agency: Localized
    contact: str
    status_url: str
    zone: str
    sent: dt.datetime
    expires: dt.datetime
    where: Where
    """What there is to say of the area."""


def compose(
    items: tuple[Item, ...], frame: Frame, *, language: LanguageTag, wording: Wording
) -> MessageText:
    """Return what *items* and *frame* say in *language*."""
    speaker = _Speaker(items, frame, language, wording)
    is_live = frame.mode is Mode.LIVE
    return MessageText(
        language=language,
        direction=wording.direction,
        marker=None if is_live else wording.markers[frame.mode.value],
        event=wording.events[frame.audience.value],
        headline=speaker.headline(),
        description=tuple(speaker.description()),
        instruction=tuple(speaker.instruction()),
        area=say_area(frame.where, wording),
    )


class _Speaker:
    """Finds items and words; one for each text."""

    def __init__(
        self,
        items: tuple[Item, ...],
        frame: Frame,
        language: LanguageTag,
        wording: Wording,
    ) -> None:
        self._items = {(item.field, item.indexes): item for item in items}
        self._frame = frame
        self._language = language
        self._wording = wording

    # --- the parts of a message -----------------------------------------------------

    def headline(self) -> str:
        children = [self._aged(index) for index in self._indexes("children")]
        return self._phrase("headline", children=self._join(children))

    def description(self) -> Iterator[str]:
        if self._frame.audience is Audience.SERVICES:
            yield self._phrase("services_only")
        for group in ("suspects", "companions"):
            for index in self._indexes(group):
                yield from self._labeled(f"{group}.dangerous", index)
        yield from self._scene()
        for index in self._indexes("children"):
            yield from self._person("children", index)
        for group in ("suspects", "companions"):
            for index in self._indexes(group):
                yield from self._person(group, index)
        for index in self._indexes("vehicles"):
            yield from self._vehicle(index)
        for index in self._indexes("sightings"):
            yield from self._sighting(index)

    def instruction(self) -> Iterator[str]:
        frame = self._frame
        contact = self._isolate(frame.contact)
        if frame.audience is Audience.SERVICES:
            yield self._phrase("report_to", contact=contact)
        else:
            yield self._phrase("do_not_approach")
            yield self._phrase("call", contact=contact)
            yield self._phrase("check", url=self._isolate(frame.status_url))
        yield self._phrase(
            "reference",
            case=self._isolate(frame.case_id),
            revision=self._isolate(str(frame.revision)),
        )
        yield self._phrase(
            "issued",
            agency=name_in(self._language, frame.agency),
            sent=self._time(frame.sent),
            expires=self._time(frame.expires),
        )

    # --- groups of fields -----------------------------------------------------------

    def _scene(self) -> Iterator[str]:
        seen, place = self._show("last_seen.time") or "", self._show("last_seen.place")
        if place:
            seen = self._phrase("last_seen", time=seen, place=place)
        yield self._wording.line("last_seen", seen)
        yield from self._labeled("last_seen.direction")
        shown = [self._show("last_seen.at"), self._within("last_seen")]
        if shown[0]:
            yield self._wording.line("last_seen.at", self._parts(shown))
        yield from self._labeled("circumstances.summary")
        yield from self._labeled("circumstances.mobility")

    def _person(self, group: str, index: tuple[int, ...]) -> Iterator[str]:
        """The lines on one child or adult, under the label of its group."""

        def show(field: str) -> str | None:
            return self._show(f"{group}.{field}", index)

        is_child = group == "children"
        name = self._aged(index) if is_child else self._name(f"{group}.name", index)
        age = None if is_child else show("age_years")
        around = self._phrase("around", value=age) if age else None
        who = [name, show("sex"), around]
        looks = [
            show("appearance.height_cm"),
            show("appearance.weight_kg"),
            *(self._trait(group, trait, index) for trait in ("build", "hair", "eyes")),
        ]
        worn = ("appearance.marks", "appearance.clothing")
        if is_child and len(self._indexes("children")) == 1:
            yield self._wording.line(group, self._parts([*who, *looks]))
            for field in worn:
                yield from self._labeled(f"{group}.{field}", index)
        else:
            # In one line, or it would read as if it were told of somebody else.
            told = [line for f in worn for line in self._labeled(f"{group}.{f}", index)]
            if parts := self._parts([*who, *looks, *told]):
                yield self._wording.line(group, parts)
        for field in (
            "health_instruction",
            "birth_date",
            "languages",
            "health",
            "disability",
            "origin",
        ):
            yield from self._labeled(f"{group}.{field}", index)
        for picture in self._indexes(f"{group}.photographs", within=index):
            yield from self._photograph(group, picture)

    def _photograph(self, group: str, index: tuple[int, ...]) -> Iterator[str]:
        alt, differs, kind, taken = (
            self._show(f"{group}.photographs.{field}", index)
            for field in ("alt", "differs", "kind", "taken")
        )
        if alt and differs:
            alt = self._phrase("photograph_differs", alt=alt, differs=differs)
        if alt:
            yield self._wording.line("photographs", self._parts([kind, taken, alt]))

    def _vehicle(self, index: tuple[int, ...]) -> Iterator[str]:
        def show(field: str) -> str | None:
            return self._show(f"vehicles.{field}", index)

        shown = [show(field) for field in ("kind", "color", "make", "model", "marks")]
        plate = self._plain("vehicles.plate", index)
        partial = self._plain("vehicles.plate_partial", index)
        if plate or partial:
            text = left_to_right(plate or partial or "")
            if partial:
                text = self._phrase("partial_plate", plate=text)
            country = show("plate_country")
            shown += [self._wording.line("plate", self._parts([text, country]))]
        if self._frame.audience is Audience.SERVICES:
            shown.append(show("confidence"))
        if any(shown):
            yield self._wording.line("vehicles", self._parts(shown))

    def _sighting(self, index: tuple[int, ...]) -> Iterator[str]:
        seen, at, confidence = (
            self._show(f"sightings.{field}", index)
            for field in ("seen", "at", "confidence")
        )
        how = [
            self._show("sightings.mobility", index),
            *self._labeled("sightings.road", index),
        ]
        shown = [seen, at, self._within("sightings", index), *how, confidence]
        yield self._wording.line("sightings", self._parts(shown))

    # --- single values --------------------------------------------------------------

    def _aged(self, index: tuple[int, ...]) -> str:
        names = [
            self._name(f"children.{n}", index) for n in ("given_name", "family_name")
        ]
        name = " ".join(part for part in names if part)
        age = self._show("children.age_years", index)
        return self._phrase("aged", name=name, age=age) if age else name

    def _name(self, field: str, index: tuple[int, ...]) -> str | None:
        """Return a name; in its own script where it has none in this language."""
        item = self._items.get((field, index))
        if item is None or not isinstance(item.value, Localized):
            return None
        own = item.value.find(self._language)
        return own or self._isolate(item.value.find(next(iter(item.value))) or "")

    def _within(self, group: str, index: tuple[int, ...] = ()) -> str | None:
        """Return how far off a point may be."""
        shown = self._show(f"{group}.uncertainty_m", index)
        return self._phrase("within", value=shown) if shown else None

    def _trait(self, group: str, trait: str, index: tuple[int, ...]) -> str | None:
        shown = self._show(f"{group}.appearance.{trait}", index)
        return self._wording.line(trait, shown) if shown else None

    def _labeled(self, field: str, index: tuple[int, ...] = ()) -> Iterator[str]:
        shown = self._show(field, index)
        if shown:
            own = field in self._wording.labels
            yield self._wording.line(field if own else field.split(".")[-1], shown)

    def _show(self, field: str, index: tuple[int, ...] = ()) -> str | None:
        item = self._items.get((field, index))
        name = field.split(".")[-1]
        match item.value if item else None:
            case None | False:
                return None
            case True:
                return self._wording.term(Term(name, "true"))
            case Localized() as text:
                found = text.find(self._language)
                # In one line: a text of several could look like lines of our own.
                return " ".join(found.split()) if found else None
            case tuple() as terms:
                return self._wording.phrases["list"].join(
                    map(self._wording.term, terms)
                )
            case Term() as term:
                return self._wording.term(term)
            case LatLon(lat=lat, lon=lon):
                return self._isolate(f"{lat:.5f}, {lon:.5f}")
            case dt.datetime() as time:
                return self._time(time)
            case dt.date() as date:
                return show_date(date, zone=self._frame.zone, language=self._language)
            case str() as text:
                return self._isolate(text)
            case number if name == "age_years":
                return self._wording.age(number)
            case number:
                unit = "distance_m" if name == "uncertainty_m" else name
                return self._wording.units[unit].format(n=number)

    def _plain(self, field: str, index: tuple[int, ...]) -> str | None:
        item = self._items.get((field, index))
        return str(item.value) if item else None

    def _time(self, time: dt.datetime) -> str:
        return show_time(time, zone=self._frame.zone, language=self._language)

    def _isolate(self, text: str) -> str:
        return self._wording.isolate(text)

    # --- language -------------------------------------------------------------------

    def _phrase(self, name: str, /, **values: str) -> str:
        return self._wording.phrases[name].format(**values)

    def _parts(self, parts: Iterable[str | None]) -> str:
        return self._wording.phrases["parts"].join(part for part in parts if part)

    def _join(self, names: list[str]) -> str:
        *firsts, last = names
        if not firsts:
            return last
        phrases = self._wording.phrases
        return phrases["list"].join(firsts) + phrases["and"] + last

    def _indexes(
        self, group: str, within: tuple[int, ...] = ()
    ) -> list[tuple[int, ...]]:
        """Return the indexes that *group* has, in order."""
        size = len(within) + 1
        found = {
            index[:size]
            for field, index in self._items
            if field.startswith(f"{group}.") and index[: len(within)] == within
        }
        return sorted(found)
