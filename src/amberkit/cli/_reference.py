"""Commands that show what ships: packs and schemas."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from amberkit.cli._exit import ExitCode
from amberkit.cli._output import print_json, print_line, print_table
from amberkit.eligibility import list_packs
from amberkit.schemas import NAMES, json_schema

__all__ = ["packs", "schema"]


def packs(*, json: Annotated[bool, Parameter(negative="")] = False) -> ExitCode:
    """List the jurisdiction packs that are installed.

    Example: amberkit packs

    Parameters
    ----------
    json
        Print JSON.
    """
    found = list_packs()
    if json:
        print_json(
            [
                {
                    "id": pack.id,
                    "jurisdiction": pack.jurisdiction,
                    "title": pack.title.as_dict(),
                    "valid_from": pack.valid_from.isoformat(),
                    "valid_to": pack.valid_to.isoformat() if pack.valid_to else None,
                }
                for pack in found
            ]
        )
        return ExitCode.DONE
    rows = [
        [
            pack.id,
            pack.jurisdiction,
            pack.title.find("en") or pack.id,
            pack.valid_from.isoformat(),
            pack.valid_to.isoformat() if pack.valid_to else "in force",
        ]
        for pack in found
    ]
    print_table("Packs", ["id", "country", "title", "from", "to"], rows)
    return ExitCode.DONE


def schema(
    name: str | None = None,
    /,
    *,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> ExitCode:
    """Print the JSON Schema of a document, or list the schemas.

    Example: amberkit schema case

    Parameters
    ----------
    name
        The document: agency, case or pack.
    json
        Print JSON, also for the list.
    """
    if name is not None:
        print_json(json_schema(name))
    elif json:
        print_json(list(NAMES))
    else:
        for known in NAMES:
            print_line(known)
    return ExitCode.DONE
