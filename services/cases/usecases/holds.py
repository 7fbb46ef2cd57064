"""Keeping a case beyond its time, as for a complaint that runs. By an administrator, who sees a reference and no name."""

from __future__ import annotations

from uuid import UUID

from services.cases.persistence.holds import HeldCase, Hold
from services.cases.service import CasesService
from services.cases.usecases import erasure
from services.cases.usecases.audit import note
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.tenancy import Principal

_HELD = "Dit dossier wordt al vastgehouden."
_ERASED = "Dit dossier wordt al gewist."


def find(service: CasesService, who: Principal, school_id: UUID, reference: str) -> UUID:
    """The case with this reference. Raises Invalid when the school has none such."""
    scope = erasure.of_alliance(service, who.scope)
    with service.work(scope) as work:
        case_id = work.cases.by_reference(school_id, reference.strip())
    if case_id is None:
        raise Invalid({"reference": ["Deze school heeft geen dossier met dit nummer."]})
    return case_id


def hold(service: CasesService, who: Principal, case_id: UUID, reason: str) -> None:
    """From now on nothing erases it. Raises NotFound, Conflict, and Invalid for a reason that names somebody of the case."""
    with service.work(erasure.of_alliance(service, who.scope)) as work:
        case = work.cases.get(case_id, to_change=True)
        erasure.check_reason(case, reason)
        if work.erasures.asked(case.school_id, case_id):
            raise Conflict(_ERASED)
        made = Hold(case.school_id, new_id(), case_id, reason, service.clock.now(), who.user_id, who.name)
        if not work.holds.set(made):
            raise Conflict(_HELD)
        note(service, work, "hold_set", (case_id, case.reference))


def lift(service: CasesService, who: Principal, case_id: UUID) -> None:
    """The case is kept as long as any other. Raises NotFound when it is not there or not held."""
    with service.work(erasure.of_alliance(service, who.scope)) as work:
        case = work.cases.get(case_id)
        found = work.holds.of(case.school_id, case_id)
        if found is None:
            raise NotFound
        work.holds.lift(found, service.clock.now(), who.user_id, who.name)
        note(service, work, "hold_lifted", (case_id, case.reference))


def held(service: CasesService, who: Principal) -> list[HeldCase]:
    """In the administrator's alliance, newest first."""
    scope = erasure.of_alliance(service, who.scope)
    with service.work(scope) as work:
        return work.holds.all(sorted(scope.schools))
