"""How a case goes on: given more time, and, once closed, opened again as a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.case import GUARDIAN_FIELDS, Case, Guardian
from services.cases.domain.ends import ChangedEnd, extend
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from services.cases.usecases.cases import keep_end, register, tell_of_new
from services.cases.usecases.dossiers import Dossier, assemble
from shared.errors import Conflict
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class MoreTime:
    """Until another day, and why."""

    planned_end_on: date
    reason: str
    expected_version: int | None = None


@dataclass(frozen=True)
class Again:
    """What a closed case is opened again for."""

    reason: str
    planned_end_on: date


def extend_case(service: CasesService, who: Principal, case_id: UUID, more: MoreTime) -> tuple[Case, ChangedEnd]:
    """It is still needed. Raises NotFound, Stale, Conflict, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        case.expect(more.expected_version)
        before = extend(case, more.planned_end_on, act.today)
        changed = keep_end(act, case, before, more.reason)
        assert changed is not None
        case.changed()
        act.note(case, "case_extended", was_on=before.isoformat(), is_on=changed.is_on.isoformat(), reason=more.reason)
        act.log(case, "change", "einde")
        act.tell_case("changed", case)
        return case, changed


def read_ends(service: CasesService, who: Principal, case_id: UUID) -> tuple[Case, list[ChangedEnd]]:
    """Every change of the expected end, newest first. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "einde")
        return case, act.work.life.ends(case)


def reopen(service: CasesService, who: Principal, case_id: UUID, again: Again) -> Dossier:
    """Open a new case for the same child and guardians; the closed one stays closed, and its retention runs on.

    What is written in the old one stays there, for whoever may read it, and so does a secret address.
    Raises NotFound, Invalid, and Conflict for a case that is not closed, or that was reopened before.
    """
    with acting(service, who) as act:
        old = act.work.cases.get(case_id, to_change=True)
        _check_over(act, old)
        new = _again(act, old, again)
        register(act, new, old.assigned_to)
        for guardian, known in zip(new.guardians, old.guardians, strict=True):
            act.work.life.copy_address(new, known.id, guardian.id)
        act.note(old, "case_reopened", about=new.id, reference=new.reference)
        liaison = str(new.assigned_to) if new.assigned_to else None
        act.note(new, "case_opened", about=old.id, assigned_to=liaison, reopened_from=old.reference)
        act.log(old, "read", "dossier")
        tell_of_new(act, new)
        return assemble(act, new)


def _check_over(act: Acting, old: Case) -> None:
    if not old.closed:
        raise Conflict("Dit dossier is niet afgerond. U kunt er gewoon in verder.")
    later = act.work.life.reopened_as(old)
    if later is not None:
        raise Conflict("Dit dossier is al heropend, als dossier %(reference)s.", reference=later)


def _again(act: Acting, old: Case, again: Again) -> Case:
    """The same child, the same guardians, each with an id of their own: what becomes of one case is not told of the other."""
    new = Case(old.school_id, new_id(), "", again.reason, again.planned_end_on, act.now, act.who.user_id, phase_since=act.now)
    new.child, new.coaching_of, new.external_reference = old.child, old.coaching_of, old.external_reference
    new.reopened_from = old.id
    new.plan_end(again.planned_end_on, act.today)
    for known in old.guardians:
        values = {name: getattr(known, name) for name in GUARDIAN_FIELDS}
        new.add_guardian(Guardian(new.school_id, new.id, new_id(), 0, **values))
    return new
