"""The other end of the wire: an idempotent, versioned receiver that outlives every kill.

It lives in a thread of the test's own process, and everything that is killed speaks to
it over a socket.
"""

from __future__ import annotations

import hashlib
import json
import selectors
import socket
import struct
import threading

import attrs

ANSWERS = {b"accepted": "accepted", b"repeated": "duplicate", b"deferred": "deferred"}
SIZE = struct.Struct(">I")


@attrs.frozen
class Effect:
    """Something that the public has seen."""

    channel: str
    operation: str
    version: int
    key: str


class Receiver:
    """Takes deliveries; one effect for each key, if it *dedupes*.

    The same key with other bytes is a fault. A version below what is shown, or below
    the tombstone of an ending, changes nothing.
    """

    def __init__(self, path, *, dedupes=True):
        self.path = str(path)
        self.dedupes = dedupes
        self.forget()
        self._lock = threading.Lock()
        self._selector = selectors.DefaultSelector()
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(self.path)
        self._door.listen(64)
        self._wake, self._woken = socket.socketpair()
        for end in (self._door, self._woken):
            self._selector.register(end, selectors.EVENT_READ)
        self._number = 0
        self._lines = {}
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def forget(self):
        self.bodies, self.effects, self.marks, self.faults = {}, [], {}, []
        self.shown, self.tombs, self.script = {}, {}, []

    def copy_from(self, other):
        """Take over what another receiver has seen."""
        self.forget()
        self.bodies |= other.bodies
        self.effects += other.effects
        self.shown |= other.shown
        self.tombs |= other.tombs

    def close(self):
        self._wake.send(b"x")
        self._thread.join(10)
        for end in (*self._lines, self._door, self._wake, self._woken):
            end.close()
        self._selector.close()

    # --- the thread -------------------------------------------------------------------

    def _serve(self):
        while True:
            ready = {key.fileobj for key, _ in self._selector.select()}
            if self._woken in ready:
                return
            # In the order in which they came, so that only the sender can be late.
            for line in sorted(
                ready - {self._door}, key=lambda line: self._lines[line][0]
            ):
                self._hear(line)
            if self._door in ready:
                line, _ = self._door.accept()
                self._number += 1
                self._lines[line] = self._number, bytearray()
                self._selector.register(line, selectors.EVENT_READ)

    def _hear(self, line):
        _, heard = self._lines[line]
        try:
            data = line.recv(1 << 20)
            heard += data
            whole = len(heard) >= SIZE.size
            if whole and len(heard) - SIZE.size == SIZE.unpack_from(heard)[0]:
                line.sendall(self._take(bytes(heard[SIZE.size :])))
                data = b""
        except OSError:
            data = b""
        if not data:
            # What is cut off in the middle has no effect.
            self._selector.unregister(line)
            del self._lines[line]
            line.close()

    def _take(self, payload):
        head, _, body = payload.partition(b"\n")
        said = json.loads(head)
        if "mark" in said:
            self.marks[said["mark"]] = dict(self.shown), dict(self.tombs)
            return b"accepted"
        if self.script and self.script.pop(0) == "deferred":
            return b"deferred"
        key, version, operation = said["key"], said["version"], said["operation"]
        digest = hashlib.sha256(body).hexdigest()
        if self.bodies.setdefault(key, digest) != digest:
            self.faults.append(f"other bytes under {key}")
        if self.dedupes and any(effect.key == key for effect in self.effects):
            return b"repeated"
        channel = said["channel"]
        self.effects.append(Effect(channel, operation, version, key))
        newest = max(self.shown.get(channel, 0), self.tombs.get(channel, (0, ""))[0])
        if operation != "publish":
            self.tombs[channel] = version, operation
            self.shown.pop(channel, None)
        elif version > newest:
            self.shown[channel] = version
        return b"accepted"


def say(path, head, body=b""):
    """Return the line on which something was said to the receiver, not yet answered."""
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    line.connect(path)
    payload = json.dumps(head).encode() + b"\n" + body
    return line, SIZE.pack(len(payload)) + payload


def mark(path, label):
    """Have the receiver note what it shows."""
    line, payload = say(path, {"mark": label})
    with line:
        line.sendall(payload)
        line.recv(8)
