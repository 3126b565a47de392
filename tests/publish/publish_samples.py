"""Releases, channels and outboxes for the tests of publishing."""

import datetime as dt
import hashlib
import os

import attrs

from amberkit.messages import Capabilities, Delivery, Operation, Picture
from amberkit.publish import (
    Channel,
    Claim,
    Content,
    MemoryOutbox,
    Outcome,
    Receipt,
    Release,
)
from amberkit.publish.sql import Releases, SqlOutbox
from amberkit.store import Store
from amberkit.values import Audience, Mode

NOW = dt.datetime(2026, 11, 22, 18, tzinfo=dt.UTC)
EXPIRES = NOW + dt.timedelta(hours=6)
TEXT = "Samira Exemple, 9 ans"
CAP = b"<alert><sent>\0sent\0</sent>\0references\0</alert>"


def seconds(count):
    return dt.timedelta(seconds=count)


def make_picture(data=b"not really a picture"):
    return Picture(
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="image/jpeg",
        width_px=4,
        height_px=3,
        data=data,
    )


def make_content(version, *, channel="web", ending=None, text=TEXT, **changes):
    values = {
        "audience": Audience.PUBLIC,
        "operation": Operation.CANCEL if ending else Operation.PUBLISH,
        "starts": NOW,
        "identity": f"agency@example.org,MA-1.{version}",
        "forms": (
            ("application/cap+xml", CAP),
            ("text/plain", (ending or text).encode()),
        ),
    }
    return Content(
        channel=channel, version=version, ending=ending, **(values | changes)
    )


def make_contents(*channels, version=1, audience=Audience.PUBLIC, **changes):
    """One version and the two endings after it, for each channel."""
    made = []
    for channel in channels or ("web",):
        of = {"channel": channel, "audience": audience}
        made += [
            make_content(version, **of, **changes),
            make_content(version + 1, ending="found", **of),
            make_content(version + 2, ending="expired", **of),
        ]
    return made


def make_release(case_id="MA-1", **changes):
    values = {
        "revision": 1,
        "mode": Mode.TEST,
        "content_hash": "hash-1",
        "expires": EXPIRES,
        "expiry_ending": "expired",
    }
    return Release(case_id=case_id, **(values | changes))


def make_capabilities(**changes):
    values = {
        "forms": frozenset({"text/plain", "application/cap+xml"}),
        "dedupe": "key",
        "cancel": "retract",
        "withdraw": "delete",
        "pictures": 1,
    }
    return Capabilities(**(values | changes))


class Scripted:
    """A publisher that answers as it is told, and accepts when it is told nothing."""

    name = "scripted"

    def __init__(self, *script, **capabilities):
        self.capabilities = make_capabilities(**capabilities)
        self.script = list(script)
        self.seen = []

    def publish(self, delivery, /, *, now):
        self.seen.append((delivery, now))
        told = self.script.pop(0) if self.script else Outcome.ACCEPTED
        if isinstance(told, Outcome):
            return Receipt(key=delivery.key, outcome=told, at=now, reference="ref")
        if isinstance(told, Exception):
            raise told
        return told

    @property
    def told(self):
        """What it was asked to do, as operation and version."""
        return [(d.operation.value, d.version) for d, _ in self.seen]


class Elsewhere:
    """A publisher that says in which process it works."""

    name = "elsewhere"
    capabilities = make_capabilities()

    def publish(self, delivery, /, *, now):
        pid = str(os.getpid())
        return Receipt(
            key=delivery.key, outcome=Outcome.ACCEPTED, at=now, reference=pid
        )


def make_channel(name="web", publisher=None, *, script=(), deadline_s=15, **changes):
    binding = {"mode": Mode.TEST, "audience": Audience.PUBLIC}
    binding |= {key: changes.pop(key) for key in list(changes) if key in binding}
    made = publisher or Scripted(*script, **changes)
    return Channel(name=name, publisher=made, deadline_s=deadline_s, **binding)


def make_claim(fence=1, operation=Operation.PUBLISH, channel="web", case_id="MA-1"):
    return Claim(
        channel=channel,
        fence=fence,
        deadline_s=15,
        delivery=Delivery(
            key=f"key-{fence}",
            operation=operation,
            case_id=case_id,
            version=1,
            mode=Mode.TEST,
            audience=Audience.PUBLIC,
            forms={},
            expires=EXPIRES,
        ),
    )


# --- one face for both outboxes ----------------------------------------------------------


class InMemory:
    """The outbox that forgets."""

    def __init__(self, mode=Mode.TEST, store="memory"):
        self.outbox = MemoryOutbox(mode=mode, store=store)
        self.release = self.outbox.release
        self.end = self.outbox.end
        self.settle = self.outbox.settle

    def close(self):
        """Nothing to close."""


class InSql:
    """The outbox in a store."""

    def __init__(self, url="sqlite://", mode=Mode.TEST):
        self.ground = Store.open(url, mode=mode)
        self.outbox = SqlOutbox(self.ground)
        self.releases = Releases(self.ground)

    def release(self, release, contents, *, now):
        self.ground.keys.create(release.case_id)
        with self.ground.transaction() as work:
            self.releases.release(work, release, contents, now=now)

    def end(self, case_id, **options):
        with self.ground.transaction() as work:
            return self.releases.end(work, case_id, **options)

    def settle(self, case_id, channel, found, **options):
        with self.ground.transaction() as work:
            self.releases.settle(work, case_id, channel, found, **options)

    def close(self):
        self.ground.close()


BENCHES = {"memory": InMemory, "sql": InSql}


# --- what is seen ---------------------------------------------------------------------------


def only_lane(bench, *, now=NOW):
    (status,) = bench.outbox.lanes(now=now)
    return status


def claim_one(bench, channel, *, now=NOW, endings_only=False):
    (claim,) = bench.outbox.claim(channel, now=now, limit=1, endings_only=endings_only)
    return claim


@attrs.define
class Clock:
    """A clock that moves only while somebody waits for it to say when to stop."""

    now: dt.datetime = NOW
    until: dt.datetime = NOW + seconds(1)

    def __call__(self):
        return self.now

    def wait(self, timeout):
        self.now += seconds(timeout)
        return self.now >= self.until
