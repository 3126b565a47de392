"""There is one dispatcher for each store."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from amberkit.publish._errors import DispatcherBusy

__all__ = ["lock"]

_PATIENCE_S = 3.0
_PAUSE_S = 0.02
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


def lock(path: Path) -> int:
    """Return a descriptor of *path*, locked; wait for workers that are about to die."""
    descriptor = os.open(path, _FLAGS, 0o600)
    patience = _PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = int(os.pread(descriptor, 20, 0) or b"0")
            if _is_alive(pid) or patience <= 0:
                os.close(descriptor)
                raise DispatcherBusy(pid or None) from None
            time.sleep(_PAUSE_S)
            patience -= _PAUSE_S
        else:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            return descriptor


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return pid > 0
