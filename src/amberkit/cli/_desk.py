"""The commands with which people decide: approve, end, settle and erase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from amberkit.cli._actors import principal_of, read_signature
from amberkit.cli._exit import ExitCode
from amberkit.cli._options import Act, CaseName, Json
from amberkit.cli._output import print_json, print_line
from amberkit.cli._stores import (
    open_acting,
    open_looking,
    options_of,
    show_moment,
    time_of,
)
from amberkit.publish import Settled
from amberkit.values import Reason

if TYPE_CHECKING:
    from amberkit.desk import CaseStatus

__all__ = ["approve", "end", "erase", "settle"]


def approve(
    content_hash: Annotated[
        str, Parameter(name="HASH", help="The content hash that submit printed.")
    ],
    /,
    *,
    act: Act,
    json: Json = False,
) -> ExitCode:
    """Let out exactly what a content hash stands for: the second signature.

    Another person than who submitted it. Every stage is queued for its time, and
    every ending is armed. 'amberkit run' sends what is due.

    Example: amberkit approve HASH --store desk --by commissioner-2
    """
    now = time_of(act.now, mode=act.mode)
    by, signature = principal_of(act), read_signature(act)
    with open_acting(act) as desk:
        desk.approve(content_hash, by=by, now=now, signature=signature)
    if json:
        print_json({"approved": content_hash, "by": by.id, "at": now.isoformat()})
    else:
        print_line(f"approved by {by.id} at {show_moment(now)}")
        print_line(f"to send what is due: amberkit run {options_of(act)} --send")
    return ExitCode.DONE


def end(
    case: CaseName,
    /,
    *,
    act: Act,
    reason: Annotated[
        Reason, Parameter(help="Why it ends; it decides what is said.", negative="")
    ],
    json: Json = False,
) -> ExitCode:
    """End an alert: nothing more is published, and every channel is told.

    One person suffices, in any state. Ending twice is no error; the first reason
    counts. What identifies the child is then withdrawn from the channels.

    Example: amberkit end CASE --store desk --by officer-7 --reason located_safe
    """
    now = time_of(act.now, mode=act.mode)
    by, signature = principal_of(act), read_signature(act)
    with open_acting(act) as desk:
        ended = desk.end(case, reason=reason, by=by, now=now, signature=signature)
    if json:
        print_json(
            {
                "case": ended.case_id,
                "first": ended.is_first,
                "reason": ended.reason,
                "verified": ended.is_verified,
                "dispatcher_alive": ended.dispatcher_is_alive,
            }
        )
        return ExitCode.DONE
    before = "ended" if ended.is_first else "it had ended before, and stays so"
    print_line(f"case {ended.case_id}: {before}: {ended.reason}")
    if not ended.is_verified:
        print_line(
            "note: the verifier could not be reached; somebody must look into it"
        )
    if ended.dispatcher_is_alive:
        print_line("stored; a dispatcher is alive")
    else:
        print_line(
            f"stored; no dispatcher is alive: run amberkit run {options_of(act)} --send"
        )
    return ExitCode.DONE


def settle(
    case: CaseName,
    channel: Annotated[str, Parameter(help="The channel: public or services.")],
    found: Annotated[
        Settled, Parameter(help="What it shows, as somebody has seen.", negative="")
    ],
    /,
    *,
    act: Act,
    json: Json = False,
) -> ExitCode:
    """Note what a person has found a channel to show.

    For a lane that waits for a person, as 'amberkit status' says.

    Example: amberkit settle CASE public shown --store desk --by officer-7
    """
    now = time_of(act.now, mode=act.mode)
    by, signature = principal_of(act), read_signature(act)
    with open_acting(act) as desk:
        desk.settle(case, channel, found, by=by, now=now, signature=signature)
    if json:
        print_json({"case": case, "channel": channel, "found": found.value})
    else:
        print_line(f"case {case}, channel {channel}: noted as {found.value}")
    return ExitCode.DONE


def erase(
    case: CaseName,
    /,
    *,
    act: Act,
    yes: Annotated[
        bool,
        Parameter(
            help="Do it. Without this the command only says what it would do.",
            negative="",
            show_default=False,
        ),
    ] = False,
    json: Json = False,
) -> ExitCode:
    """Destroy what the store keeps of an ended case, for good.

    The key of the case is destroyed and the rows that it sealed are deleted.
    Endings and withdrawals that are not confirmed yet go on: they name nobody.
    The audit chain stays. What a channel shows is for withdrawals to remove.

    Example: amberkit erase CASE --store desk --by officer-7 --yes
    """
    now = time_of(act.now, mode=act.mode)
    by, signature = principal_of(act), read_signature(act)
    if yes:
        with open_acting(act) as desk:
            desk.erase(case, by=by, now=now, signature=signature)
    else:
        with open_looking(act) as desk:
            _refuse_live(desk.status(case, now=now))
    if json:
        print_json({"case": case, "erased": yes})
    elif yes:
        print_line(f"case {case}: erased; its key is destroyed")
    else:
        print_line(f"case {case}: would destroy its key, texts, forms and pictures")
        print_line("nothing was done; --yes does it, and nothing can undo it")
    return ExitCode.DONE


def _refuse_live(found: CaseStatus) -> None:
    """Refuse what the desk would refuse to erase."""
    from amberkit.desk import DeskRefused, State

    if found.state is State.ACTIVE:
        raise DeskRefused("not-ended", "the case must be ended first")
