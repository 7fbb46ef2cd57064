"""Handing a case over to a colleague, with what they need to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.cases.domain.case import Case
from shared.errors import Conflict, Forbidden, Invalid

_FURTHEST = timedelta(days=366)


@dataclass
class HandOver:
    """From whoever accompanied the case, if anybody did, to another liaison, from a day on.

    `note`: what was said at the hand-over; None for whoever is no reader of it.
    """

    id: UUID
    from_name: str | None
    to_id: UUID
    to_name: str
    takes_effect_on: date
    written_by: UUID
    written_by_name: str
    written_at: datetime
    note: str | None = None
    readers: Sequence[str] | None = None
    taken_at: datetime | None = None
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def status(self) -> str:
        """planned, taken, accepted or withdrawn. `taken`: in effect, and the new liaison did not say yet that they read it."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.taken_at is None:
            return "planned"
        return "taken" if self.accepted_at is None else "accepted"

    @property
    def unread(self) -> bool:
        """The new liaison has not said that they read it."""
        return self.accepted_at is None and self.withdrawn_at is None

    def take(self, at: datetime) -> None:
        """The day has come."""
        self.taken_at = at

    def accept(self, user_id: UUID, at: datetime) -> None:
        """The new liaison has read it. Raises Forbidden for anybody else, and Conflict."""
        if user_id != self.to_id:
            raise Forbidden("Alleen wie het dossier overneemt, zegt dat de overdracht gelezen is.")
        if not self.unread:
            raise Conflict("Deze overdracht wacht niet meer op u.")
        self.accepted_at = at

    def withdraw(self, at: datetime) -> None:
        """It will not happen after all. Raises Conflict once it has, or when it was withdrawn."""
        if self.status != "planned":
            raise Conflict("Deze overdracht is niet meer in te trekken.")
        self.withdrawn_at = at


def check_handover(case: Case, to: UUID, on: date, planned: Sequence[HandOver], today: date) -> None:
    """Raises Conflict, and Invalid naming the field."""
    if case.closed:
        raise Conflict("Dit dossier is afgerond.")
    if any(each.status == "planned" for each in planned):
        raise Conflict("Er is al een overdracht gepland. Trek die eerst in.")
    if to == case.assigned_to:
        raise Invalid({"to": ["Deze persoon begeleidt het dossier al."]})
    if on < today:
        raise Invalid({"takes_effect_on": ["Kies vandaag of een dag die nog komt."]})
    if on - today > _FURTHEST:
        raise Invalid({"takes_effect_on": ["Dit is te ver weg."]})
