"""A week across the caller's schools, and what is free near a time that is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy, Period
from services.scheduling.domain.day_sheet import Leg, day_sheet
from services.scheduling.domain.nearby import DAYS_AHEAD, free_times
from services.scheduling.domain.people import Person, PlannedCase
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.day_notes import DayNotes, day_notes
from shared.clock import day_of, today
from shared.errors import NotFound
from shared.tenancy import Principal


@dataclass(frozen=True)
class Agenda:
    """What is planned at the caller's schools, and when their liaison is busy elsewhere: not with what, nor where.

    `days`: what kind of day it is, where there is something to say.
    """

    appointments: Sequence[Appointment]
    schools: dict[UUID, str]
    people: dict[UUID, Person]
    elsewhere: Sequence[Busy]
    names: dict[UUID, str]
    days: DayNotes = field(default_factory=dict)


@dataclass(frozen=True)
class Span:
    """What part of the agenda to show: from one moment until another, of one school when it is named.

    `mine`: only where the caller is expected.
    """

    since: datetime
    until: datetime
    school_id: UUID | None = None
    mine: bool = False

    def shows(self, appointment: Appointment, who: Principal) -> bool:
        """It is among those asked for."""
        here = self.school_id in (None, appointment.school_id)
        return here and (not self.mine or who.user_id in appointment.busy_ids)


def planned(service: SchedulingService, who: Principal, span: Span) -> Agenda:
    """What is planned in that time, soonest first: seven queries. Raises NotFound for a school that is not the caller's."""
    with service.work(who.scope) as work:
        schools = work.directory.school_names()
        if span.school_id and span.school_id not in schools:
            raise NotFound
        found = work.appointments.between(span.since, span.until)
        names = _whose_time(work, who)
        guardians = {each.person_id for appointment in found for each in appointment.guardians}
        first, last = day_of(span.since), day_of(span.until - timedelta(minutes=1))
        shown = schools if span.school_id is None else {span.school_id: schools[span.school_id]}
        return Agenda(
            appointments=[each for each in found if span.shows(each, who)],
            schools=schools,
            people=work.directory.named(sorted(guardians)),
            elsewhere=work.occupancy.of(sorted(names), span.since, span.until, [each.id for each in found]),
            names=names,
            days=day_notes(service, work, shown, first, last),
        )


def own_day(service: SchedulingService, who: Principal, span: Span) -> tuple[Agenda, list[Leg]]:
    """The caller's own appointments of a day, and the way to each as it was reckoned with when it was planned."""
    found = planned(service, who, span)
    with service.work(who.scope) as work:
        taken = work.occupancy.taken_by([who.user_id], span.since, span.until)[who.user_id]
    ways = {each.appointment_id: each.travel_minutes for each in taken}
    return found, day_sheet(of_mine(who, found.appointments), ways)


def schools_day(service: SchedulingService, who: Principal, span: Span) -> tuple[Agenda, list[Leg]]:
    """All that is planned at the caller's schools on a day; nobody walks from one to the next."""
    found = planned(service, who, span)
    return found, [Leg(each) for each in found.appointments]


def of_mine(who: Principal, found: Sequence[Appointment]) -> list[Appointment]:
    """Where the caller is expected: what she planned herself, and what she was invited to."""
    return [each for each in found if who.user_id in each.busy_ids]


@dataclass(frozen=True)
class Invitable:
    """Who may be invited for a case: its guardians, each apart, and the school's people, the caller not among them."""

    case: PlannedCase
    guardians: Sequence[Person]
    colleagues: Sequence[Person]


def who_may_come(service: SchedulingService, who: Principal, case_id: UUID) -> Invitable:
    """To choose from. Raises NotFound."""
    with service.work(who.scope) as work:
        case = work.directory.case(case_id)
        day = today(service.clock)
        staff = work.directory.staff_of(case.school_id)
        colleagues = [person for person in staff if person.works_on(day) and person.person_id != who.user_id]
        return Invitable(case, work.directory.guardians(case), colleagues)


def cases_to_plan(service: SchedulingService, who: Principal) -> tuple[list[PlannedCase], dict[UUID, list[Person]]]:
    """The open cases at the caller's schools, and their guardians by case."""
    with service.work(who.scope) as work:
        cases = work.directory.open_cases()
        wanted = sorted({person for case in cases for person in case.guardian_ids})
        people = work.directory.named(wanted)
        return cases, {case.case_id: [people[each] for each in case.guardian_ids if each in people] for case in cases}


@dataclass(frozen=True)
class Wanted:
    """A time that somebody asked for, and for whom; `moving` is the appointment that would free its own time."""

    starts_at: datetime
    minutes: int
    person_ids: Sequence[UUID]
    moving: UUID | None = None


def other_times(service: SchedulingService, who: Principal, wanted: Wanted) -> list[Period]:
    """Near a time that is taken: when the caller and all these persons are free."""
    since, until = wanted.starts_at - timedelta(days=1), wanted.starts_at + timedelta(days=DAYS_AHEAD + 1)
    with service.work(who.scope) as work:
        but = [wanted.moving] if wanted.moving else []
        taken = work.occupancy.of([*wanted.person_ids, who.user_id], since, until, but)
        starts = free_times(wanted.starts_at, wanted.minutes, taken, service.clock.now())
        return [Period(start, start + timedelta(minutes=wanted.minutes)) for start in starts]


def _whose_time(work: Work, who: Principal) -> dict[UUID, str]:
    """Of whom it is worth knowing when they are busy elsewhere: oneself, and for a school its liaison."""
    if who.role != "school_staff":
        return {who.user_id: who.name}
    return {person.person_id: person.name for person in work.directory.staff("liaison")}
