"""Who can take part, and the case it is about: as `cases` told of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.scheduling.domain.places import TRAVELLING_ROLES
from services.scheduling.domain.travel import Point
from shared.errors import Conflict

# The phase of a case for which nobody is asked to come any more.
ENDED = "closed"


@dataclass(frozen=True)
class Person:
    """A guardian of a case, or a member of staff who works for the school between two dates.

    `home`: where a guardian's `postcode_area` is, as far as that is known.
    """

    school_id: UUID
    person_id: UUID
    case_id: UUID | None
    name: str
    first_name: str
    phone: str | None
    role: str
    language: str
    channel: str
    interpreter_needed: bool
    valid_from: date | None = None
    valid_until: date | None = None
    postcode_area: str | None = None
    home: Point | None = None

    @property
    def guardian(self) -> bool:
        return self.case_id is not None

    @property
    def travels(self) -> bool:
        """Goes from school to school and from home to home."""
        return self.role in TRAVELLING_ROLES

    def works_on(self, day: date) -> bool:
        """Within the dates of the assignment, both included; a guardian has none."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_until is None or day <= self.valid_until)


def interpreted(people: Iterable[Person]) -> list[str]:
    """The languages of those who need an interpreter."""
    return list(dict.fromkeys(person.language for person in people if person.interpreter_needed))


@dataclass(frozen=True)
class PlannedCase:
    """A case as planning knows it: neither the child nor the reason."""

    school_id: UUID
    case_id: UUID
    reference: str
    phase: str
    guardian_ids: Sequence[UUID]
    liaison_id: UUID | None
    school_name: str

    @property
    def ended(self) -> bool:
        return self.phase == ENDED

    def require_open(self) -> None:
        """Raises Conflict once it has ended: nobody is asked to come any more."""
        if self.ended:
            raise Conflict("Dit dossier is afgerond. Heropen het eerst als u nog een afspraak wilt maken.")

    def takes(self, person: Person, day: date) -> bool:
        """The person can be invited for that day: one of the case's guardians, or staff of the school by then."""
        if person.guardian:
            return person.case_id == self.case_id and person.person_id in self.guardian_ids
        return person.works_on(day)


@dataclass(frozen=True)
class Host:
    """Who comes, as a parent may know it."""

    first_name: str
    phone: str | None


def host_of(person: Person | None, name: str) -> Host:
    """The first name and number of who planned it; from the name alone when they no longer work for the school."""
    return Host(person.first_name, person.phone) if person else Host(name.split(maxsplit=1)[0], None)
