"""The desk's own tables: drafts and cases. A case itself is never stored."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

__all__ = ["CASE", "DRAFT", "METADATA"]

METADATA = MetaData()

CASE = Table(
    "amberkit_case",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("ended", BigInteger),
    Column("reason", Text),
    # Whether the signature under the ending could be checked.
    Column("verified", Integer),
    Column("erase_due", BigInteger),
    Column("erase_begun", BigInteger),
    Column("erased", BigInteger),
)

DRAFT = Table(
    "amberkit_draft",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("content_hash", Text, nullable=False, unique=True),
    Column("expires", BigInteger, nullable=False),
    Column("submitted", BigInteger, nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("approved", BigInteger),
    Column("approved_by", Text),
    # The package, sealed under the key of the case.
    Column("body", LargeBinary),
)
