"""The commands about the audit chains of a store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from amberkit.audit import Head, dump_heads, load_heads, verify_heads
from amberkit.audit import heads as heads_of
from amberkit.cli._exit import ExitCode
from amberkit.cli._inputs import naming
from amberkit.cli._options import Json, Look
from amberkit.cli._output import print_json, print_line
from amberkit.cli._stores import open_store
from amberkit.errors import UnreadableDocument

__all__ = ["heads", "verify"]


def verify(
    *,
    look: Look,
    heads: Annotated[
        Path | None,
        Parameter(
            help="A file that 'amberkit audit heads' printed earlier, kept elsewhere."
        ),
    ] = None,
    json: Json = False,
) -> ExitCode:
    """Check the database and every audit chain in it.

    A chain that was cut off or written anew fits in itself: only heads that were
    kept elsewhere find that.

    Exits with 1 and a line for each problem if anything does not fit.

    Example: amberkit audit verify --store desk
    """
    kept = _read(heads)
    with open_store(look) as store:
        problems = list(store.check())
        chains = {}
        if not problems:
            with store.transaction() as work:
                chains = store.entries(work)
            problems += verify_heads(chains, kept)
    entries = sum(map(len, chains.values()))
    if json:
        print_json(
            {
                "whole": not problems,
                "chains": len(chains),
                "entries": entries,
                "problems": [
                    {"path": p.path, "code": p.code, "message": p.message}
                    for p in problems
                ],
            }
        )
    elif problems:
        for problem in problems:
            print_line(str(problem))
    else:
        print_line(f"{_count(len(chains), 'chain')}, {_count(entries, 'entry')}, whole")
    return ExitCode.REFUSED if problems else ExitCode.DONE


def heads(*, look: Look, json: Json = False) -> ExitCode:
    """Print the heads of all audit chains, to be kept outside the store.

    One line of JSON for 'amberkit audit verify --heads'. It holds case ids and
    hashes.

    Example: amberkit audit heads --store desk > heads.json
    """
    with open_store(look) as store, store.transaction() as work:
        found = heads_of(store.entries(work))
    line = dump_heads(found).decode("ascii").rstrip("\n")
    # It is JSON either way, and the same.
    del json
    print_line(line)
    return ExitCode.DONE


def _read(path: Path | None) -> tuple[Head, ...]:
    if path is None:
        return ()
    with naming("audit checkpoint", path):
        try:
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not a usable path"
            raise UnreadableDocument("audit checkpoint", reason.lower()) from None
        return load_heads(data)


def _count(number: int, word: str) -> str:
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{number} {word if number == 1 else plural}"
