"""Proposals for a new appointment: some ten queries, however many take part, and the reckoning outside the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.appointment import place_of
from services.scheduling.domain.busy import Period
from services.scheduling.domain.people import Person, PlannedCase
from services.scheduling.domain.slots import Attendee, Search, Slot, propose
from services.scheduling.domain.working_times import WorkingTimes
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.attendance import Comer, attendance, notes_of, school_days
from services.scheduling.usecases.whereabouts import Whereabouts, find_stop
from shared.clock import day_of
from shared.errors import Invalid
from shared.tenancy import Principal

FURTHEST, USUAL = timedelta(days=42), timedelta(days=14)
_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Question:
    """Which appointment a time is sought for, and between when; from now for a fortnight unless told."""

    case_id: UUID
    kind: str
    minutes: int
    participant_ids: Sequence[UUID]
    since: datetime | None = None
    until: datetime | None = None


def find(service: SchedulingService, who: Principal, question: Question) -> list[Slot]:
    """Best first. Raises NotFound for a case that is not the caller's, Invalid naming the field."""
    now = service.clock.now()
    between = bounds(question, now)
    with service.work(who.scope) as work:
        case = work.directory.case(question.case_id)
        known = invited(work, case, question, between)
        school = school_days(service, work, case.school_id, between)
        comers = _comers(who, question, known)
        found = attendance(work, comers, between, school.closed)
        where = Whereabouts(
            case.school_id, case.case_id, place_of(question.kind, None), _guardians(question, known), case.case_id
        )
        stop = find_stop(work, where, known)
    service.travel.prepare([*found.points, *([stop.point] if stop and stop.point else [])])
    lead = timedelta(hours=found.times.get(who.user_id, WorkingTimes()).lead_hours)
    people = found.people if where.place != "at_school" else [*found.people, Attendee(school.hours)]
    notes = notes_of({} if where.place == "at_school" else school.breaks, day_of(between.starts_at), day_of(between.ends_at))
    not_before = max(between.starts_at, now + lead)
    families = [each for comer, each in zip(comers, found.people, strict=True) if comer.guardian]
    met = {day_of(taken.starts_at) for each in families for taken in each.taken}
    return propose(Search(people, question.minutes, stop, not_before, between.ends_at, service.travel, notes, met))


def bounds(question: Question, now: datetime) -> Period:
    """Between when a time is sought. Raises Invalid on `from` for more than a year ahead, and on `to`."""
    since = max(question.since or now, now)
    if since > now + _AHEAD:
        raise Invalid({"from": ["Kies een dag binnen een jaar."]})
    until = question.until or since + USUAL
    if until <= now:
        raise Invalid({"to": ["Deze periode is al voorbij."]})
    if until <= since:
        raise Invalid({"to": ["Kies een einde na het begin."]})
    if until - since > FURTHEST:
        raise Invalid({"to": ["Kies een periode van hoogstens 42 dagen."]})
    if until - since < timedelta(minutes=question.minutes):
        raise Invalid({"to": ["De afspraak past niet tussen begin en einde. Kies een langere periode of een kortere afspraak."]})
    return Period(since, until)


def invited(work: Work, case: PlannedCase, question: Question, between: Period) -> dict[UUID, Person]:
    """Those who are asked for. Raises Invalid when one has no part in this case or school by then."""
    known = work.directory.people(case.school_id, list(question.participant_ids))
    day = day_of(between.starts_at)
    if any(each not in known or not case.takes(known[each], day) for each in question.participant_ids):
        raise Invalid({"participant_ids": ["Kies mensen die bij dit dossier of bij deze school horen."]})
    return known


def _comers(who: Principal, question: Question, known: dict[UUID, Person]) -> list[Comer]:
    """The caller first, who hosts it."""
    others = [Comer.of(known[each]) for each in question.participant_ids if each != who.user_id]
    return [Comer.staff(who.user_id, who.role), *others]


def _guardians(question: Question, known: dict[UUID, Person]) -> tuple[UUID, ...]:
    return tuple(each for each in question.participant_ids if known[each].guardian)
