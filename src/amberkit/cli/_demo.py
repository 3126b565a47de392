"""The demo: one day of a fictional case, from the report to the erasure."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib.util
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import attrs
from cyclopts import Parameter

from amberkit.agency import load_agency
from amberkit.audit import verify_chain
from amberkit.cases import load_case
from amberkit.cli._demo_files import (
    CASE,
    DOCUMENTS,
    STORE,
    clear,
    documents,
    remove_store,
)
from amberkit.cli._demo_kill import dispatcher_to_kill
from amberkit.cli._demo_scan import digests, scan, traces
from amberkit.cli._demo_tell import Teller
from amberkit.cli._exit import ExitCode, Unwritable
from amberkit.cli._files import stage_map
from amberkit.cli._inputs import photograph_problems, read_case, read_photographs
from amberkit.cli._options import Json, Rules
from amberkit.cli._output import print_json, print_table, write_files
from amberkit.cli._planning import Inputs, read_inputs
from amberkit.cli._regions import read_region
from amberkit.cli._stores import DATABASE, channels_of, make_channels
from amberkit.errors import MissingExtra
from amberkit.plans import AlertPlan, plan_alert
from amberkit.publish import Answer, Channel, Dispatcher, Outcome
from amberkit.store import StoreRefused
from amberkit.values import Mode, Principal, Reason

if TYPE_CHECKING:
    from amberkit.desk import Desk

__all__ = ["demo"]

_EXTRAS = {
    "cap": ("lxml",),
    "i18n": ("babel",),
    "outbox": ("sqlalchemy", "cryptography"),
    "photo": ("PIL",),
}
_OFFICER = Principal("officer-7", "officer")
_COMMISSIONER = Principal("commissioner-2", "commissioner")


def demo(
    *,
    out: Annotated[
        Path, Parameter(help="The folder to write into; it is made if need be.")
    ],
    keep: Annotated[
        bool,
        Parameter(
            help="Keep the store, to look at it with the other commands.",
            negative="",
            show_default=False,
        ),
    ] = False,
    json: Json = False,
) -> ExitCode:
    """Live through one day of a fictional case, as an exercise.

    Two people approve, channels publish, a dispatcher is killed in the middle of
    a delivery, the child is seen elsewhere, is found, and what was known is
    erased. The channels are two folders; nothing needs a network. It takes less
    than a minute. What an earlier demo has written into the folder is replaced.

    Exits with 1 if anything is not as it should be in the end.

    Example: amberkit demo --out demo
    """
    _refuse_without_extras()
    clear(out)
    try:
        day = _live_through(out, as_json=json)
    except KeyboardInterrupt:
        if not keep:
            remove_store(out)
        print("amberkit: interrupted", file=sys.stderr)
        raise
    if not keep:
        remove_store(out)
    if json:
        print_json({"steps": day.tell.steps, "folder": str(out), "kept": keep})
    else:
        _print_rest(day.tell, out, keep=keep)
    return ExitCode.DONE if day.is_proved else ExitCode.REFUSED


def _live_through(out: Path, *, as_json: bool) -> _Day:
    with contextlib.ExitStack() as stack:
        day = _Day.begin(out, stack, as_json=as_json)
        day.tell.say(
            "The fictional case of one day, as an exercise. Everybody in it is"
        )
        day.tell.say("invented, and the clock is the demo's own.")
        day.tell.say()
        for name, chapter in _CHAPTERS.items():
            with day.tell.chapter(name):
                chapter(day)
    return day


@attrs.define(kw_only=True)
class _Day:
    """What the chapters hand on to each other."""

    out: Path
    tell: Teller
    desk: Desk
    channels: tuple[Channel, ...]
    now: dt.datetime
    answers: list[Answer]
    sender: Dispatcher
    inputs: Inputs = attrs.field(init=False)
    plan: AlertPlan = attrs.field(init=False)
    traces: set[bytes] = attrs.field(factory=set)
    digests: set[bytes] = attrs.field(factory=set)
    is_proved: bool = True
    """Whether what the demo shows is so: nothing left, all closed, nothing altered."""

    @classmethod
    def begin(cls, out: Path, stack: contextlib.ExitStack, *, as_json: bool) -> _Day:
        """Open an empty store, at the time of the report."""
        from amberkit.desk import Desk

        channels = channels_of(out / STORE, Mode.EXERCISE)
        make_channels(channels, out / STORE)
        path = out / STORE / DATABASE
        try:
            desk = Desk.open(f"sqlite:///{path}", mode=Mode.EXERCISE, channels=channels)
        except StoreRefused as refused:
            raise Unwritable(str(path), refused.reason) from None
        stack.enter_context(desk)
        shipped = documents()
        zone = ZoneInfo(load_agency(shipped["agency.json"]).time_zone)
        answers: list[Answer] = []
        return cls(
            out=out,
            tell=Teller(len(_CHAPTERS), zone=zone, as_json=as_json),
            desk=desk,
            channels=channels,
            now=load_case(shipped["casablanca.json"]).report.received,
            answers=answers,
            sender=Dispatcher(desk.outbox, channels, on_answer=answers.append),
        )

    def send(self) -> str:
        """Send what is due now; return what each channel has answered."""
        self.answers.clear()
        self.sender.drain(now=self.now)
        told: dict[str, list[str]] = {}
        for answer in self.answers:
            if answer.outcome not in (Outcome.ACCEPTED, Outcome.DUPLICATE):
                folder = self.out / STORE / answer.claim.channel
                raise Unwritable(
                    str(folder), f"the channel says {answer.outcome.value}"
                )
            told.setdefault(answer.outcome.value, []).append(answer.claim.channel)
        return "; ".join(f"{' and '.join(who)} {what}" for what, who in told.items())

    def pass_time(self, **units: float) -> None:
        """Let time pass: ``minutes=4``."""
        self.now += dt.timedelta(**units)


def _refuse_without_extras() -> None:
    missing = [
        extra
        for extra, names in _EXTRAS.items()
        if any(importlib.util.find_spec(name) is None for name in names)
    ]
    if missing:
        raise MissingExtra("the demo", ",".join(missing))


# --- the chapters ---------------------------------------------------------------------


def _documents(day: _Day) -> None:
    folder = day.out / DOCUMENTS
    with day.tell.step(day.now, "write") as say:
        shipped = documents()
        write_files(folder, shipped)
        say(f"{len(shipped)} documents in {DOCUMENTS}/")
    with day.tell.step(day.now, "validate") as say:
        _read(day, "casablanca.json")
        problems = photograph_problems(day.inputs.case, folder)
        say(f"the case is sound; {len(problems)} problems")


def _read(day: _Day, name: str) -> None:
    path = day.out / DOCUMENTS / name
    day.inputs = read_inputs(path, read_case(path), Rules(), at=day.now)


def _decide(day: _Day) -> None:
    with day.tell.step(day.now, "assess") as say:
        explanation = day.inputs.assessment.explain("en")
        sources = {row.source for row in explanation.rows if row.source}
        answer = explanation.answer.partition(":")[0].lower()
        say(f"{answer}: {len(explanation.rows)} criteria, {len(sources)} cited sources")
    _plan(day, "map.html")


def _plan(day: _Day, page: str) -> None:
    with day.tell.step(day.now, "plan") as say:
        inputs = day.inputs
        day.plan = plan = plan_alert(
            inputs.case,
            inputs.assessment,
            inputs.pack,
            agency=inputs.agency,
            now=day.now,
        )
        drawn = stage_map(
            plan,
            agency=inputs.agency,
            languages=inputs.languages,
            mode=Mode.EXERCISE,
            land=read_region(day.out / DOCUMENTS / "land.geojson"),
        )
        write_files(day.out, {page: drawn})
        first, last = plan.stages[0], plan.stages[-1]
        say(
            f"{len(plan.stages)} stages, {first.radius_m / 1000:g} to "
            f"{last.radius_m / 1000:g} km; see {page}"
        )


def _let_out(day: _Day) -> None:
    """Submit and approve the plan: two people, one content hash."""
    inputs = day.inputs
    photos = read_photographs(inputs.case, day.out / DOCUMENTS)
    with day.tell.step(day.now, "submit") as say:
        content_hash = day.desk.submit(
            inputs.case,
            day.plan,
            agency=inputs.agency,
            languages=inputs.languages,
            by=_OFFICER,
            now=day.now,
            photos=photos,
        )
        package = day.desk.review(CASE).package
        pictures = [*photos.values(), *(picture.data for picture in package.pictures)]
        day.traces |= traces(inputs.case, pictures)
        day.digests |= digests(pictures)
        say(f"{_OFFICER.id}: {len(package.parts)} parts, hash {content_hash[:12]}")
    day.pass_time(minutes=4)
    with day.tell.step(day.now, "approve") as say:
        day.desk.approve(content_hash, by=_COMMISSIONER, now=day.now)
        say(f"{_COMMISSIONER.id}: hash {content_hash[:12]}; endings armed")


def _publish_stage(day: _Day, index: int) -> None:
    stage = day.plan.stages[index]
    day.now = max(day.now, stage.starts)
    with day.tell.step(day.now, "publish") as say:
        says = day.send()
        say(f"stage {index + 1}, {stage.radius_m / 1000:g} km: {says}")


def _publish(day: _Day) -> None:
    with day.sender:
        _publish_stage(day, 0)
        _publish_stage(day, 1)


def _kill(day: _Day) -> None:
    day.now = day.plan.stages[2].starts
    with day.tell.step(day.now, "kill -9") as say:
        with dispatcher_to_kill(day.out / STORE, day.now) as pid:
            shown = f"dispatcher {pid}, its channel's answer not yet noted"
        say(shown)
    with day.tell.step(day.now, "look") as say:
        # What a new dispatcher does first: whatever had begun is unknown now.
        with day.desk.outbox.hold():
            day.desk.outbox.recover(day.channels, now=day.now)
        lane = day.desk.status(CASE, now=day.now).lanes[0].lane
        say(f"{lane.channel}: {lane.held.value} v{lane.version}, attempt {lane.tries}")
    day.pass_time(seconds=5)
    with day.tell.step(day.now, "again") as say:
        says = day.send()
        say(f"{says}: nothing was shown twice")
        say(f"same key: {day.answers[0].claim.delivery.key}")


def _sighting(day: _Day) -> None:
    day.now = day.inputs.at + dt.timedelta(minutes=45)
    with day.tell.step(day.now, "sighting") as say:
        _read(day, "casablanca-2.json")
        say(f"last seen elsewhere, confirmed: revision {day.inputs.case.revision}")
    _plan(day, "map-2.html")
    _let_out(day)


def _later(day: _Day) -> None:
    with day.sender:
        for index in range(3):
            _publish_stage(day, index)
    day.pass_time(minutes=31)
    with day.tell.step(day.now, "scan") as say:
        found = scan(day.out / STORE, day.traces)
        kept = [count for name, count in found.hits.items() if DATABASE in name]
        shown = len(found.hits) - len(kept)
        count = sum(found.hits.values()) - sum(kept)
        say(f"{count} traces in {shown} files of the channels, as must be")
        say(f"{sum(kept)} in the database: there they are sealed")


def _end(day: _Day) -> None:
    day.pass_time(minutes=1)
    with day.tell.step(day.now, "end") as say:
        day.desk.end(CASE, reason=Reason.LOCATED_SAFE, by=_OFFICER, now=day.now)
        say(f"{_OFFICER.id} alone: the child is found, safe")
    with day.tell.step(day.now, "send") as say:
        day.send()
        for operation in dict.fromkeys(a.claim.delivery.operation for a in day.answers):
            who = [
                f"{a.claim.channel} {a.outcome.value}"
                for a in day.answers
                if a.claim.delivery.operation is operation
            ]
            say(f"{operation.value}: {', '.join(who)}")


def _erase(day: _Day) -> None:
    day.pass_time(hours=24)
    with day.tell.step(day.now, "erase") as say:
        day.desk.sweep(now=day.now)
        say("by itself: the key is destroyed")
    with day.tell.step(day.now, "scan") as say:
        found = scan(day.out / STORE, day.traces | day.digests)
        count = sum(found.hits.values())
        say(f"{count} traces in {found.files} files, {found.bytes:,} bytes")
        day.is_proved &= not count


def _prove(day: _Day) -> None:
    with day.tell.step(day.now, "status") as say:
        found = day.desk.status(CASE, now=day.now)
        closed = sum(lane.closed for lane in found.lanes)
        say(f"{found.state.value}; {closed} of {len(found.lanes)} lanes closed")
        day.is_proved &= found.is_closed
    with day.tell.step(day.now, "audit") as say:
        wrong = day.desk.store.check()
        with day.desk.store.transaction() as work:
            (chain,) = day.desk.store.entries(work).values()
        say(f"{len(chain)} entries, {len(wrong)} problems")
        day.is_proved &= not wrong
        middle = len(chain) // 2
        flipped = chr(ord(chain[middle].event[-1]) ^ 1)
        chain[middle] = attrs.evolve(
            chain[middle], event=chain[middle].event[:-1] + flipped
        )
        (problem,) = verify_chain(chain)
        say(f"one bit flipped in a copy of entry {middle}: noticed ({problem.code})")


_CHAPTERS: dict[str, Callable[[_Day], None]] = {
    "documents": _documents,
    "decision": _decide,
    "approval": _let_out,
    "publication": _publish,
    "kill -9": _kill,
    "sighting": _sighting,
    "later stages": _later,
    "ending": _end,
    "erasure": _erase,
    "proof": _prove,
}


def _print_rest(tell: Teller, out: Path, *, keep: bool) -> None:
    store = shlex.quote(str(out / STORE))
    first = shlex.quote(str(out / DOCUMENTS / "casablanca.json"))
    rows: list[Sequence[str]] = [
        [f"{DOCUMENTS}/", "the case, its second revision, the agency, land, a picture"],
        ["map.html", "the plan; open it in a browser"],
        ["map-2.html", "the plan after the sighting"],
        [f"{STORE}/public/", "what the public is shown now: the ending"],
        [f"{STORE}/services/", "what the services are shown now: the ending"],
    ]
    if keep:
        rows.append([f"{STORE}/{DATABASE}", "the store, erased"])
    tell.say()
    tell.say(f"What lies in {out}:")
    tell.say()
    print_table(["where", "what"], rows)
    tell.say()
    if keep:
        tell.say("Look at the store, or go the same way step by step:")
        tell.say(f"  amberkit status {CASE} --store {store}")
        tell.say(f"  amberkit audit verify --store {store}")
    else:
        tell.say("The store is removed; --keep leaves it. Try next:")
    received = load_case(documents()["casablanca.json"]).report.received
    tell.say(f"  amberkit assess {first}")
    tell.say(f"  amberkit submit {first} --store desk --by officer-7 \\")
    tell.say(f"    --now {tell.local(received)}")
