"""The facts of the mails that lead to a guardian's own page. What they are asked stands there, and never in a mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from urllib.parse import quote

from services.notifications.domain.people import shown


@dataclass(frozen=True, slots=True)
class AskFacts:
    """Who asks, until when, and the token of the page; the host is not known before somebody took the case up."""

    token: str
    answer_before: date | None = None
    host_first_name: str = ""
    host_phone: str | None = None

    def secret(self, public_url: str) -> str:
        """The address of their own page."""
        return f"{public_url}/cases/ouders/{quote(self.token, safe='')}"

    def to_json(self) -> dict[str, Any]:
        return {
            "token": self.token,
            "answer_before": self.answer_before.isoformat() if self.answer_before else None,
            "host_first_name": self.host_first_name,
            "host_phone": self.host_phone,
        }

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The token is gone from a message that is done with."""
        before = found.get("answer_before")
        return cls(
            token=found.get("token") or "",
            answer_before=date.fromisoformat(before) if before else None,
            host_first_name=shown(found.get("host_first_name") or ""),
            host_phone=shown(found.get("host_phone") or "") or None,
        )


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """The code that opens the page. It is worth nothing soon after, and is not kept once it has been sent."""

    code: str

    def secret(self, _public_url: str) -> str:
        """In two groups, as people read it aloud."""
        return f"{self.code[:3]} {self.code[3:]}"

    def to_json(self) -> dict[str, Any]:
        return {"code": self.code}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        return cls(code=found.get("code") or "")
