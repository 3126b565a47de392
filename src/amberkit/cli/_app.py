"""The application: commands, and errors turned into messages and exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError

from amberkit.cli import _areas, _cases, _reference
from amberkit.cli._exit import ExitCode, UsageError, code_of
from amberkit.cli._output import print_error
from amberkit.errors import AmberkitError

__all__ = ["run"]

_HELP = """Build a geo-targeted child-abduction alert system.

Commands read documents and write files; nothing is ever sent. What they render is an
exercise unless live is asked for. Every command takes --json. Exit codes: 0 done,
1 refused, 2 usage, 3 invalid document, 4 unreadable, 5 unwritable, 6 undecided,
7 an extra is missing.
"""


def _make_app() -> App:
    app = App(
        name="amberkit",
        help=_HELP,
        version=version("amberkit"),
        help_format="plaintext",
        version_flags=["--version"],
    )
    for command in (
        _cases.validate,
        _cases.assess,
        _cases.plan,
        _areas.cover,
        _areas.map_,
        _reference.packs,
        _reference.schema,
    ):
        app.command(command, name=command.__name__.rstrip("_"))
    return app


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; print what went wrong, if anything."""
    as_json = "--json" in arguments
    try:
        code = _make_app()(
            arguments,
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
    except CycloptsError as error:
        print_error(UsageError(str(error)), as_json=as_json)
        return ExitCode.USAGE
    except AmberkitError as error:
        print_error(error, as_json=as_json)
        return code_of(error)
    return int(code or 0)
