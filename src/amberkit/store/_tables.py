"""The store's own two tables."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, Text

__all__ = ["AUDIT", "METADATA", "SCHEMA", "STORE"]

SCHEMA = 1
"""Version of these tables."""

METADATA = MetaData()

STORE = Table(
    "amberkit_store",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("schema_version", Integer, nullable=False),
    Column("mode", Text, nullable=False),
    # Grows with every transaction on a connection that is not ours, see _guest.
    Column("turn", Integer, nullable=False),
)

AUDIT = Table(
    "amberkit_audit",
    METADATA,
    Column("case_id", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("actor", Text),
    Column("codes", Text, nullable=False),
    Column("digest", Text),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)
