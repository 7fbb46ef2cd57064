"""When people can come to something, and what they have already: their own hours, their school's, and everybody's taken time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.scheduling.adapters.days_off import days_off, feasts, school_breaks
from services.scheduling.domain.availability import common
from services.scheduling.domain.busy import Period
from services.scheduling.domain.days import Taken
from services.scheduling.domain.people import Person
from services.scheduling.domain.places import TRAVELLING_ROLES, Base, Stop, point_of
from services.scheduling.domain.slots import Attendee
from services.scheduling.domain.travel import Point
from services.scheduling.domain.working_times import SchoolTimes, WorkingTimes, closed_days
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from shared.clock import day_of

_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Comer:
    """Somebody who is to come, in what part: a guardian, a member of staff who travels, or one of the school."""

    person_id: UUID
    guardian: bool
    travels: bool

    @classmethod
    def of(cls, person: Person) -> Comer:
        return cls(person.person_id, person.guardian, person.travels)

    @classmethod
    def staff(cls, person_id: UUID, role: str) -> Comer:
        return cls(person_id, guardian=False, travels=role in TRAVELLING_ROLES)


@dataclass(frozen=True)
class SchoolDays:
    """When a school can receive people, and the break that a day is in, by name."""

    hours: Sequence[Period]
    closed: Sequence[date]
    breaks: Mapping[date, str]


@dataclass(frozen=True)
class Attendance:
    """`people` in the order asked for. `points`: everywhere that any of them is."""

    people: Sequence[Attendee]
    times: Mapping[UUID, WorkingTimes]
    points: Sequence[Point]


def school_days(service: SchedulingService, work: Work, school_id: UUID, between: Period) -> SchoolDays:
    """Between two moments, the days of both included."""
    first, last = day_of(between.starts_at), day_of(between.ends_at)
    times = work.times.of_schools([school_id]).get(school_id, SchoolTimes())
    breaks = school_breaks(times.region or service.config.school_region, first, last)
    closed = [*days_off(first, last), *breaks, *closed_days(work.times.closures([school_id], first, last)[school_id])]
    return SchoolDays(times.availability(closed).between(first, last), closed, breaks)


def attendance(work: Work, comers: Sequence[Comer], between: Period, closed: Sequence[date]) -> Attendance:
    """Everybody's hours and taken time between two moments, in four queries. On `closed` days nobody of the school works."""
    ids = [each.person_id for each in comers]
    staff = [each.person_id for each in comers if not each.guardian]
    times = work.times.of_staff(staff)
    if len(staff) < len(comers):
        times |= work.times.of_guardians([each.person_id for each in comers if each.guardian])
    points = work.places.points([code for each in times.values() for code in (each.start_postcode, each.end_postcode)])
    taken = work.occupancy.taken_by(ids, between.starts_at - _A_DAY, between.ends_at + _A_DAY)
    people = [_attendee(each, times.get(each.person_id), taken[each.person_id], between, (closed, points)) for each in comers]
    everywhere = [
        *points.values(),
        *(each.stop.point for mine in taken.values() for each in mine if each.stop and each.stop.point),
    ]
    return Attendance(people, times, everywhere)


def notes_of(breaks: Mapping[date, str], first: date, last: date) -> dict[date, list[str]]:
    """What is to be said of a day, for everybody alike."""
    found: dict[date, list[str]] = {}
    for named in (breaks, feasts(first, last)):
        for day, name in named.items():
            found.setdefault(day, []).append(name)
    return found


def _attendee(
    comer: Comer,
    times: WorkingTimes | None,
    taken: Sequence[Taken],
    between: Period,
    around: tuple[Sequence[date], Mapping[str, Point]],
) -> Attendee:
    closed, points = around
    if comer.guardian and times is None:
        return Attendee([between], taken)
    known = times or WorkingTimes()
    first, last = day_of(between.starts_at), day_of(between.ends_at)
    free_days = [] if comer.guardian else days_off(first, last) if comer.travels else closed
    hours = common(known.availability(free_days).between(first, last), [between])
    if comer.guardian:
        return Attendee(hours, taken)
    base = _base(comer, known, points) if comer.travels else Base()
    return Attendee(hours, taken, comer.travels, base, known.lunch)


def _base(comer: Comer, times: WorkingTimes, points: Mapping[str, Point]) -> Base:
    start, end = (_stop(comer.person_id, code, points) for code in (times.start_postcode, times.end_postcode))
    return Base(start, end, times.buffer_minutes)


def _stop(door: UUID, code: str | None, points: Mapping[str, Point]) -> Stop | None:
    return None if code is None else Stop(door, point_of(code, points))
