"""The life of an appointment: invited, confirmed, moved, cancelled, held. `sequence` is iCalendar's (RFC 5545, 3.8.7.4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Invalid, NotFound

KINDS = ("home_visit", "school_meeting", "phone_call", "team_meeting")
ANSWERS = {"accept": "accepted", "decline": "declined", "another_time": "another_time"}
OUTCOMES = ("held", "no_show")
SHORTEST, LONGEST = 15, 480
_FURTHEST = timedelta(days=366)
_LINK_AFTER_END = timedelta(days=14)
_PLACES = {"home_visit": "at_home", "school_meeting": "at_school", "phone_call": "by_phone", "team_meeting": "at_school"}


@dataclass
class Participant:
    """An invited person. `guardian`: gets a mail and a reply link of their own."""

    school_id: UUID
    appointment_id: UUID
    person_id: UUID
    name: str
    guardian: bool
    response: str = "awaiting"
    note: str | None = None
    position: int = 0


@dataclass
class Appointment:
    """A moment in time at one school's case. The host is the member of staff who planned it, and is always busy then."""

    school_id: UUID
    id: UUID
    case_id: UUID
    kind: str
    place: str
    starts_at: datetime
    ends_at: datetime
    host_id: UUID
    host_name: str
    status: str = "invited"
    sequence: int = 0
    version: int = 1
    location: str | None = None
    participants: list[Participant] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.status in ("invited", "confirmed")

    @property
    def guardians(self) -> list[Participant]:
        return [participant for participant in self.participants if participant.guardian]

    @property
    def busy_ids(self) -> list[UUID]:
        """Everybody who cannot be elsewhere, sorted: two bookings lock in one order and cannot deadlock."""
        return sorted({self.host_id, *(participant.person_id for participant in self.participants)})

    @property
    def link_ends_at(self) -> datetime:
        """Until when the parents' links show it."""
        return self.ends_at + _LINK_AFTER_END

    def answer(self, person_id: UUID, answer: str, note: str | None, now: datetime) -> Participant:
        """Take a guardian's answer, which they may change. Raises Conflict when there is nothing left to answer."""
        participant = self.participant(person_id)
        if not self.open:
            raise Conflict("Deze afspraak gaat niet door.")
        if self.ends_at <= now:
            raise Conflict("Deze afspraak is al geweest.")
        participant.response = ANSWERS[answer]
        participant.note = note
        everybody = self.guardians and all(each.response == "accepted" for each in self.guardians)
        self.status = "confirmed" if everybody else "invited"
        self.version += 1
        return participant

    def move(self, starts_at: datetime, ends_at: datetime, location: str | None) -> None:
        """Another time or place: the answers begin anew. Raises Conflict when it is over."""
        self._require_open()
        self.starts_at, self.ends_at, self.location = starts_at, ends_at, location
        for participant in self.participants:
            if participant.person_id != self.host_id:
                participant.response, participant.note = "awaiting", None
        self.status = "invited"
        self.sequence += 1
        self.version += 1

    def cancel(self) -> None:
        """It will not take place. Raises Conflict when it is over."""
        self._require_open()
        self.status = "cancelled"
        self.sequence += 1
        self.version += 1

    def conclude(self, outcome: str, now: datetime) -> None:
        """It took place, or nobody was there. Raises Conflict before it begins."""
        if self.status == "cancelled":
            raise Conflict("Deze afspraak is geannuleerd.")
        if self.starts_at > now:
            raise Conflict("Deze afspraak moet nog beginnen.")
        self.status = outcome
        self.version += 1

    def participant(self, person_id: UUID) -> Participant:
        """Raises NotFound."""
        for participant in self.participants:
            if participant.person_id == person_id:
                return participant
        raise NotFound

    def _require_open(self) -> None:
        if not self.open:
            raise Conflict("Deze afspraak is al voorbij of geannuleerd.")


def place_of(kind: str) -> str:
    """Where an appointment of this kind usually is; parents are told the kind of place, never an address."""
    return _PLACES[kind]


def period(starts_at: datetime, minutes: int, now: datetime) -> tuple[datetime, datetime]:
    """From when until when. Raises Invalid on `starts_at` for the past and for more than a year ahead."""
    if starts_at <= now:
        raise Invalid({"starts_at": ["Kies een tijd die nog komt."]})
    if starts_at > now + _FURTHEST:
        raise Invalid({"starts_at": ["Kies een dag binnen een jaar."]})
    return starts_at, starts_at + timedelta(minutes=minutes)
