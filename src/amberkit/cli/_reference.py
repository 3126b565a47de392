"""Commands that show what ships: packs and schemas."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from amberkit.cli._exit import ExitCode
from amberkit.cli._options import Json
from amberkit.cli._output import print_json, print_line, print_table
from amberkit.eligibility import list_packs
from amberkit.schemas import NAMES, json_schema

__all__ = ["packs", "schema"]


def packs(*, json: Json = False) -> ExitCode:
    """List the jurisdiction packs that are installed.

    Example: amberkit packs
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
    )
    return ExitCode.DONE


def schema(
    name: Annotated[
        str | None, Parameter(help=f"The document: {', '.join(NAMES)}.")
    ] = None,
    /,
    *,
    json: Json = False,
) -> ExitCode:
    """Print the JSON Schema of a document, or list the schemas.

    Example: amberkit schema case
    """
    if name is not None:
        print_json(json_schema(name))
    elif json:
        print_json(list(NAMES))
    else:
        for known in NAMES:
            print_line(known)
    return ExitCode.DONE
