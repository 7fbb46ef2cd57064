"""Handing a case over to a colleague: from a chosen day on, with a note for its readers, until the colleague has read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.circles import chosen_by
from services.cases.domain.handover import HandOver, check_handover
from services.cases.persistence.charge import due
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from services.cases.usecases.charge import NOT_A_LIAISON, liaisons_at, put_in_charge
from shared.clock import Clock, today
from shared.database import Database
from shared.errors import Invalid
from shared.ids import new_id
from shared.tenancy import NOBODY, Principal, Scope


@dataclass(frozen=True)
class NewHandOver:
    """`readers`: who may read the note; without, the narrowest that the writer has."""

    to: UUID
    takes_effect_on: date
    note: str
    readers: Sequence[str] | None = None
    expected_version: int | None = None


@dataclass(frozen=True)
class _Planner:
    """Whoever planned a hand-over, when its day comes and they are not there."""

    user_id: UUID
    name: str
    role: str
    scope: Scope


def hand_over(service: CasesService, who: Principal, case_id: UUID, new: NewHandOver) -> HandOver:
    """At once when it takes effect today. Raises NotFound, Stale, Conflict, and Invalid naming the field."""
    readers = chosen_by(who.role, new.readers)
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        case.expect(new.expected_version)
        check_handover(case, new.to, new.takes_effect_on, act.work.charge.handovers(case), act.today)
        made = _made(act, case, new, readers)
        if new.takes_effect_on == act.today:
            _take(act, case, made)
        act.work.charge.add_handover(case, made)
        on = made.takes_effect_on.isoformat()
        act.note(case, "handed_over", about=made.id, to=str(made.to_id), takes_effect_on=on, planned=made.status == "planned")
        act.log(case, "change", "overdracht")
        return made


def accept(service: CasesService, who: Principal, case_id: UUID, handover_id: UUID) -> HandOver:
    """The new liaison has read it. Raises NotFound, Forbidden, Conflict."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        found = act.work.charge.handover(case, handover_id)
        found.accept(who.user_id, act.now)
        act.work.charge.keep_handover(case, found)
        act.note(case, "handover_accepted", about=found.id)
        act.log(case, "change", "overdracht")
        return found


def withdraw(service: CasesService, who: Principal, case_id: UUID, handover_id: UUID) -> HandOver:
    """It is off, before its day. Raises NotFound, Conflict."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        found = act.work.charge.handover(case, handover_id)
        found.withdraw(act.now)
        act.work.charge.keep_handover(case, found)
        act.note(case, "handover_withdrawn", about=found.id, to=str(found.to_id))
        act.log(case, "change", "overdracht")
        return found


def take_due(database: Database, clock: Clock) -> int:
    """In the worker: every hand-over whose day has come takes effect, each in a transaction of its own; gives how many."""
    with database.transaction(NOBODY) as session:
        found = due(session, today(clock))
    for each in found:
        scope = Scope.of_schools({each.school_id})
        with database.transaction(scope) as session:
            _take_one(Work.on(session, scope), each.case_id, each.id, clock)
    return len(found)


def _take_one(work: Work, case_id: UUID, handover_id: UUID, clock: Clock) -> None:
    """In the name of whoever planned it. One that makes no sense any more is off, and the timeline says so."""
    case = work.cases.get(case_id, to_change=True)
    found = work.charge.handover(case, handover_id)
    if found.status != "planned":
        return
    act = Acting(work, _Planner(found.written_by, found.written_by_name, "liaison", work.scope), clock.now(), today(clock))
    if case.closed or found.to_id not in liaisons_at(act, case.school_id):
        found.withdraw(act.now)
        work.charge.keep_handover(case, found)
        act.note(case, "handover_withdrawn", about=found.id, to=str(found.to_id))
        return
    _take(act, case, found)
    work.charge.keep_handover(case, found)
    act.note(case, "handed_over", about=found.id, to=str(found.to_id), takes_effect_on=found.takes_effect_on.isoformat())


def _take(act: Acting, case: Case, handover: HandOver) -> None:
    """The new liaison is the liaison now, and others are told."""
    handover.take(act.now)
    put_in_charge(act, case, handover.to_id, handover.to_name)
    case.changed()
    act.tell_case("changed", case)


def _made(act: Acting, case: Case, new: NewHandOver, readers: Sequence[str]) -> HandOver:
    """Raises Invalid for who is no liaison of the school on that day."""
    names = {
        each.user_id: each.name
        for each in act.work.staff.working_at([case.school_id], new.takes_effect_on)
        if each.role == "liaison"
    }
    if new.to not in names:
        raise Invalid({"to": [NOT_A_LIAISON]})
    before = liaisons_at(act, case.school_id).get(case.assigned_to) if case.assigned_to else None
    written = (act.who.user_id, act.who.name, act.now)
    return HandOver(new_id(), before, new.to, names[new.to], new.takes_effect_on, *written, new.note, readers)
