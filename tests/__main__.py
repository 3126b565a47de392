"""The whole test-suite, on two cores: ``python tests``. Arguments go to pytest.

What starts processes and kills them runs beside what computes. Whole folders go to one
side or the other, so that nothing else differs from a plain ``python -m pytest``.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# Plans and render start no process; there they make the sides last about as long.
SHELL = ("channels", "cli", "crash", "desk", "plans", "publish", "render", "store")
# What pytest says where none of the tests asked for is on this side.
NONE_HERE = 5


def command(*arguments: str) -> list[str]:
    """Return how pytest is called for one side."""
    plain = ["-q", "-p", "no:cacheprovider", *arguments, *sys.argv[1:]]
    return [sys.executable, "-m", "pytest", *plain]


def main() -> int:
    """Run both sides; return the worse of their exit codes."""
    shell = [str(HERE / name) for name in SHELL]
    others = [f"--ignore={path}" for path in shell]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        beside = subprocess.Popen(command(*shell), stdout=said, stderr=said)
        try:
            codes = {subprocess.run(command(str(HERE), *others)).returncode}
            codes.add(beside.wait())
        finally:
            beside.kill()
        said.seek(0)
        print(said.read(), end="")
    return max(codes - {NONE_HERE}, default=NONE_HERE)


if __name__ == "__main__":
    raise SystemExit(main())
