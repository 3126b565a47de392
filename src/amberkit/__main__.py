"""``python -m amberkit`` and the ``amberkit`` command."""

from __future__ import annotations

import sys

from amberkit.errors import MissingExtra


def main() -> int:
    """Run the command line; tell how to get it where its extra is missing."""
    try:
        from amberkit.cli import run
    except ModuleNotFoundError as error:
        if error.name not in ("cyclopts", "rich"):
            raise
        print(MissingExtra("the command line", "cli"), file=sys.stderr)  # noqa: T201 - a command
        return 7
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
