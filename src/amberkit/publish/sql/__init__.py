"""The outbox on SQLAlchemy Core: what the desk writes, and what the dispatcher reads.

Needs the extra ``outbox``.
"""

from amberkit.errors import MissingExtra

try:
    from amberkit.publish.sql._outbox import SqlOutbox
    from amberkit.publish.sql._releases import Releases
    from amberkit.publish.sql._rows import find_release, released, released_until
except ImportError as error:
    if (error.name or "").partition(".")[0] not in ("cryptography", "sqlalchemy"):
        raise
    raise MissingExtra("the outbox in a store", "outbox") from None

__all__ = ["Releases", "SqlOutbox", "find_release", "released", "released_until"]
