"""Who else is involved with a family: people of other organisations, so that nobody works past them. Each with readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.errors import Invalid, Stale

# Bridge officer, community team, youth health doctor or nurse, school attendance officer.
PARTS = ("bridge_officer", "community_team", "youth_health", "attendance_officer", "other")


@dataclass
class Involved:
    """Somebody of another organisation. `part_name`: what they are, in words, where `part` is other. Both days count."""

    id: UUID
    part: str
    part_name: str | None
    name: str
    organisation: str
    phone: str | None
    email: str | None
    since: date | None
    until: date | None
    readers: Sequence[str]
    written_by: UUID
    written_by_name: str
    written_at: datetime
    changes: int = 1

    def check(self) -> None:
        """Raises Invalid naming the field."""
        if self.part == "other" and not self.part_name:
            raise Invalid({"part_name": ["Schrijf op wat deze persoon doet."]})
        if self.since and self.until and self.until < self.since:
            raise Invalid({"until": ["Kies een dag na de eerste."]})

    def change(self, values: Mapping[str, Any], expected: int | None) -> None:
        """Take new values over. Who reads it stays as it was chosen. Raises Stale, Invalid."""
        if expected is not None and expected != self.changes:
            raise Stale
        for name, value in values.items():
            setattr(self, name, value)
        self.check()
        self.changes += 1

    def over(self, today: date) -> bool:
        return self.until is not None and self.until < today
