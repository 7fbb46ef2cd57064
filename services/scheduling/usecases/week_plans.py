"""Week plans: asking for one, looking at it, changing it by hand, stopping it, and booking what is accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.adapters.week_wire import week_out
from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Period
from services.scheduling.domain.people import Person, PlannedCase
from services.scheduling.domain.week.check import Fault, faults
from services.scheduling.domain.week.framing import Frame
from services.scheduling.domain.week.model import Plan, Stop
from services.scheduling.domain.week.wall_clock import minute_of
from services.scheduling.domain.week_plan import MOST_PLANS, QUEUED, PlannedVisit, WeekPlan, monday_of
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases import appointments
from services.scheduling.usecases.appointments import NewAppointment
from services.scheduling.usecases.day_notes import DayNotes, day_notes
from services.scheduling.usecases.week_frames import framed, gather, of_week
from shared.clock import today
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class Wish:
    """A visit that is due, as asked for. Without windows any working hour will do; without participants all guardians come."""

    case_id: UUID
    duration_minutes: int
    priority: int
    windows: Sequence[Period] = ()
    participant_ids: Sequence[UUID] | None = None


@dataclass(frozen=True)
class NewPlan:
    """For which week (`2027-W05`, or a Monday), and which visits."""

    week: str
    visits: Sequence[Wish]
    seed: int = 1


@dataclass(frozen=True)
class Leg:
    """Something of the proposed week in its order: a visit, or what stands already; and the minutes to get there."""

    starts_at: datetime
    ends_at: datetime
    travel_minutes: int
    visit: PlannedVisit | None = None


@dataclass(frozen=True)
class Seen:
    """A plan with today's truth about it: what is wrong with it as it is now, and with what it shares the week.

    `days`: what kind of day it is, where there is something to say to whoever is visited at home.
    """

    plan: WeekPlan
    faults: Sequence[Fault]
    legs: Sequence[Leg]
    fixed: Sequence[Appointment]
    cases: dict[UUID, PlannedCase]
    people: dict[UUID, Person]
    days: DayNotes


def ask(service: SchedulingService, who: Principal, new: NewPlan) -> WeekPlan:
    """Put it in the queue; what was searched for the caller before is stopped.

    Raises NotFound for a case that is not the caller's, Invalid naming the field.
    """
    now = service.clock.now()
    monday = monday_of(new.week, today(service.clock))
    with service.work(who.scope) as work:
        visits = _visits(work, new)
        gathered = gather(work, who, monday, visits)
    framed_week = framed(service, gathered)
    for visit in visits:
        visit.reason = framed_week.hopeless.get(visit.number)
    plan = WeekPlan(who.user_id, new_id(), monday, QUEUED, new.seed, visits=visits)
    with service.work(who.scope) as work:
        work.week_plans.make_room(who.user_id, MOST_PLANS - 1)
        work.week_plans.add(plan, week_out(framed_week.week), now)
    return plan


def read(service: SchedulingService, who: Principal, plan_id: UUID) -> Seen:
    """Raises NotFound."""
    with service.work(who.scope) as work:
        plan = work.week_plans.get(who.user_id, plan_id)
        gathered = gather(work, who, plan.monday, plan.visits)
        fixed = work.appointments.with_person(who.user_id, *of_week(plan.monday), 200)
        days = day_notes(service, work, _schools(gathered.cases), plan.monday, plan.monday + timedelta(days=6))
    frame = framed(service, gathered)
    stops = _stops(plan)
    return Seen(plan, faults(frame.week, stops), _legs(plan, frame, stops), fixed, gathered.cases, gathered.people, days)


def latest(service: SchedulingService, who: Principal) -> list[WeekPlan]:
    """The caller's newest plans."""
    with service.work(who.scope) as work:
        return work.week_plans.latest(who.user_id, MOST_PLANS)


def change(
    service: SchedulingService,
    who: Principal,
    plan_id: UUID,
    changes: Sequence[tuple[UUID, datetime | None]],
    expected_version: int | None = None,
) -> Seen:
    """Visits at other times, or (None) out of the plan; then checked again. Raises NotFound, Stale, Conflict, Invalid."""
    with service.work(who.scope) as work:
        plan = work.week_plans.get(who.user_id, plan_id, to_change=True)
        plan.expect(expected_version)
        for number, (case_id, starts_at) in enumerate(changes):
            try:
                plan.put(case_id, starts_at)
            except Invalid as wrong:
                named = {f"visits.{number}.{name}": texts for name, texts in wrong.fields.items()}
                raise Invalid(named) from wrong
        plan.version += 1
        work.week_plans.keep(plan, plan.visits)
    return read(service, who, plan_id)


