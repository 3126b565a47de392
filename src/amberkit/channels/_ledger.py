"""What a folder remembers of one case: the keys taken, and what it shows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import attrs

from amberkit.messages import Delivery

__all__ = ["Entry", "Ledger", "digest_of"]


def _is(*kinds: type, **how: Any) -> Any:
    return attrs.field(validator=attrs.validators.instance_of(kinds), **how)


@attrs.frozen(kw_only=True)
class Entry:
    """One delivery that was carried out."""

    digest: str | None = _is(str, type(None))
    """Of its content; None once what identifies the child has been removed."""

    version: int = _is(int)
    at: str = _is(str)
    """When it was carried out, in ISO 8601."""


@attrs.frozen(kw_only=True)
class Ledger:
    """One case. Holds no personal data."""

    version: int = _is(int, default=0)
    """The highest version that was carried out."""

    ended: bool = _is(bool, default=False)
    """Set before the first file is removed, and never taken back."""

    files: Mapping[str, str] = _is(dict, factory=dict)
    """What is shown: the SHA-256 of each file by its name."""

    keys: Mapping[str, Entry] = attrs.field(factory=dict)

    @classmethod
    def load(cls, data: bytes | None) -> Ledger:
        """Read what `dump` has written, or nothing; all else is a `ValueError`."""
        if data is None:
            return cls()
        try:
            found = json.loads(data)
            keys = {key: Entry(**entry) for key, entry in found.pop("keys").items()}
            return cls(keys=keys, **found)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError from error

    def dump(self) -> bytes:
        """Return the ledger as JSON, the same bytes for the same ledger."""
        return json.dumps(attrs.asdict(self), indent=1, sort_keys=True).encode()

    def without_digests(self) -> Ledger:
        """Return the ledger with nothing left that was made from content."""
        keys = {k: attrs.evolve(entry, digest=None) for k, entry in self.keys.items()}
        return attrs.evolve(self, keys=keys)

    def after(
        self, delivery: Delivery, *, files: Mapping[str, bytes], at: str
    ) -> Ledger:
        """Return the ledger once *delivery* is carried out and *files* are shown."""
        entry = Entry(digest=digest_of(delivery), version=delivery.version, at=at)
        return attrs.evolve(
            self,
            version=max(self.version, delivery.version),
            files={n: hashlib.sha256(data).hexdigest() for n, data in files.items()},
            keys={**self.keys, delivery.key: entry},
        )


def digest_of(delivery: Delivery) -> str:
    """Return the SHA-256 of all that a key stands for."""
    told = [
        delivery.operation.value,
        delivery.case_id,
        delivery.version,
        delivery.mode.value,
        delivery.audience.value,
        [[kind, hashlib.sha256(data).hexdigest()] for kind, data in delivery.forms],
        [[picture.media_type, picture.sha256] for picture in delivery.pictures],
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
