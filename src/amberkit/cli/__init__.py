"""The command line: the one place that reads clocks, writes files and prints."""

from amberkit.cli._app import run
from amberkit.cli._exit import ExitCode

__all__ = ["ExitCode", "run"]
