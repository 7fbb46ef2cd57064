"""Consent, narrow and withdrawable, and that parents were informed.

Working on a case rests on no consent: it is a public task, for which parents are told what is kept and why. Consent is
asked for what goes beyond it, each purpose apart (GDPR, articles 6, 7 and 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.errors import Conflict

WAYS = ("talk", "phone", "mail", "letter")


@dataclass
class Consent:
    """A guardian's yes to one purpose. `scope`: what may be shared, and with whom.

    Once withdrawn it still covers what was done before.
    """

    id: UUID
    given_by: UUID
    purpose: str
    scope: str
    given_on: date
    written_by: UUID
    written_by_name: str
    written_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by_name: str | None = None

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None

    def withdraw(self, name: str, at: datetime) -> None:
        """From then on. Raises Conflict when it was withdrawn already."""
        if not self.holds:
            raise Conflict("Deze toestemming is al ingetrokken.")
        self.withdrawn_at, self.withdrawn_by_name = at, name


@dataclass(frozen=True)
class Informed:
    """A guardian was told, on a day and in a way, what is kept of them and why."""

    id: UUID
    guardian_id: UUID
    on: date
    way: str
    about: str
    written_by: UUID
    written_by_name: str
    written_at: datetime
