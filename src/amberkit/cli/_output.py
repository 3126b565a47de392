"""What commands print and write."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import textwrap
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from amberkit.cli._exit import Unwritable, UsageError, code_of
from amberkit.errors import AmberkitError, InvalidDocument, Problem

__all__ = [
    "INDEX",
    "print_error",
    "print_folded",
    "print_json",
    "print_line",
    "print_table",
    "progress",
    "replace_files",
    "write_files",
]

_PATIENCE_S = 1.0
INDEX = "files.json"
"""Name of the list of what a run has written into a folder."""


def print_line(text: str = "") -> None:
    """Print a line as it is, however wide."""
    print(text)


def print_folded(text: str, *, hang: int) -> None:
    """Print a text in lines that fit, all but the first indented by *hang*."""
    for line in textwrap.wrap(text, _width(), subsequent_indent=" " * hang):
        print(line)


def print_json(document: object) -> None:
    """Print *document* as JSON; escaped where the output is no UTF-8."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    print(json.dumps(document, ensure_ascii=encoding != "utf8", indent=2))


def print_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Collection[str] = (),
    whole: Collection[str] = (),
) -> None:
    """Print a table as wide as the terminal, or 80 columns where there is none.

    Args:
        heads: The heads of the columns.
        rows: The cells; as many in each row as there are heads.
        right: Heads of the columns that are set to the right, whole.
        whole: Heads of the columns whose cells are never folded.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in heads:
        if head in right:
            table.add_column(Text(head), no_wrap=True, justify="right")
        else:
            table.add_column(Text(head), overflow="fold", no_wrap=head in whole)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console = Console(file=sys.stdout, width=_width(), highlight=False)
    with console.capture() as shown:
        console.print(table)
    # Cells are padded to the width of their column; nobody wants that in a file.
    for line in shown.get().splitlines():
        print(line.rstrip())


def _width() -> int:
    return shutil.get_terminal_size(fallback=(80, 24)).columns


def print_error(error: AmberkitError, *, as_json: bool) -> None:
    """Print an error, a line for each problem to stderr, or as JSON to stdout."""
    if as_json:
        print_json({"error": _error_json(error)})
        return
    lines = error.reasons if isinstance(error, UsageError) else [str(error)]
    for line in lines:
        print(f"amberkit: {line}", file=sys.stderr)


def _error_json(error: AmberkitError) -> dict[str, object]:
    match error:
        case InvalidDocument():
            problems = error.problems
        case UsageError():
            problems = tuple(
                Problem(path="", code="usage", message=reason)
                for reason in error.reasons
            )
        case _:
            code = getattr(error, "code", type(error).__name__)
            problems = (Problem(path="", code=code, message=str(error)),)
    return {
        "kind": type(error).__name__,
        "exit_code": int(code_of(error)),
        "message": str(error),
        "problems": [
            {"path": p.path or None, "code": p.code, "message": p.message}
            for p in problems
        ],
    }


@contextlib.contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """Yield a callback for shares in [0, 1]; a terminal shows them as a bar.

    The bar comes up when the work has taken a second and leaves nothing behind.
    """
    console = Console(file=sys.stderr)
    if not console.is_interactive:
        yield lambda _: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = bar.add_task(what, total=1.0)
    timer = threading.Timer(_PATIENCE_S, bar.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda share: bar.update(task, completed=share)
    finally:
        timer.cancel()
        timer.join()
        bar.stop()


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write *files* below *folder*, each whole or not at all.

    Raises:
        Unwritable: If a folder cannot be made or a file cannot be written.
    """
    for name, data in files.items():
        path = folder / name
        try:
            # Through links, for what is moved onto a link takes its place.
            _write(Path(os.path.realpath(path)), data)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not a usable path"
            raise Unwritable(str(path), reason.lower()) from None


def replace_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write *files* below *folder*, and remove what an earlier run left there.

    *files* hold their own list as `INDEX`; what is not on the list of the earlier run
    is never touched.

    Raises:
        Unwritable: See `write_files`; also if an old file cannot be removed.
    """
    index = folder / INDEX
    try:
        listed = json.loads(index.read_bytes()) if index.is_file() else []
    except (OSError, ValueError):
        listed = []
    names = listed if isinstance(listed, list) else []
    old = {name for name in names if isinstance(name, str)} - set(files)
    for name in sorted(old):
        path = folder / name
        try:
            if path.resolve().is_relative_to(folder.resolve()):
                path.unlink(missing_ok=True)
        except OSError as error:
            reason = (error.strerror or "the system refused").lower()
            raise Unwritable(str(path), reason) from None
    write_files(folder, files)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        # A pipe or a device takes bytes, and must not be replaced by a file.
        path.write_bytes(data)
        return
    draft = path.parent / f"{path.name}.part"
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
