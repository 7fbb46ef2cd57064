"""The facts of an offer of several times, of which a guardian picks one on their own page.

The times themselves stand there alone: between the mail and the click some of them may be gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

from services.notifications.domain.people import shown


@dataclass(frozen=True, slots=True)
class ChoiceFacts:
    """How many times there are to choose from, how long one takes, where, with whom, and until when."""

    choice_id: UUID
    place: str
    count: int
    minutes: int
    expires_at: datetime
    host_first_name: str
    host_phone: str | None
    reply_token: str

    def secret(self, public_url: str) -> str:
        """The address of the page with the times."""
        return f"{public_url}/scheduling/reply/{quote(self.reply_token, safe='')}"

    def to_json(self) -> dict[str, Any]:
        return {
            "choice_id": str(self.choice_id),
            "place": self.place,
            "count": self.count,
            "minutes": self.minutes,
            "expires_at": self.expires_at.isoformat(),
            "host_first_name": self.host_first_name,
            "host_phone": self.host_phone,
            "reply_token": self.reply_token,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The token is gone from a message that is done with."""
        return cls(
            choice_id=UUID(found["choice_id"]),
            place=found["place"],
            count=found["count"],
            minutes=found["minutes"],
            expires_at=datetime.fromisoformat(found["expires_at"]),
            host_first_name=shown(found["host_first_name"]),
            host_phone=shown(found["host_phone"] or "") or None,
            reply_token=found.get("reply_token") or "",
        )
