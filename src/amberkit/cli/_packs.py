"""The command that lists packs, and what could not be listed."""

from __future__ import annotations

from amberkit.cli._exit import ExitCode
from amberkit.cli._options import Json
from amberkit.cli._output import print_json, print_line, print_table
from amberkit.eligibility import BrokenPlugin, list_packs
from amberkit.eligibility.packs import broken_plugins

__all__ = ["packs"]


def packs(*, json: Json = False) -> ExitCode:
    """List the jurisdiction packs that are installed.

    A plugin that cannot be used is listed below them with its reason, and takes
    nothing else with it.

    Example: amberkit packs list
    """
    found, broken = list_packs(), broken_plugins()
    if json:
        print_json(
            {
                "packs": [
                    {
                        "id": pack.id,
                        "jurisdiction": pack.jurisdiction,
                        "title": pack.title.as_dict(),
                        "valid_from": pack.valid_from.isoformat(),
                        "valid_to": pack.valid_to and pack.valid_to.isoformat(),
                    }
                    for pack in found
                ],
                "broken": [
                    {"group": each.group, "name": each.name, "reason": _reason(each)}
                    for each in broken
                ],
            }
        )
        return ExitCode.DONE
    print_table(
        ["id", "country", "title", "from", "to"],
        [
            [
                pack.id,
                pack.jurisdiction,
                pack.title.find("en") or pack.id,
                pack.valid_from.isoformat(),
                pack.valid_to.isoformat() if pack.valid_to else "in force",
            ]
            for pack in found
        ],
        whole=("id", "from", "to"),
    )
    for number, each in enumerate(broken):
        if number == 0:
            print_line()
        print_line(f"left out: {each.name} of {each.group}: {_reason(each)}")
    return ExitCode.DONE


def _reason(plugin: BrokenPlugin) -> str:
    """Return in one line why a plugin cannot be used; its error may be anything."""
    told = " ".join(str(plugin.error).split())
    return f"{type(plugin.error).__name__}: {told}" if told else repr(plugin.error)
