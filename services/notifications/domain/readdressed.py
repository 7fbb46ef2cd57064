"""The facts of the mail to an address that was a guardian's: that it is theirs no more, and whom to ask. Never the new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from services.notifications.domain.people import shown


@dataclass(frozen=True, slots=True)
class FormerAddressFacts:
    """Where it goes, and whom they may call; the host is not known before somebody took the case up."""

    email: str
    host_first_name: str = ""
    host_phone: str | None = None

    def secret(self, _public_url: str) -> str:
        """It leads nowhere: it may be somebody else who reads it."""
        return ""

    def to_json(self) -> dict[str, Any]:
        return {"email": self.email, "host_first_name": self.host_first_name, "host_phone": self.host_phone}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        return cls(
            email=found["email"],
            host_first_name=shown(found.get("host_first_name") or ""),
            host_phone=shown(found.get("host_phone") or "") or None,
        )
