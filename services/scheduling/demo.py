"""A believable fortnight for the demo's liaisons: visits and talks at their schools, with mixed answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle, zip_longest
from typing import cast
from uuid import UUID

from services.scheduling import demo_times
from services.scheduling.adapters.links import Reply
from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.people import Person, PlannedCase
from services.scheduling.service import SchedulingService
from services.scheduling.usecases import agenda, appointments, replies
from services.scheduling.usecases.appointments import NewAppointment
from shared.clock import AMSTERDAM, FixedClock, SystemClock, today
from shared.errors import Conflict
from shared.ids import new_id
from shared.tenancy import Principal, Role, Scope

# Days from this week's Monday, hours on the Dutch clock, kind, minutes.
_SLOTS = (
    (0, 9, "home_visit", 60), (0, 11, "school_meeting", 45), (0, 14, "home_visit", 60),
    (1, 9, "home_visit", 90), (1, 13, "school_meeting", 60), (1, 16, "phone_call", 30),
    (2, 10, "home_visit", 60), (2, 14, "school_meeting", 45),
    (3, 9, "home_visit", 60), (3, 11, "home_visit", 60), (3, 15, "school_meeting", 60),
    (4, 9, "phone_call", 30), (4, 10, "home_visit", 60), (4, 13, "school_meeting", 45),
    (7, 9, "home_visit", 60), (8, 13, "school_meeting", 60), (9, 10, "home_visit", 60), (10, 14, "home_visit", 60),
)  # fmt: skip
_ANSWERS = ("accept", "accept", None, "accept", "another_time", "accept", None)
_NOTE = "Liever na half vier, dan is mijn man ook thuis."


def has_heard(service: SchedulingService, school_ids: Sequence[UUID]) -> bool:
    """The events of `cases` have arrived: every school has a case, a liaison and somebody of its own."""
    return all(
        _staff(service, school, "school_staff") and _liaison(service, school) and _cases(service, school) for school in school_ids
    )


def seed(service: SchedulingService, clock: FixedClock, school_ids: Sequence[UUID]) -> None:
    """Plan each liaison's fortnight as of last week, then let parents answer and conclude what is over by now."""
    demo_times.bring_postcodes(service)
    _say_hours(service, school_ids)
    for liaison, cases in _by_liaison(service, school_ids):
        _fill(service, clock, liaison, cases)


def _by_liaison(service: SchedulingService, school_ids: Sequence[UUID]) -> list[tuple[Person, list[PlannedCase]]]:
    """Each liaison with the families they accompany: of one school and another in turn, as a week goes."""
    people = {person.person_id: person for school in school_ids for person in _staff(service, school, "liaison")}
    in_turn = [case for row in zip_longest(*(_cases(service, school) for school in school_ids)) for case in row if case]
    found = [(person, [case for case in in_turn if case.liaison_id == person.person_id]) for person in people.values()]
    return [(person, cases) for person, cases in found if cases]


def _say_hours(service: SchedulingService, school_ids: Sequence[UUID]) -> None:
    """Of everybody who works at these schools, and of the schools."""
    schools: dict[UUID, list[UUID]] = {}
    people = {person.person_id: person for school in school_ids for person in _staff(service, school)}
    for school in school_ids:
        for person in _staff(service, school):
            schools.setdefault(person.person_id, []).append(school)
    for person in people.values():
        who = _principal(person, schools[person.person_id], SystemClock().now())
        demo_times.say_hours(service, who, _monday())
        if person.role == "liaison":
            demo_times.open_schools(service, who, _monday())


def _fill(service: SchedulingService, clock: FixedClock, liaison: Person, cases: Sequence[PlannedCase]) -> None:
    now = SystemClock().now()
    monday = _monday()
    clock.set(datetime.combine(monday - timedelta(days=4), time(12), AMSTERDAM))
    who = _principal(liaison, sorted({case.school_id for case in cases}), now)
    families = cycle(cases)
    answers = cycle(_ANSWERS)
    for days, hour, kind, minutes in _SLOTS:
        planned = _plan(service, who, next(families), (_at(monday, days, hour), kind, minutes))
        if planned is None:
            continue
        _answer(service, planned, next(answers))
        if planned.ends_at < now:
            clock_before = clock.now()
            clock.set(planned.ends_at)
            appointments.conclude(service, who, planned.id, "held", None)
            clock.set(clock_before)
    clock.set(now)
    waiting = next((case for case in cases if case.guardian_ids), None)
    if waiting is not None:
        demo_times.offer_times(service, who, waiting.case_id, waiting.guardian_ids)


def _plan(service: SchedulingService, who: Principal, case: PlannedCase, slot: tuple[datetime, str, int]) -> Appointment | None:
    guardians = agenda.who_may_come(service, who, case.case_id).guardians
    if not guardians:
        return None  # a coaching case
    starts_at, kind, minutes = slot
    try:
        return appointments.plan(
            service, who, NewAppointment(case.case_id, kind, starts_at, minutes, [each.person_id for each in guardians])
        )
    except Conflict:
        return None


def _answer(service: SchedulingService, planned: Appointment, answer: str | None) -> None:
    for guardian in planned.guardians if answer else ():
        token = service.links.token(Reply(planned.school_id, planned.id, guardian.person_id))
        replies.answer(service, token, str(answer), _NOTE if answer == "another_time" else None)


def _at(monday: date, days: int, hour: int) -> datetime:
    return datetime.combine(monday + timedelta(days=days), time(hour), AMSTERDAM)


def _monday() -> date:
    return today(SystemClock()) - timedelta(days=today(SystemClock()).weekday())


def _principal(person: Person, schools: list[UUID], now: datetime) -> Principal:
    role = cast(Role, person.role)
    return Principal(person.person_id, person.name, role, frozenset(schools), new_id(), now, now + timedelta(hours=1))


def _liaison(service: SchedulingService, school_id: UUID) -> Person | None:
    return next(iter(_staff(service, school_id, "liaison")), None)


def _staff(service: SchedulingService, school_id: UUID, role: str | None = None) -> list[Person]:
    with service.work(Scope.of_schools([school_id])) as work:
        return work.directory.staff(role)


def _cases(service: SchedulingService, school_id: UUID) -> list[PlannedCase]:
    with service.work(Scope.of_schools([school_id])) as work:
        return work.directory.open_cases()
