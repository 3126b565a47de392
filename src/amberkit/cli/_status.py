"""The commands that show: what would go out, and how everything stands."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from amberkit.cli._exit import ExitCode
from amberkit.cli._options import At, Json, Look, LookAt
from amberkit.cli._output import print_folded, print_json, print_line, print_table
from amberkit.cli._stores import open_looking, options_of, show_moment, time_of

if TYPE_CHECKING:
    from amberkit.desk import CaseStatus, Package, Part, Review
    from amberkit.publish import LaneStatus

__all__ = ["lane_line", "review", "status", "status_lines"]


def review(
    *,
    case: Annotated[str, Parameter(help="The id of the case.")],
    look: Look,
    json: Json = False,
) -> ExitCode:
    """Show what would go out: every text, stage and ending, and the content hash.

    The text of the first stage is shown whole, and of each later one what is
    different from the one before. With --json every form of every part is shown
    whole.

    Example: amberkit review --store desk --case CASE
    """
    with open_looking(look) as desk:
        found = desk.review(case)
    if json:
        print_json(_review_json(found))
        return ExitCode.DONE
    package = found.package
    print_line(
        f"case {package.case_id}, revision {package.revision}, pack {package.pack}, "
        f"{package.mode.value}"
    )
    print_line(f"submitted by {found.submitted_by} at {show_moment(found.submitted)}")
    if found.approved is not None:
        print_line(f"approved by {found.approved_by} at {show_moment(found.approved)}")
    else:
        print_line(f"may be approved until {show_moment(found.approvable_until)}")
    print_line(f"ends by itself: {show_moment(package.expires)}")
    print_line(f"content hash: {found.content_hash}")
    for channel in sorted({part.channel for part in package.parts}):
        _print_channel(package, channel)
    return ExitCode.DONE


def status(
    case: Annotated[
        str | None, Parameter(help="The id of a case; by default all are listed.")
    ] = None,
    /,
    *,
    at: LookAt,
    json: Json = False,
) -> ExitCode:
    """Show how a case stands, channel by channel, and who must act.

    Without a case, all cases of the store are listed.

    Example: amberkit status CASE --store desk
    """
    with open_looking(at) as desk:
        mode, store = desk.store.mode, desk.store.id
        now = time_of(at.now, mode=mode)
        wanted = desk.cases() if case is None else (case,)
        found = [desk.status(each, now=now) for each in wanted]
    if json:
        listed = [_status_json(each) for each in found]
        print_json({"store": store, "mode": mode.value, "cases": listed})
    elif case is not None:
        for line in status_lines(found[0]):
            print_line(line)
        if found[0].pending_hash:
            again = options_of(At(store=at.store, mode=mode, now=at.now))
            print_line(
                f"revision {found[0].pending_revision}: waits for a second person:"
            )
            print_line(f"  amberkit approve {found[0].pending_hash} {again} --by WHO")
        _print_lanes(found[0])
        _print_alarms(found)
    else:
        print_line(f"store {store}, {mode.value}, at {show_moment(now)}")
        _print_cases(found)
        _print_alarms(found)
    return ExitCode.DONE


def status_lines(found: CaseStatus) -> Iterator[str]:
    """Yield the lines that say how a case stands as a whole."""
    approved = f", approved by {found.approved_by}" if found.approved_by else ""
    yield f"case {found.case_id}: {found.state.value}"
    yield f"revision {found.revision}: submitted by {found.submitted_by}{approved}"
    times = {
        "ends by itself": found.expires if found.ended is None else None,
        f"ended ({found.reason})": found.ended,
        "to be erased": found.erase_due if found.erased is None else None,
        "erased": found.erased,
    }
    for says, time in times.items():
        if time is not None:
            yield f"{says}: {show_moment(time)}"
    lanes = len(found.lanes)
    closed = sum(lane.closed for lane in found.lanes)
    yield f"lanes closed: {closed} of {lanes}"


def lane_line(found: LaneStatus) -> tuple[str, ...]:
    """Return the cells of the line about one lane."""
    from amberkit.desk import acts_in

    lane = found.lane
    who = "closed" if found.closed else acts_in(found).value
    why = f": {lane.need.value}" if lane.need and not found.closed else ""
    return (
        lane.channel,
        found.audience.value,
        _of_version(found.want, found.want_version),
        _of_version(lane.held.value, lane.version),
        str(lane.tries),
        who + why,
    )


def _of_version(what: str, version: int) -> str:
    return f"{what} v{version}" if what.endswith("content") else what


def _print_lanes(found: CaseStatus) -> None:
    if not found.lanes:
        return
    print_line()
    print_table(
        ["channel", "audience", "wants", "holds", "tries", "who must act"],
        [lane_line(lane) for lane in found.lanes],
        right=("tries",),
    )


def _print_cases(found: list[CaseStatus]) -> None:
    if not found:
        print_line("no cases")
        return
    print_line()
    print_table(
        ["case", "state", "revision", "closed", "expires"],
        [
            [
                each.case_id,
                each.state.value,
                str(each.revision),
                f"{sum(lane.closed for lane in each.lanes)} of {len(each.lanes)}",
                show_moment(each.expires) if each.expires else "",
            ]
            for each in found
        ],
        right=("revision",),
    )


def _print_alarms(found: list[CaseStatus]) -> None:
    lines = [f"{each.case_id}: {alarm}" for each in found for alarm in each.alarms]
    if lines:
        print_line()
    for line in lines:
        print_folded(f"alarm: {line}", hang=2)


def _print_channel(package: Package, channel: str) -> None:
    parts = [part for part in package.parts if part.channel == channel]
    print_line()
    print_line(f"channel {channel}, for the {parts[0].audience.value}")
    before: list[str] | None = None
    for part in parts:
        if part.stage is None:
            continue
        text = dict(part.forms).get("text/plain", b"").decode().splitlines()
        count = len(part.pictures)
        print_line()
        print_line(
            f"stage {part.stage + 1}, from {show_moment(part.starts)}, "
            f"{count} picture{'s' if count != 1 else ''}; "
            f"forms: {', '.join(kind for kind, _ in part.forms)}"
        )
        for line in text if before is None else _changes(before, text):
            print_line(f"    {line}".rstrip())
        before = text
    endings = [part.ending for part in parts if part.ending is not None]
    print_line()
    print_line(f"endings, armed: {', '.join(endings)}")


def _changes(before: list[str], after: list[str]) -> list[str]:
    return [
        line for line in difflib.ndiff(before, after) if line.startswith(("- ", "+ "))
    ]


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "channel": part.channel,
        "audience": part.audience.value,
        "stage": part.stage,
        "ending": part.ending,
        "starts": part.starts.isoformat(),
        "forms": {kind: data.decode() for kind, data in part.forms},
        "pictures": list(part.pictures),
    }


def _review_json(found: Review) -> dict[str, Any]:
    package = found.package
    return {
        "content_hash": found.content_hash,
        "case": package.case_id,
        "revision": package.revision,
        "mode": package.mode.value,
        "pack": package.pack,
        "submitted_by": found.submitted_by,
        "submitted": found.submitted.isoformat(),
        "approvable_until": found.approvable_until.isoformat(),
        "approved_by": found.approved_by,
        "approved": _iso(found.approved),
        "expires": package.expires.isoformat(),
        "parts": [_part_json(part) for part in package.parts],
        "pictures": [
            {
                "sha256": picture.sha256,
                "media_type": picture.media_type,
                "width_px": picture.width_px,
                "height_px": picture.height_px,
            }
            for picture in package.pictures
        ],
    }


def _status_json(found: CaseStatus) -> dict[str, Any]:
    names = ("channel", "audience", "wants", "holds", "tries", "who")
    return {
        "case": found.case_id,
        "state": found.state.value,
        "revision": found.revision,
        "content_hash": found.content_hash,
        "pending_revision": found.pending_revision,
        "pending_hash": found.pending_hash,
        "submitted_by": found.submitted_by,
        "approved_by": found.approved_by,
        "expires": _iso(found.expires),
        "ended": _iso(found.ended),
        "reason": found.reason,
        "erase_due": _iso(found.erase_due),
        "erased": _iso(found.erased),
        "closed": found.is_closed,
        "lanes": [
            {
                **dict(zip(names, lane_line(lane), strict=True)),
                "tries": lane.lane.tries,
                "closed": lane.closed,
            }
            for lane in found.lanes
        ],
        "alarms": list(found.alarms),
    }


def _iso(time: dt.datetime | None) -> str | None:
    return None if time is None else time.isoformat()
