"""What an approver sees: exactly what would go out, where, and until when."""

from __future__ import annotations

import datetime as dt
from typing import Any

import attrs

from amberkit.desk._package import Package
from amberkit.desk._rows import unseal_draft
from amberkit.store import Store, from_us

__all__ = ["Review", "review_of"]


@attrs.frozen(kw_only=True)
class Review:
    """One submission, whole. Its ``repr`` shows nothing of the content."""

    content_hash: str
    """What is approved. It covers every byte of *package*."""

    package: Package = attrs.field(repr=False)
    """The texts and forms for each channel and stage, every ending, the pictures, the
    cells, the channels, the mode and the expiry."""

    submitted_by: str
    submitted: dt.datetime
    approvable_until: dt.datetime
    """After this time it has to be submitted again."""

    approved_by: str | None
    approved: dt.datetime | None


def review_of(store: Store, row: Any, *, age: dt.timedelta) -> Review:
    """Return the submission that *row* holds, approvable for *age*."""
    return Review(
        content_hash=row.content_hash,
        package=unseal_draft(store, row),
        submitted_by=row.submitted_by,
        submitted=from_us(row.submitted),
        approvable_until=from_us(row.submitted) + age,
        approved_by=row.approved_by,
        approved=None if row.approved is None else from_us(row.approved),
    )
