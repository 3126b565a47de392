"""The command that shows the schemas."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from amberkit.cli._exit import ExitCode
from amberkit.cli._options import Json
from amberkit.cli._output import print_json, print_line
from amberkit.schemas import NAMES, json_schema

__all__ = ["schema"]


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
