"""What somebody needs who is on the way to a visit, and no more: whom she visits, where, and in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.case import Address, Case, Guardian
from services.cases.domain.planning import Appointment
from services.cases.service import CasesService
from services.cases.usecases.acting import acting
from services.cases.usecases.dossiers import addresses
from shared.tenancy import Principal


@dataclass(frozen=True)
class Visit:
    """A visit with the guardians who take part, and the addresses that the caller may see."""

    case: Case
    appointment: Appointment
    guardians: Sequence[Guardian]
    addresses: dict[UUID, Address]


def go(service: CasesService, who: Principal, appointment_id: UUID) -> Visit:
    """Kept in the access log, a secret address by name. Raises NotFound."""
    with acting(service, who) as act:
        appointment = act.work.planning.one(appointment_id)
        case = act.work.cases.get(appointment.case_id)
        invited = {each.person_id for each in appointment.participants}
        guardians = [each for each in case.guardians if each.id in invited]
        found = addresses(act, case, [appointment])
        act.log(case, "read", "adres", ("liaison", "school", "team"))
        if any(each.address_secret and each.id in found for each in guardians):
            act.log(case, "read", "geheim adres", ("liaison",))
        return Visit(case, appointment, guardians, {each.id: found[each.id] for each in guardians if each.id in found})
