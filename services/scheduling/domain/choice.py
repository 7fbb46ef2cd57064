"""Several times offered to the parents of a case, of which the first one picked becomes the appointment.

An offer holds nobody's time: whoever books first has it, and what is gone by then can be picked no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Invalid, NotFound

MOST_SLOTS, LEAST_SLOTS = 8, 2
_USUAL, _LEAD = timedelta(days=7), timedelta(hours=2)
_LINK_AFTER = timedelta(days=14)


@dataclass
class OfferedSlot:
    """One of the times."""

    school_id: UUID
    choice_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass
class Invitee:
    """Somebody who is to come; a guardian has a link of their own."""

    school_id: UUID
    choice_id: UUID
    person_id: UUID
    name: str
    guardian: bool
    position: int = 0


@dataclass
class Choice:
    """`open` until a time was picked (`picked`) or the host withdrew it (`withdrawn`). Over at `expires_at` all the same."""

    school_id: UUID
    id: UUID
    case_id: UUID
    kind: str
    place: str
    host_id: UUID
    host_name: str
    offered_at: datetime
    expires_at: datetime
    location: str | None = None
    status: str = "open"
    appointment_id: UUID | None = None
    picked_by: UUID | None = None
    version: int = 1
    slots: list[OfferedSlot] = field(default_factory=list)
    invitees: list[Invitee] = field(default_factory=list)

    @property
    def guardians(self) -> list[Invitee]:
        return [each for each in self.invitees if each.guardian]

    @property
    def link_ends_at(self) -> datetime:
        """Until when the parents' links say what became of it."""
        return max([self.expires_at, *(each.ends_at for each in self.slots)]) + _LINK_AFTER

    def state(self, now: datetime) -> str:
        """`open`, `picked`, `withdrawn` or `expired`."""
        return "expired" if self.status == "open" and self.expires_at <= now else self.status

    def coming(self, now: datetime) -> list[OfferedSlot]:
        """The times that have not begun, soonest first."""
        return sorted((each for each in self.slots if each.starts_at > now), key=lambda each: each.starts_at)

    def slot(self, starts_at: datetime, now: datetime) -> OfferedSlot:
        """One that can be picked. Raises Conflict when there is nothing to pick any more, NotFound when it was not offered."""
        self._require_open(now)
        found = next((each for each in self.slots if each.starts_at == starts_at), None)
        if found is None:
            raise NotFound
        if found.starts_at <= now:
            raise Conflict("Deze tijd is al voorbij. Kies een andere tijd.")
        return found

    def invitee(self, person_id: UUID) -> Invitee:
        """Raises NotFound."""
        for each in self.invitees:
            if each.person_id == person_id:
                return each
        raise NotFound

    def picked(self, appointment_id: UUID, by: UUID) -> None:
        self.status, self.appointment_id, self.picked_by = "picked", appointment_id, by
        self.version += 1

    def withdraw(self, now: datetime) -> None:
        """Raises Conflict when it is over already."""
        self._require_open(now)
        self.status = "withdrawn"
        self.version += 1

    def _require_open(self, now: datetime) -> None:
        state = self.state(now)
        if state == "picked":
            raise Conflict("Er is al een tijd gekozen.")
        if state == "withdrawn":
            raise Conflict("Deze tijden gelden niet meer.")
        if state == "expired":
            raise Conflict("De tijd om te kiezen is voorbij.")


def check_slots(starts: Sequence[datetime], now: datetime) -> None:
    """Raises Invalid on `slots`."""
    if not LEAST_SLOTS <= len(set(starts)) <= MOST_SLOTS:
        raise Invalid({"slots": ["Kies 2 tot en met 8 tijden."]})
    if min(starts) <= now:
        raise Invalid({"slots": ["Kies tijden die nog komen."]})
    if max(starts) > now + timedelta(days=366):
        raise Invalid({"slots": ["Kies dagen binnen een jaar."]})


def expiry(starts: Sequence[datetime], now: datetime, wanted: datetime | None) -> datetime:
    """Until when can be picked: a week unless told, and no longer than shortly before the last time.

    Raises Invalid on `expires_at`.
    """
    latest = max(starts) - _LEAD
    expires_at = min(wanted or now + _USUAL, max(latest, now + timedelta(minutes=30)))
    if expires_at <= now:
        raise Invalid({"expires_at": ["Kies een tijd die nog komt."]})
    return expires_at
