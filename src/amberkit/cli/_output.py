"""What commands print and write."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from amberkit.cli._exit import Unwritable
from amberkit.errors import AmberkitError, InvalidDocument

__all__ = [
    "print_error",
    "print_json",
    "print_line",
    "print_table",
    "progress",
    "write_files",
]

_PIPED_WIDTH = 120


def _console(*, error: bool = False) -> Console:
    stream = sys.stderr if error else sys.stdout
    width = None if stream.isatty() else _PIPED_WIDTH
    return Console(file=stream, width=width, highlight=False, soft_wrap=False)


def print_line(text: str = "") -> None:
    """Print a line as it is."""
    print(text)


def print_json(document: object) -> None:
    """Print *document* as JSON."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def print_table(title: str, heads: list[str], rows: list[list[str]]) -> None:
    """Print a table that fits the terminal."""
    table = Table(title=Text(title), title_justify="left", expand=False)
    for head in heads:
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def print_error(error: AmberkitError, *, as_json: bool) -> None:
    """Print an error: in words to stderr, or as JSON to stdout."""
    if not as_json:
        print(f"amberkit: {error}", file=sys.stderr)
        return
    document: dict[str, Any] = {"kind": type(error).__name__, "message": str(error)}
    if isinstance(error, InvalidDocument):
        document["problems"] = [
            {"path": p.path, "code": p.code, "message": p.message}
            for p in error.problems
        ]
    print_json({"error": document})


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """Yield a callback for shares in [0, 1]; a terminal shows them as a bar."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console(error=True), transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write *files* below *folder*, each whole or not at all.

    Raises:
        Unwritable: If a folder cannot be made or a file cannot be written.
    """
    for name, data in files.items():
        path = folder / name
        draft = path.with_name(path.name + ".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(data)
            os.replace(draft, path)  # noqa: PTH105 - the atomic one
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            reason = (error.strerror or "the system refused").lower()
            raise Unwritable(str(path), reason) from None
