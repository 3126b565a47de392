"""What an approver sees: exactly what would go out, where, and until when."""

from __future__ import annotations

import datetime as dt

import attrs

from amberkit.desk._package import Package

__all__ = ["Review"]


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
