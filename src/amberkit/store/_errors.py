"""What can keep a store from doing what it is asked."""

from __future__ import annotations

from amberkit.errors import AmberkitError, Refused

__all__ = ["KeyDestroyed", "StoreBusy", "StoreRefused"]


class KeyDestroyed(AmberkitError, LookupError):
    """The key of a case is not there: it was destroyed, or never made.

    What was sealed with it can be read by nobody.

    Attributes:
        case_id: The case.
    """

    def __init__(self, case_id: str) -> None:
        super().__init__(case_id)
        self.case_id = case_id

    def __str__(self) -> str:
        return f"there is no key for the case {self.case_id}"


class StoreBusy(AmberkitError, TimeoutError):
    """Somebody else held the store for as long as there was time to wait.

    Nothing was changed; try again.

    Attributes:
        pid: The process that holds it, or None if that is not known.
    """

    def __init__(self, pid: int | None) -> None:
        super().__init__(pid)
        self.pid = pid

    def __str__(self) -> str:
        who = f"process {self.pid}" if self.pid else "another transaction"
        return f"the store is held by {who}; try again, or look why it holds it"


class StoreRefused(Refused):
    """The store cannot be used, or cannot be used like this.

    Attributes:
        code: Stable name of the reason:

            ===============  ======================================================
            ``autocommit``   the connection given commits every statement by itself
            ``closed``       the store was closed
            ``conflict``     a row is there already, or a value that must be is not
            ``exposed``      others than the owner can enter the folder of the keys
            ``failed``       the database does not take a statement
            ``forked``       the store was opened by the parent of this process
            ``key-damaged``  a key has not the size of a key
            ``mode``         the store is for another mode
            ``not-a-store``  the file is damaged, or no store at all
            ``other-store``  the connection given leads to another store
            ``over``         the transaction has ended
            ``schema``       the store was made by a newer amberkit
            ``tampered``     something sealed is not what was sealed
            ``unwritable``   the disk is full, broken or may not be written to
            ===============  ======================================================
        reason: What stands in the way, and what would be right; no SQL and no values.
    """

    _opening = "the store refuses: "