def cancel(service: SchedulingService, who: Principal, plan_id: UUID) -> Seen:
    """Stop searching. Raises NotFound, and Conflict when it has ended."""
    with service.work(who.scope) as work:
        plan = work.week_plans.get(who.user_id, plan_id, to_change=True)
        plan.cancel()
        plan.version += 1
        work.week_plans.keep(plan, ())
    return read(service, who, plan_id)


def accept(
    service: SchedulingService,
    who: Principal,
    plan_id: UUID,
    case_ids: Sequence[UUID] | None = None,
    expected_version: int | None = None,
) -> Seen:
    """Book these visits, or all. Each is booked whole or not at all; of one that is not, the plan says who is taken when.

    Raises NotFound, Stale, and Conflict when there is no plan to accept.
    """
    with service.work(who.scope) as work:
        plan = work.week_plans.get(who.user_id, plan_id, to_change=True)
        plan.expect(expected_version)
        chosen = plan.accept(case_ids)
        # Everybody's turn at once and in one order: two plans with the same people in them cannot wait in a circle.
        work.occupancy.hold(sorted({who.user_id, *(person for visit in chosen for person in visit.participant_ids)}))
        for visit in chosen:
            _book(service, work, who, visit)
        plan.version += 1
        work.week_plans.keep(plan, chosen)
    return read(service, who, plan_id)


def _book(service: SchedulingService, work: Work, who: Principal, visit: PlannedVisit) -> None:
    """As any appointment is booked, with its invitations; a refusal undoes this one alone."""
    assert visit.starts_at is not None
    new = NewAppointment(visit.case_id, "home_visit", visit.starts_at, visit.minutes, visit.participant_ids)
    try:
        with work.session.begin_nested():
            visit.appointment_id = appointments.plan(service, who, new).id
            visit.refusal = None
    except Conflict as refused:
        visit.refusal = str(refused)
    except Invalid as refused:
        visit.refusal = " ".join(text for texts in refused.fields.values() for text in texts)


def _visits(work: Work, new: NewPlan) -> list[PlannedVisit]:
    """Raises NotFound for a case that is not the caller's, Invalid naming the field."""
    cases = {case.case_id: case for case in work.directory.cases([wish.case_id for wish in new.visits])}
    found = []
    for number, wish in enumerate(new.visits):
        case = cases.get(wish.case_id)
        if case is None:
            work.directory.case(wish.case_id)  # raises NotFound
            continue
        if case.ended:
            raise Invalid({f"visits.{number}.case_id": ["Dit dossier is afgerond."]})
        people = tuple(case.guardian_ids if wish.participant_ids is None else wish.participant_ids)
        if not people or not set(people) <= set(case.guardian_ids):
            raise Invalid({f"visits.{number}.participant_ids": ["Kies ouders die bij dit dossier horen."]})
        found.append(
            PlannedVisit(case.school_id, case.case_id, number, wish.duration_minutes, wish.priority, people, wish.windows)
        )
    return found


def _schools(cases: Mapping[UUID, PlannedCase]) -> dict[UUID, str]:
    return {case.school_id: case.school_name for case in cases.values()}


def _stops(plan: WeekPlan) -> Plan:
    """What is to be booked; what is booked already stands among the rest of the week."""
    open_visits = [(number, visit) for number, visit in enumerate(plan.visits) if visit.open and visit.starts_at]
    return Plan(
        sorted(Stop(*minute_of(plan.monday, visit.starts_at), number) for number, visit in open_visits if visit.starts_at)
    )


def _legs(plan: WeekPlan, frame: Frame, stops: Plan) -> list[Leg]:
    """Of each day with a visit of the plan, everything in order."""
    found = list[Leg]()
    for day in sorted({stop.day for stop in stops.stops} & frame.week.days.keys()):
        at = frame.week.days[day].begins_at
        for thing in _things(plan, frame, stops, day):
            way = 0 if thing.arrives is None else frame.ways[at][thing.arrives]
            ends = thing.starts_at + timedelta(minutes=thing.minutes)
            found.append(Leg(thing.starts_at, ends, way, thing.visit))
            at = at if thing.leaves is None else thing.leaves
    return found


@dataclass(frozen=True)
class _Thing:
    starts_at: datetime
    minutes: int
    arrives: int | None
    leaves: int | None
    visit: PlannedVisit | None = None


def _things(plan: WeekPlan, frame: Frame, stops: Plan, day: int) -> list[_Thing]:
    """What a day holds, in order of time."""
    week, found = frame.week, list[_Thing]()
    for stop in stops.stops:
        place, visit = week.visits[stop.visit].place, plan.visits[stop.visit]
        if stop.day == day:
            found.append(_Thing(frame.moment(day, stop.starts), visit.minutes, place, place, visit))
    for each in week.fixed_on(day):
        found.append(_Thing(frame.moment(day, each.starts), each.minutes, each.place, each.left_from))
    return sorted(found, key=lambda thing: thing.starts_at)
