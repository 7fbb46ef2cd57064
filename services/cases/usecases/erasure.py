"""Erasing a case for good: asked by an administrator, done by the workers of all three services, a receipt stays."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from services.cases.domain.case import Case, folded
from services.cases.persistence.erasures import Receipt
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases.audit import note
from shared.errors import Conflict, Invalid
from shared.messaging.outbox import NewEvent
from shared.tenancy import Principal, Scope

_MOST = 200


def ask(service: CasesService, who: Principal, case_id: UUID, reason: str) -> Receipt:
    """Have a closed case erased, everywhere.

    Raises NotFound, Conflict for one that is not closed or is held, and Invalid for a reason that names somebody of the case.
    """
    with service.work(of_alliance(service, who.scope)) as work:
        case = work.cases.get(case_id, to_change=True)
        if case.phase != "closed":
            raise Conflict("Alleen een afgerond dossier kan worden gewist. Rond het eerst af.")
        check_reason(case, reason)
        if work.holds.of(case.school_id, case_id) is not None:
            raise Conflict("Dit dossier wordt vastgehouden. Hef dat eerst op.")
        note(service, work, "case_erased", (case_id, case.reference))
        return ask_for(work, case, reason, service.clock.now())


def ask_for(work: Work, case: Case, reason: str, now: datetime) -> Receipt:
    """Tell all three services to erase `case`, in the name of whoever acts; a receipt stays."""
    assert work.scope.actor_id is not None
    receipt = work.erasures.ask(Receipt(case.school_id, case.id, case.reference, reason, work.scope.actor_id, now))
    people = [guardian.id for guardian in case.guardians]
    told = {"case_id": case.id, "school_id": case.school_id, "person_ids": people, "erased_at": now}
    work.publish(NewEvent("cases.case.erased.v1", case.school_id, told, now))
    return receipt


def receipts(service: CasesService, who: Principal) -> list[Receipt]:
    """What was erased at the schools of the administrator's alliance, newest first."""
    scope = of_alliance(service, who.scope)
    with service.work(scope) as work:
        return work.erasures.all(sorted(scope.schools), _MOST)


def erase(work: Work, school_id: UUID, case_id: UUID, at: datetime) -> None:
    """In the worker: everything this service holds of the case."""
    work.erasures.erase(school_id, case_id, at)


def of_alliance(service: CasesService, by: Scope) -> Scope:
    """All schools of the administrator's alliance. They read no case: what is looked up here is told to nobody."""
    with service.work(by) as work:
        schools = frozenset(school.id for school in work.staff.schools())
    return Scope(schools, "system", by.actor_id, by.session_id, by.issued_at)


def check_reason(case: Case, reason: str) -> None:
    """The receipt stays when everything else has gone: nobody is named in it."""
    child = [case.child.first_name, case.child.last_name] if case.child else []
    names = {folded(name) for name in (*child, *(part for each in case.guardians for part in (each.first_name, each.last_name)))}
    if names & set(re.findall(r"[\w'-]+", folded(reason))):
        raise Invalid({"reason": ["Noem hier geen namen: deze reden blijft bewaard als het dossier weg is."]})
