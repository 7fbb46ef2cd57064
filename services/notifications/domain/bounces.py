"""What a report of non-delivery means for the mail and for the address (RFC 3463, RFC 3464)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

# An address that does not exist stays so until somebody corrects it; a full mailbox is emptied, a filter calms down.
_NO_SUCH_ADDRESS = timedelta(days=365)
_OTHERWISE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class BounceReport:
    """One report: of which message, how it ended, and the far server's words. `status` is an enhanced code (`5.1.1`)."""

    message_id: UUID
    school_id: UUID
    action: str
    status: str
    answer: str

    @property
    def is_final(self) -> bool:
        """The far server gave up; `delayed` and 4.x.x are still being tried by somebody else."""
        return self.action == "failed" and not self.status.startswith("4")

    @property
    def suppressed_for(self) -> timedelta:
        """How long nothing more is mailed to this address."""
        return _NO_SUCH_ADDRESS if self.status.startswith("5.1.") else _OTHERWISE
