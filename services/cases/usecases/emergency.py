"""Emergency access: asked for with a reason, told to the coordinators, and then one case to read for a day.

Nothing of the case is seen before: the number of the dossier is what somebody must know. From then on each transaction is
walled into that one school and that one case (`Scope.case_id`), and writes nothing but the log and the timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.accounts import School
from services.cases.domain.emergency import LASTS, EmergencyAccess, check_is_no_own_school, check_may_open
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting
from services.cases.usecases.dossiers import Dossier, assemble
from shared.clock import today
from shared.errors import NotFound
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.pagination import PageRequest
from shared.tenancy import Principal, Scope

_OF_TIMELINE = 50


@dataclass(frozen=True)
class NewEmergency:
    """`reference`: the number of the dossier, which the caller must know."""

    school_id: UUID
    reference: str
    reason: str


@dataclass(frozen=True)
class _Hurried:
    """The caller, walled into one case."""

    user_id: UUID
    name: str
    role: str
    scope: Scope


def open_case(service: CasesService, who: Principal, new: NewEmergency) -> EmergencyAccess:
    """Raises NotFound for a school or number that is not there, Conflict for the caller's own school, and TooManyAttempts."""
    check_is_no_own_school(who.school_ids, new.school_id)
    now = service.clock.now()
    with service.work(who.scope) as own:
        work = own.at_schools({new.school_id}, "emergency")
        if work.staff.school(new.school_id) is None:
            raise NotFound
        check_may_open(work.emergencies.opened_since(who.user_id, now - LASTS), now)
        case_id = work.emergencies.find_case(new.school_id, new.reference.strip())
        access = EmergencyAccess(new.school_id, new_id(), case_id, who.user_id, who.name, who.role, new.reason, now, now + LASTS)
        told = {
            "access_id": access.id,
            "case_id": case_id,
            "person_id": who.user_id,
            "coordinator_ids": work.emergencies.coordinators(),
        }
        work.emergencies.add(access)
        work.publish(NewEvent("cases.access.emergency.v1", new.school_id, told, now))
        act = _acting(service, who, own, access)
        case = act.work.cases.get(case_id)
        act.note(case, "emergency_access", about=access.id)
        act.log(case, "read", "dossier")
        return access


def look(service: CasesService, who: Principal, access_id: UUID) -> tuple[EmergencyAccess, Dossier]:
    """The case as somebody of the caller's role reads it. Raises NotFound for what is another's, and Gone after a day."""
    with service.work(who.scope) as own:
        access = own.emergencies.get(access_id)
        if access.user_id != who.user_id:
            raise NotFound
        access.check_works(service.clock.now())
        act = _acting(service, who, own, access)
        case = act.work.cases.get(access.case_id)
        act.log(case, "read", "dossier")
        return access, assemble(act, case, PageRequest(_OF_TIMELINE))


def accesses(service: CasesService, who: Principal) -> Sequence[tuple[EmergencyAccess, str]]:
    """Their own, or for a coordinator everybody's; newest first, with the name of the school."""
    with service.work(who.scope) as own:
        work = own if who.role == "coordinator" else own.at_schools((), "emergency")
        return work.emergencies.all()


def schools(service: CasesService, who: Principal) -> list[School]:
    """The schools of the alliance that the caller does not work for, by name."""
    with service.work(who.scope) as own:
        return [each for each in own.at_schools((), "emergency").staff.schools() if each.id not in who.school_ids]


def _acting(service: CasesService, who: Principal, own: Work, access: EmergencyAccess) -> Acting:
    work = own.in_case(who.scope, access.school_id, access.case_id)
    return Acting(work, _Hurried(who.user_id, who.name, who.role, work.scope), service.clock.now(), today(service.clock))
