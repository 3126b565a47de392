"""Commands for who writes packs: lint, test and diff."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any

import attrs
from cyclopts import Parameter

from amberkit.cli._exit import ExitCode, UsageError
from amberkit.cli._inputs import naming
from amberkit.cli._options import Json
from amberkit.cli._output import print_json, print_line
from amberkit.eligibility import (
    Pack,
    load_pack,
    parse_pack,
    parse_table,
    table_problems,
)
from amberkit.eligibility.packs import Difference, Part, diff_packs, lint_packs
from amberkit.errors import InvalidDocument, Problem
from amberkit.schemas import read_source

__all__ = ["diff", "hold", "lint"]

PackFiles = Annotated[
    tuple[Path, ...],
    Parameter(
        name="FILE",
        help="Pack documents, JSON. Decision tables, NAME.table.json, are not taken "
        "for packs.",
    ),
]

OneOfTwo = Annotated[str, Parameter(help="A pack document, or ID@DATE.")]

_TABLE = ".table.json"
_OF_A_DAY = re.compile(r"([a-z0-9-]+)@(\d{4}-\d{2}-\d{2})")


def lint(files: PackFiles, /, *, json: Json = False) -> ExitCode:
    """Check pack documents, each alone and all together.

    It is a problem if one is no pack, if two versions of one pack are in force on
    one day, and if the policy names a lesser pack that is not there or that leads
    back. What is left open is a warning: a decision that is not given, a criterion
    without a source, no decision table beside the file.

    Exits with 0 where there is no problem, warnings or not, and with 3 otherwise.

    Example: amberkit packs lint example-alert.json
    """
    packs: dict[Path, Pack] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for file in _without_tables(files):
        try:
            packs[file] = _read(file)
        except InvalidDocument as error:
            for each in error.problems:
                problems.append(attrs.evolve(each, path=f"{file} {each.path}"))
        if not _table_of(file).exists():
            message = f"must have its decision table beside it, {_table_of(file).name}"
            warnings.append(Problem(path=str(file), code="no-table", message=message))
    found = lint_packs(packs.values())
    problems += found.problems
    warnings = [*found.warnings, *warnings]
    if json:
        print_json(
            {
                "valid": not problems,
                "packs": [_head(file, pack) for file, pack in packs.items()],
                "problems": [_as_json(problem) for problem in problems],
                "warnings": [_as_json(warning) for warning in warnings],
            }
        )
    else:
        for file, pack in packs.items():
            print_line(f"{file}  parses: {pack.id}, from {pack.valid_from}")
        for problem in problems:
            print_line(f"problem: {problem}")
        for warning in warnings:
            print_line(f"warning: {warning}")
        print_line(f"problems: {len(problems)}, warnings: {len(warnings)}")
    return ExitCode.INVALID if problems else ExitCode.DONE


def hold(files: PackFiles, /, *, json: Json = False) -> ExitCode:
    """Hold packs against the decision tables beside them.

    The table of NAME.json is NAME.table.json. Every row where the pack decides
    otherwise is listed, and every criterion, veto and duty that no row is about.

    Exits with 0 where every row holds and none is missing, and with 1 otherwise.

    Example: amberkit packs test example-alert.json
    """
    told = []
    for file in _without_tables(files):
        pack, beside = _read(file), _table_of(file)
        with naming("decision table", beside):
            table = parse_table(read_source(beside, "decision table"), pack)
        problems = table_problems(table, pack)
        told.append((file, pack, len(table.rows), problems))
    if json:
        print_json(
            [
                {
                    **_head(file, pack),
                    "rows": rows,
                    "problems": [_as_json(problem) for problem in problems],
                }
                for file, pack, rows, problems in told
            ]
        )
    else:
        for file, _, rows, problems in told:
            count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
            print_line(f"{file}  {count if problems else f'{rows} rows hold'}")
            for problem in problems:
                print_line(f"  - {problem}")
    failed = any(problems for *_, problems in told)
    return ExitCode.REFUSED if failed else ExitCode.DONE


def diff(before: OneOfTwo, after: OneOfTwo, /, *, json: Json = False) -> ExitCode:
    """Say what changed from one pack to another.

    Either side is a file, or ID@DATE for the installed pack that is in force on a
    day. Criteria, vetoes, duties, decisions and sources are compared by their ids.
    Where an English text changed, those in other languages are not shown.

    Exits with 0 where nothing changed, and with 1 otherwise.

    Example: amberkit packs diff example-alert@2026-01-01 example-alert.json
    """
    old, new = _named(before, "BEFORE"), _named(after, "AFTER")
    found = diff_packs(old, new)
    if json:
        print_json([_difference_json(each) for each in found])
    else:
        for each in found:
            print_line(f"{each.change.value}  {each.kind} {each.name}")
            for part in _to_show(each):
                _print_part(part)
        print_line(f"{len(found)} difference{'s' if len(found) != 1 else ''}")
    return ExitCode.REFUSED if found else ExitCode.DONE


# --- reading --------------------------------------------------------------------------


def _without_tables(files: tuple[Path, ...]) -> list[Path]:
    """Leave out tables, so that a shell's ``*.json`` names the packs of a folder."""
    packs = [file for file in files if not file.name.endswith(_TABLE)]
    if not packs:
        raise UsageError("FILE must name a pack, not only decision tables")
    return list(dict.fromkeys(packs))


def _table_of(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(".json") + _TABLE)


def _read(file: Path) -> Pack:
    with naming("pack", file):
        return parse_pack(read_source(file, "pack"))


def _named(given: str, name: str) -> Pack:
    """Read the pack that *given* names: a file, or an installed one of a day."""
    match = _OF_A_DAY.fullmatch(given)
    if match is None or Path(given).exists():
        return _read(Path(given))
    try:
        day = dt.date.fromisoformat(match[2])
    except ValueError:
        right = f"{name} must be a file, or ID@DATE with a date such as 2026-11-22"
        raise UsageError(right) from None
    return load_pack(match[1], on=day)


# --- telling --------------------------------------------------------------------------


def _head(file: Path, pack: Pack) -> dict[str, Any]:
    first = pack.valid_from.isoformat()
    return {"file": str(file), "id": pack.id, "valid_from": first}


def _as_json(problem: Problem) -> dict[str, str]:
    return {"path": problem.path, "code": problem.code, "message": problem.message}


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "name": found.name,
        "change": found.change.value,
        "parts": [
            {"name": part.name, "old": part.old, "new": part.new}
            for part in found.parts
        ],
    }


def _to_show(found: Difference) -> list[Part]:
    """Leave out French and Arabic where the English text has changed too."""
    english = {part.name for part in found.parts if part.name.endswith(".en")}
    return [
        part
        for part in found.parts
        if part.name in english or f"{part.name.partition('.')[0]}.en" not in english
    ]


def _print_part(part: Part) -> None:
    print_line(f"  {part.name}")
    if part.old is not None:
        print_line(f"    - {part.old}")
    if part.new is not None:
        print_line(f"    + {part.new}")
