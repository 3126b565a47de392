"""The host of the killed, and the worlds they live in.

They last for a module: each receiver is a thread, and what is tested elsewhere may need a
process that has only one.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from crash_host import Host
from crash_worlds import Worlds


@pytest.fixture(scope="module")
def host():
    made = Host()
    yield made
    made.close()


@pytest.fixture(scope="module")
def worlds(host):
    # A kill is no power cut: what is in memory survives it as well as what is on disk.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        made = Worlds(Path(folder), host)
        yield made
        made.close()


@pytest.fixture
def make_world(worlds):
    opened = []

    def make(state, **changes):
        opened.append(worlds.make(state, **changes))
        return opened[-1]

    yield make
    for world in opened:
        world.close()


@pytest.fixture(scope="session")
def profile():
    return os.environ.get("AMBERKIT_PROFILE", "fast")
