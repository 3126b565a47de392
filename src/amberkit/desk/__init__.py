"""The desk: submit, review, approve, end, settle, erase, status.

People decide here; a `amberkit.publish.Dispatcher` sends what they let out. Needs the
extra ``outbox``.
"""

# First, for it is what says which extra is missing.
from amberkit.publish.sql import SqlOutbox as _  # noqa: F401, I001 - see above

from amberkit.desk._desk import Desk
from amberkit.desk._endings import ENDINGS, Ending
from amberkit.desk._errors import DeskRefused, VerifierUnreachable
from amberkit.desk._package import Cells, Package, Part
from amberkit.desk._review import Review
from amberkit.desk._status import Acts, CaseStatus, Ended, State, acts_in
from amberkit.desk._verifier import Unverified, Verifier

__all__ = [
    "ENDINGS",
    "Acts",
    "CaseStatus",
    "Cells",
    "Desk",
    "DeskRefused",
    "Ended",
    "Ending",
    "Package",
    "Part",
    "Review",
    "State",
    "Unverified",
    "Verifier",
    "VerifierUnreachable",
    "acts_in",
]
