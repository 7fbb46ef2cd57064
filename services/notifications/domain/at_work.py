"""The facts of mails to colleagues: that something waits, how much of it, and where to look.

Such a mail is read on a phone in a corridor: it names no parent and no child, and its link asks for a login.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """`path` is a page of ours. `counts` by the name of their placeholder; a nought is not spoken of.

    `at` is the moment that it is about or that it ends; `answer` one of the closed list in `language.json`.
    """

    path: str
    counts: Mapping[str, int] = field(default_factory=dict)
    at: datetime | None = None
    answer: str = ""

    def secret(self, public_url: str) -> str:
        """The page's address; whoever opens it logs in first."""
        return f"{public_url}{self.path}"

    def to_json(self) -> dict[str, Any]:
        at = self.at.isoformat() if self.at else None
        return {"path": self.path, "counts": dict(self.counts), "at": at, "answer": self.answer}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        at = found.get("at")
        return cls(found["path"], found["counts"], datetime.fromisoformat(at) if at else None, found["answer"])


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """The link with which a new colleague chooses a password, as long as it works."""

    token: str
    expires_at: datetime

    def secret(self, public_url: str) -> str:
        """The page where they choose a password."""
        return f"{public_url}/cases/uitnodiging/{quote(self.token, safe='')}"

    def to_json(self) -> dict[str, Any]:
        return {"token": self.token, "expires_at": self.expires_at.isoformat()}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """The token is gone from a message that is done with."""
        return cls(found.get("token") or "", datetime.fromisoformat(found["expires_at"]))
