"""The facts of an appointment that a mail may tell: logistics, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

from services.notifications.domain.people import shown


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """One version of one appointment, as one guardian is told of it."""

    appointment_id: UUID
    place: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    host_first_name: str
    host_phone: str | None
    reply_token: str

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    def secret(self, public_url: str) -> str:
        """The address of their reply page."""
        return f"{public_url}/scheduling/reply/{quote(self.reply_token, safe='')}"

    def to_json(self) -> dict[str, Any]:
        return {
            "appointment_id": str(self.appointment_id),
            "place": self.place,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "sequence": self.sequence,
            "host_first_name": self.host_first_name,
            "host_phone": self.host_phone,
            "reply_token": self.reply_token,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The reply token is gone from a message that is done with; then the link leads nowhere."""
        return cls(
            appointment_id=UUID(found["appointment_id"]),
            place=found["place"],
            starts_at=datetime.fromisoformat(found["starts_at"]),
            ends_at=datetime.fromisoformat(found["ends_at"]),
            sequence=found["sequence"],
            host_first_name=shown(found["host_first_name"]),
            host_phone=shown(found["host_phone"] or "") or None,
            reply_token=found.get("reply_token") or "",
        )
