"""What a report of non-delivery means for the mail and for the address (RFC 3463, RFC 3464)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

# An address that does not exist stays so until somebody corrects it; a full mailbox is emptied, a filter calms down.
_NO_SUCH_ADDRESS = timedelta(days=365)
_OTHERWISE = timedelta(days=14)
# Mail servers have tried for days by now: a mail or two more, and then a person.
_AGAIN_AFTER = timedelta(hours=4)
_MOST_TRIES = 3


@dataclass(frozen=True, slots=True)
class BounceReport:
    """One report: of which message, how it ended, and the far server's words. `status` is an enhanced code (`5.1.1`)."""

    message_id: UUID
    school_id: UUID
    action: str
    status: str
    answer: str

    @property
    def kind(self) -> Literal["hard", "soft"] | None:
        """None for what is still being tried by somebody else, or has arrived (RFC 3464, 2.3.3)."""
        if self.action != "failed":
            return None
        return "soft" if self.status.startswith("4") else "hard"

    @property
    def suppressed_for(self) -> timedelta:
        """How long nothing more is mailed to this address."""
        return _NO_SUCH_ADDRESS if self.status.startswith("5.1.") else _OTHERWISE

    def again_at(self, now: datetime, tries: int, expires_at: datetime | None, chance: float) -> datetime | None:
        """When to send it once more; None when somebody had better call. `chance` in [0, 1) spreads what came back together."""
        due = now + _AGAIN_AFTER * (1 + chance / 4)
        is_sensible = self.kind == "soft" and tries < _MOST_TRIES and (expires_at is None or due < expires_at)
        return due if is_sensible else None
