"""A case: one family's partnership with one school. Temporary, and made to measure."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.cases.domain.phases import PAUSED, WORDS, Standing, check_resume, missing_before
from shared.errors import Conflict, Invalid, Message, Stale

CUSTODY = ("yes", "no", "unknown")
CHANNELS = ("email", "phone", "letter")
MOST_GUARDIANS = 8
LONGEST_YEARS = 4


@dataclass(frozen=True)
class Address:
    """Where somebody lives."""

    street: str
    house_number: str
    postcode: str
    city: str

    def __str__(self) -> str:
        return f"{self.street} {self.house_number}, {self.postcode} {self.city}"


@dataclass(frozen=True)
class Child:
    """The child as the record names it; a coaching case has none."""

    first_name: str
    last_name: str
    group: str

    @property
    def short_name(self) -> str:
        """How staff write it where others may look along: `Aylin Y.`, and no more."""
        return f"{self.first_name} {initial(self.last_name)}."


@dataclass(eq=False)
class Guardian:
    """One adult in the parent role. Each has their own custody, language, channel and address; two are never one record.

    `email_since`: when another e-mail address was theirs for the last time; None while there was no other.
    """

    school_id: UUID
    case_id: UUID
    id: UUID
    position: int
    first_name: str
    last_name: str
    relation: str
    language: str = "nl"
    email: str | None = None
    phone: str | None = None
    custody: str = "unknown"
    interpreter_needed: bool = False
    channel: str = "email"
    address_secret: bool = False
    email_since: datetime | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def change(self, values: Mapping[str, Any]) -> bool:
        """Take new values over; True when something that others were told of has changed."""
        before = self.contact
        for name, value in values.items():
            setattr(self, name, value)
        self.check_channel()
        return self.contact != before

    def leaves(self, email: str | None, at: datetime) -> bool:
        """Whether this address is theirs no more. A first one leaves none behind; capitals make no other mailbox."""
        if not email or email.casefold() == (self.email or "").casefold():
            return False
        self.email_since = at
        return True

    def is_still_reached_as(self, at: datetime) -> bool:
        """What was sent to them at that moment went to the address that they have now; in doubt it did not."""
        return self.email_since is None or at > self.email_since

    def check_channel(self) -> None:
        """Raises Invalid when the chosen way to reach them leads nowhere."""
        if self.channel == "email" and not self.email:
            raise Invalid({"email": ["Vul een e-mailadres in, of kies een andere manier van contact."]})
        if self.channel == "phone" and not self.phone:
            raise Invalid({"phone": ["Vul een telefoonnummer in, of kies een andere manier van contact."]})

    @property
    def contact(self) -> dict[str, Any]:
        """What those who plan and write need to know; the address is not among it."""
        names = ("first_name", "last_name", "language", "email", "phone", "channel", "interpreter_needed")
        return {name: getattr(self, name) for name in names}


GUARDIAN_FIELDS = frozenset(each.name for each in fields(Guardian)) - {"school_id", "case_id", "id", "position", "email_since"}


@dataclass(eq=False)
class Case:
    """The record itself. `version` grows with every change; `paused_from` is the phase that a pause interrupted.

    `coaching_of`: whom a case without a child helps; `external_reference`: what it is called in a system of the alliance's
    or the school's own; `reopened_from`: the closed case that this one goes on from.
    """

    school_id: UUID
    id: UUID
    reference: str
    reason: str
    planned_end_on: date
    opened_at: datetime
    opened_by: UUID
    phase: str = "referred"
    phase_since: datetime | None = None
    paused_from: str | None = None
    pause_reason: str | None = None
    resume_on: date | None = None
    coaching_of: str | None = None
    external_reference: str | None = None
    reopened_from: UUID | None = None
    child_first_name: str | None = None
    child_last_name: str | None = None
    child_group: str | None = None
    assigned_to: UUID | None = None
    version: int = 1
    search_text: str = ""
    guardians: list[Guardian] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """A coaching case has no child: it helps parents, a colleague or a school."""
        return "coaching" if self.child_first_name is None else "family"

    @property
    def child(self) -> Child | None:
        if self.child_first_name is None:
            return None
        return Child(self.child_first_name, self.child_last_name or "", self.child_group or "")

    @child.setter
    def child(self, child: Child | None) -> None:
        self.child_first_name = child.first_name if child else None
        self.child_last_name = child.last_name if child else None
        self.child_group = child.group if child else None

    @property
    def closed(self) -> bool:
        return self.phase == "closed"

    def guardian(self, guardian_id: UUID) -> Guardian | None:
        return next((guardian for guardian in self.guardians if guardian.id == guardian_id), None)

    def add_guardian(self, guardian: Guardian) -> None:
        """Raises Invalid when there are too many, or when this one cannot be reached as chosen."""
        if len(self.guardians) >= MOST_GUARDIANS:
            raise Invalid({"guardians": [Message("Een dossier heeft hoogstens {max} ouders of verzorgers.", max=MOST_GUARDIANS)]})
        guardian.check_channel()
        guardian.position = max((each.position for each in self.guardians), default=-1) + 1
        self.guardians.append(guardian)

    def expect(self, version: int | None) -> None:
        """Raises Stale unless this is the version that the caller has read; None asks nothing."""
        if version is not None and version != self.version:
            raise Stale

    def plan_end(self, on: date, today: date) -> None:
        """Raises Invalid for a day that is over, or so far away that the case would no longer be temporary."""
        if on < today:
            raise Invalid({"planned_end_on": ["Kies een dag die nog komt."]})
        if on.year > today.year + LONGEST_YEARS:
            raise Invalid({"planned_end_on": ["Dit is te ver weg. Een dossier is tijdelijk: u kunt het later verlengen."]})
        self.planned_end_on = on

    def standing(self, done: frozenset[str]) -> Standing:
        return Standing(self.kind, self.paused_from or self.phase, done)

    def move_to(self, phase: str, done: frozenset[str], reason: str | None, at: datetime, resume_on: date | None = None) -> str:
        """Put the label on another phase; gives the one it had.

        Going back is always possible. Going on without what is usual needs a reason, and so does a pause, which may say
        on which day it is over. Raises Conflict naming what is missing, and Invalid for a day that makes no sense.
        """
        if phase == self.phase:
            raise Conflict("Het dossier is al in deze fase.")
        check_resume(phase, resume_on, at.date())
        missing = missing_before(phase, self.standing(done))
        if missing and not reason:
            told = ", ".join(WORDS[each] for each in missing)
            text = "Meestal is er dan al: %(missing)s. Wilt u toch verder? Geef dan een reden."
            raise Conflict(text, missing=told, extra={"missing": missing})
        before, self.phase = self.phase, phase
        paused = phase == PAUSED
        self.paused_from, self.pause_reason = (before, reason) if paused else (None, None)
        self.resume_on = resume_on if paused else None
        self.phase_since = at
        return before

    def changed(self) -> None:
        """To be called once for every change that is kept."""
        self.version += 1
        self.search_text = searchable(self)


def searchable(case: Case) -> str:
    """What a search for names and references looks through."""
    names = [guardian.name for guardian in case.guardians]
    child = (case.child_first_name or "", case.child_last_name or "")
    return folded(" ".join([case.reference, *child, *names, case.external_reference or ""]))


def folded(text: str) -> str:
    """Without capitals and accents: `Yılmaz` is found by `yilmaz`, and `Łukasz` by `lukasz`."""
    small = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    letters = unicodedata.normalize("NFKD", small).casefold()
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ß": "ss"})


def initial(name: str) -> str:
    """The letter that Dutch people abbreviate a surname to: `Y` of `Yılmaz`, `V` of `de Vries`."""
    words = [word for word in name.split() if word[:1].isupper()] or name.split()
    return words[0][0].upper() if words else ""


def school_year(on: date) -> int:
    """The year in which the school year began, on 1 August."""
    return on.year if on.month >= 8 else on.year - 1


def reference_of(year: int, number: int) -> str:
    """`2026-0147`."""
    return f"{year}-{number:04}"
