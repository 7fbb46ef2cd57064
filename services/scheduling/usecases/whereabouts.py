"""Where an appointment is: as exactly as a postcode area, and without an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.people import Person
from services.scheduling.domain.places import Stop
from services.scheduling.persistence.unit_of_work import Work


@dataclass(frozen=True)
class Whereabouts:
    """What decides where an appointment is. `guardian_ids`: those who come, in order."""

    school_id: UUID
    case_id: UUID
    place: str
    guardian_ids: tuple[UUID, ...]
    own_door: UUID

    @classmethod
    def of(cls, appointment: Appointment) -> Whereabouts:
        guardians = tuple(each.person_id for each in appointment.guardians)
        return cls(appointment.school_id, appointment.case_id, appointment.place, guardians, appointment.id)


def stop_of(work: Work, appointment: Appointment, people: Mapping[UUID, Person]) -> Stop | None:
    """None for a telephone call. `people` are those who take part."""
    return find_stop(work, Whereabouts.of(appointment), people)


def find_stop(work: Work, where: Whereabouts, people: Mapping[UUID, Person]) -> Stop | None:
    """None for a telephone call; a stop without a point where nobody said where it is."""
    if where.place == "by_phone":
        return None
    if where.place == "at_school":
        return Stop(where.school_id, work.places.school(where.school_id))
    if where.place == "elsewhere":
        return Stop(where.own_door)
    return _home(where, people)


def _home(where: Whereabouts, people: Mapping[UUID, Person]) -> Stop:
    """Of the first guardian whose area is known; an address that is secret is not."""
    guardians = [people[each] for each in where.guardian_ids if each in people]
    at = next((each for each in guardians if each.postcode_area), None)
    if at is None:
        return Stop(guardians[0].person_id if guardians else where.case_id)
    return Stop(at.person_id, at.home)
