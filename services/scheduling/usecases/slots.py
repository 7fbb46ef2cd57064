"""Proposals for a new appointment: four queries, however many take part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.scheduling.adapters.days_off import days_off
from services.scheduling.domain.availability import office_hours
from services.scheduling.domain.busy import Period
from services.scheduling.domain.slots import LEAD, Search, Slot, propose
from services.scheduling.domain.travel import ALLOWANCE
from services.scheduling.service import SchedulingService
from shared.clock import AMSTERDAM
from shared.errors import Invalid
from shared.tenancy import Principal

FURTHEST, USUAL = timedelta(days=42), timedelta(days=14)


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
    since, until = _bounds(question, service.clock.now())
    with service.work(who.scope) as work:
        case = work.directory.case(question.case_id)
        known = work.directory.people(case.school_id, list(question.participant_ids))
        day = since.astimezone(AMSTERDAM).date()
        if any(each not in known or not case.takes(known[each], day) for each in question.participant_ids):
            raise Invalid({"participant_ids": ["Kies mensen die bij dit dossier of bij deze school horen."]})
        busy = work.occupancy.of([*question.participant_ids, who.user_id], since - timedelta(days=1), until + timedelta(days=1))
    mine = [Period(each.starts_at, each.ends_at) for each in busy if each.person_id == who.user_id]
    others = [Period(each.starts_at, each.ends_at) for each in busy if each.person_id != who.user_id]
    return propose(Search(_open(since, until), mine, others, question.minutes, ALLOWANCE[question.kind], since))


def _bounds(question: Question, now: datetime) -> tuple[datetime, datetime]:
    since = max(question.since or now, now + LEAD)
    until = question.until or since + USUAL
    if until <= since:
        raise Invalid({"to": ["Kies een einde na het begin."]})
    if until - since > FURTHEST:
        raise Invalid({"to": ["Kies een periode van hoogstens 42 dagen."]})
    return since, until


def _open(since: datetime, until: datetime) -> list[Period]:
    """Office hours on working days, cut off where the period ends."""
    first, last = _day(since), _day(until)
    hours = office_hours(days_off(first, last)).between(first, last)
    return [Period(each.starts_at, min(each.ends_at, until)) for each in hours if each.starts_at < until]


def _day(at: datetime) -> date:
    return at.astimezone(AMSTERDAM).date()
