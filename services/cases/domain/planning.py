"""Appointments as the record knows them: a copy of what `scheduling` told, for the dossier and for what is to be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

STANDING = ("invited", "confirmed")
# What happened to the mail that told somebody of an appointment; `sent` is no trouble.
UNTOLD = ("failed", "suppressed")


@dataclass(frozen=True)
class Participant:
    """One invited person, their answer, and what became of the message to them."""

    person_id: UUID
    response: str
    delivery: str | None = None


@dataclass(frozen=True)
class Appointment:
    """A moment with the parents, at its latest known state."""

    id: UUID
    case_id: UUID
    kind: str
    place: str
    starts_at: datetime
    ends_at: datetime
    status: str
    host_id: UUID
    participants: tuple[Participant, ...] = ()

    @property
    def standing(self) -> bool:
        """It was planned and nobody has said that it is off or over."""
        return self.status in STANDING

    def upcoming(self, now: datetime) -> bool:
        return self.standing and self.ends_at > now

    def answered(self, *responses: str) -> list[Participant]:
        return [each for each in self.participants if each.response in responses]

    def untold(self) -> list[Participant]:
        """Those whom no message reached and who have not answered either: somebody has to call them."""
        return [each for each in self.participants if each.delivery in UNTOLD and each.response == "awaiting"]


def next_one(appointments: Iterable[Appointment], now: datetime) -> Appointment | None:
    """The first that is still to come."""
    return min((each for each in appointments if each.upcoming(now)), key=lambda each: each.starts_at, default=None)
