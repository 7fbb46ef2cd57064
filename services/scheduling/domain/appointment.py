"""The life of an appointment: invited, confirmed, moved, cancelled, held. `sequence` is iCalendar's (RFC 5545, 3.8.7.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Invalid, NotFound

KINDS = ("home_visit", "school_meeting", "phone_call", "team_meeting")
PLACES = ("at_home", "at_school", "by_phone", "elsewhere")
ANSWERS = {"accept": "accepted", "decline": "declined", "another_time": "another_time"}
OUTCOMES = ("held", "no_show")
SHORTEST, LONGEST = 15, 480
_FURTHEST = timedelta(days=366)
_LINK_AFTER_END = timedelta(days=14)
_USUAL_PLACE = {"home_visit": "at_home", "school_meeting": "at_school", "phone_call": "by_phone", "team_meeting": "at_school"}


@dataclass
class Participant:
    """An invited person. `guardian`: gets a mail and a reply link of their own."""

    school_id: UUID
    appointment_id: UUID
    person_id: UUID
    name: str
    guardian: bool
    response: str = "awaiting"
    position: int = 0


@dataclass(frozen=True)
class Moment:
    """When and where. `location` is for colleagues alone: parents are told the kind of place, never an address."""

    starts_at: datetime
    ends_at: datetime
    place: str
    location: str | None


@dataclass(frozen=True)
class Interpreting:
    """What is said of an interpreter; None says nothing of it. `note`: who it is, told along with `arranged`."""

    needed: bool | None = None
    arranged: bool | None = None
    note: str | None = None


@dataclass
class Appointment:
    """A moment in time at one school's case. The host is the member of staff who planned it, and is always busy then.

    `interpreter_needed` is what was said of this appointment; None: as it is known of those who come, whose languages that
    ask for one are in `interpreted`. That, whether they `often_missed` each other and whether their case is closed by now
    (`case_ended`) is read along with it, and not kept.
    """

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
    interpreter_needed: bool | None = None
    interpreter_arranged: bool = False
    interpreter_note: str | None = None
    participants: list[Participant] = field(default_factory=list)
    interpreted: Sequence[str] = ()
    case_ended: bool = False
    often_missed: bool = False

    @property
    def open(self) -> bool:
        """It is still to be held, or still to be said how it went."""
        return self.status in ("invited", "confirmed")

    def outlives_its_case(self, now: datetime) -> bool:
        """It is still to be held though the case has ended: a farewell, or forgotten. Parents are reminded of it all the same."""
        return self.open and self.case_ended and now < self.ends_at

    @property
    def guardians(self) -> list[Participant]:
        return [participant for participant in self.participants if participant.guardian]

    @property
    def moment(self) -> Moment:
        return Moment(self.starts_at, self.ends_at, self.place, self.location)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def busy_ids(self) -> list[UUID]:
        """Everybody who cannot be elsewhere, sorted: two bookings lock in one order and cannot deadlock."""
        return sorted({self.host_id, *(participant.person_id for participant in self.participants)})

    @property
    def link_ends_at(self) -> datetime:
        """Until when the parents' links show it."""
        return self.ends_at + _LINK_AFTER_END

    def invite(self, person_id: UUID, name: str, *, guardian: bool) -> None:
        """Ask somebody to come, once. The host has planned it herself, so she comes."""
        if any(each.person_id == person_id for each in self.participants):
            return
        response = "accepted" if person_id == self.host_id else "awaiting"
        place = len(self.participants)
        self.participants.append(Participant(self.school_id, self.id, person_id, name, guardian, response, position=place))

    def takes_answers(self, now: datetime) -> bool:
        """Until it ends, and only while it is to be held."""
        return self.open and now < self.ends_at

    def answer(self, person_id: UUID, answer: str, now: datetime) -> bool:
        """Take a guardian's answer, which they may change; False when it says what was known.

        Raises NotFound for somebody who is not invited, Conflict when there is nothing left to answer.
        """
        participant = self.participant(person_id)
        if not self.open:
            raise Conflict("Deze afspraak gaat niet door." if self.status == "cancelled" else "Deze afspraak is al geweest.")
        if self.ends_at <= now:
            raise Conflict("Deze afspraak is al geweest.")
        if participant.response == ANSWERS[answer]:
            return False
        participant.response = ANSWERS[answer]
        everybody = all(each.response == "accepted" for each in self.guardians)
        self.status = "confirmed" if everybody else "invited"
        self.version += 1
        return True

    def move(self, to: Moment, now: datetime) -> bool:
        """Another time or place: the answers begin anew. False when nothing changes, and then nobody need be told.

        Raises Conflict when it is over.
        """
        self._require_open()
        if self.ends_at <= now:
            raise Conflict("Deze afspraak is al geweest. Leg vast hoe het ging, en plan een nieuwe.")
        if to == self.moment:
            return False
        self.starts_at, self.ends_at, self.place, self.location = to.starts_at, to.ends_at, to.place, to.location
        for participant in self.participants:
            if participant.person_id != self.host_id:
                participant.response = "awaiting"
        self.status = "invited"
        # Whoever would interpret was asked for the time before; who that was stays known.
        self.interpreter_arranged = False
        self.sequence += 1
        self.version += 1
        return True

    def needs_interpreter(self, languages: Sequence[str]) -> bool:
        """By what was said of this appointment; else by whether those who come ask for one, in whatever language."""
        if self.interpreter_needed is not None:
            return self.interpreter_needed
        return self.interpreter_arranged or bool(languages)

    def interpret(self, said: Interpreting) -> list[str]:
        """An interpreter is needed or is not, comes or does not after all; gives what of it is new.

        Parents see nothing of it, so `sequence` stays. Raises Conflict when it is over.
        """
        self._require_open()
        before = (self.interpreter_needed, self.interpreter_arranged, self.interpreter_note)
        needed = True if said.arranged and before[0] is False else said.needed
        if needed is not None:
            self.interpreter_needed = needed
        if needed is False:
            self.interpreter_arranged, self.interpreter_note = False, None
        elif said.arranged is not None:
            self.interpreter_arranged, self.interpreter_note = said.arranged, said.note
        after = (self.interpreter_needed, self.interpreter_arranged, self.interpreter_note)
        if after == before:
            return []
        self.version += 1
        new = [("interpreter_needed" if needed else "interpreter_not_needed")] if after[0] != before[0] else []
        if said.arranged is not None and after[1:] != before[1:]:
            new.append("interpreter_arranged" if said.arranged else "interpreter_missing")
        return new

    def cancel(self) -> None:
        """It will not take place. Raises Conflict when that is settled already."""
        self._require_open()
        self.status = "cancelled"
        self.sequence += 1
        self.version += 1

    def conclude(self, outcome: str, now: datetime) -> None:
        """It took place, or they did not meet; said again, the last word counts. Raises Conflict before it begins."""
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


def place_of(kind: str, location: str | None) -> str:
    """Where an appointment of this kind usually is, or elsewhere when a location is named and nothing is said of the place."""
    return "elsewhere" if location and kind != "phone_call" else _USUAL_PLACE[kind]


def period(starts_at: datetime, minutes: int, now: datetime) -> tuple[datetime, datetime]:
    """From when until when. Raises Invalid on `starts_at` for the past and for more than a year ahead."""
    if starts_at <= now:
        raise Invalid({"starts_at": ["Kies een tijd die nog komt."]})
    if starts_at > now + _FURTHEST:
        raise Invalid({"starts_at": ["Kies een dag binnen een jaar."]})
    return starts_at, starts_at + timedelta(minutes=minutes)


def often_missed(outcomes: list[str]) -> bool:
    """The last two came to nothing, newest first: perhaps another place or time suits better."""
    return outcomes[:2] == ["no_show", "no_show"]
