"""``python -m amberkit`` and the ``amberkit`` command."""

from __future__ import annotations

import contextlib
import io
import os
import sys

from amberkit.errors import MissingExtra

# The same as in amberkit.cli.ExitCode, which may not be there to be imported.
_UNWRITABLE, _MISSING_EXTRA, _INTERRUPTED, _BROKEN_PIPE = 5, 7, 130, 141


def main() -> int:
    """Run the command line as a process, and return its exit code.

    What the process meets outside of any command ends without a traceback: Ctrl-C, a
    reader that went away, a full disk behind the output, a terminal that lacks a
    character, the command line's own packages missing.
    """
    _mend_streams()
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return _BROKEN_PIPE
    except OSError as error:
        _discard_output()
        reason = (error.strerror or "the system refused").lower()
        _tell(f"amberkit: cannot write the output: {reason}")
        return _UNWRITABLE
    return code


def _mend_streams() -> None:
    """Give a closed stream somewhere to go, and any stream every character."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
            setattr(sys, name, nowhere)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _run() -> int:
    try:
        from amberkit.cli import run
    except ModuleNotFoundError as error:
        if error.name not in ("cyclopts", "rich"):
            raise
        _tell(f"amberkit: {MissingExtra('the command line', 'cli')}")
        return _MISSING_EXTRA
    return run(sys.argv[1:])


def _tell(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr)  # noqa: T201 - a command


def _discard_output() -> None:
    """Let what is still buffered go nowhere, or the interpreter fails on it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
