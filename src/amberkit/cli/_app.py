"""The application: commands, and errors turned into messages and exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError
from cyclopts.help import DefaultFormatter, PanelSpec
from rich.box import Box

from amberkit.cli._exit import ExitCode, code_of
from amberkit.cli._output import print_error
from amberkit.cli._usage import usage_error
from amberkit.errors import AmberkitError

__all__ = ["run"]

_HELP = """Build a geo-targeted child-abduction alert system.

Most commands read documents and write files. Those over a store let two
people approve an alert, and 'run --send' sends it. All of it is an exercise
unless live is asked for.

Example: amberkit plan casablanca.json --out out
"""

_EXIT_CODES = """\
Exit codes: 0 done; 1 refused, or the criteria are not met; 2 wrong usage;
3 invalid document; 4 unreadable file; 5 unwritable file; 6 a fact is missing;
7 an extra is not installed; 130 interrupted; 141 broken pipe.
"""

# By name, so that a command loads only what it needs: geometry costs half a second.
_COMMANDS = {
    "validate": "amberkit.cli._cases:validate",
    "assess": "amberkit.cli._cases:assess",
    "plan": "amberkit.cli._plans:plan",
    "cover": "amberkit.cli._areas:cover",
    "map": "amberkit.cli._plans:map_",
    "submit": "amberkit.cli._submit:submit",
    "review": "amberkit.cli._status:review",
    "approve": "amberkit.cli._desk:approve",
    "run": "amberkit.cli._run:run",
    "status": "amberkit.cli._status:status",
    "end": "amberkit.cli._desk:end",
    "settle": "amberkit.cli._desk:settle",
    "erase": "amberkit.cli._desk:erase",
    "audit verify": "amberkit.cli._audit:verify",
    "audit heads": "amberkit.cli._audit:heads",
    "demo": "amberkit.cli._demo:demo",
    "packs": "amberkit.cli._packs:packs",
    "packs list": "amberkit.cli._packs:packs",
    "packs lint": "amberkit.cli._authoring:lint",
    "packs test": "amberkit.cli._authoring:hold",
    "packs diff": "amberkit.cli._authoring:diff",
    "schema": "amberkit.cli._reference:schema",
}

_GROUPS = {"audit": "Check the audit chains of a store, or print their heads."}

_PLAIN = DefaultFormatter(
    panel_spec=PanelSpec(box=Box("    \n" * 8), padding=(0, 0, 0, 3), expand=False)
)


def _make_app(*, whole: bool) -> App:
    app = App(
        name="amberkit",
        help=_HELP,
        help_epilogue=_EXIT_CODES,
        help_format="plaintext",
        help_formatter=_PLAIN,
        help_flags=["--help", "-h"],
        version=f"amberkit {version('amberkit')}",
        version_flags=["--version"],
    )
    for words, target in _COMMANDS.items():
        *group, name = words.split()
        home = _group(app, group[0]) if group else app
        home.command(target, name=name)
        if whole:
            home[name]  # loads it, so that the list of commands can say what it does
    return app


def _group(app: App, name: str) -> App:
    """Return the commands under a common word."""
    if name not in app:
        app.command(App(name=name, help=_GROUPS[name], help_format="plaintext"))
    return app[name]


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; print what went wrong, if anything."""
    as_json = "--json" in arguments
    given = " ".join(arguments[:2])
    known = any(f"{given} ".startswith(f"{words} ") for words in _COMMANDS)
    whole = not known or not {"--help", "-h"}.isdisjoint(arguments)
    try:
        code = _make_app(whole=whole)(
            arguments,
            exit_on_error=False,
            print_error=False,
            result_action="return_value",
        )
    except CycloptsError as error:
        print_error(usage_error(error), as_json=as_json)
        return ExitCode.USAGE
    except AmberkitError as error:
        print_error(error, as_json=as_json)
        return code_of(error)
    return int(code or ExitCode.DONE)
