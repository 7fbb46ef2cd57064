"""The guardians of a case, each apart: add one, change one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.cases.domain.case import Address, Case, Guardian
from services.cases.domain.permissions import may
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from services.cases.usecases.cases import Changes, NewGuardian, new_guardian
from services.cases.usecases.dossiers import Dossier, addresses, assemble
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.tenancy import Principal

HIDDEN = "Het adres is geheim: alleen de ouderfunctionaris kan dit wijzigen."
NOT_SHOWN = "Het adres is geheim en nu niet te zien. Vul het opnieuw in om het niet meer geheim te houden."


def add_guardian(
    service: CasesService, who: Principal, case_id: UUID, entered: NewGuardian, expected_version: int | None = None
) -> tuple[Dossier, Guardian]:
    """Raises NotFound, Stale, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        case.expect(expected_version)
        guardian = new_guardian(case, entered)
        case.add_guardian(guardian)
        case.changed()
        act.work.cases.flush()
        if entered.address:
            act.work.cases.set_address(guardian, entered.address)
        _keep_trace(act, case, guardian, "guardian_added")
        act.tell_persons("registered", guardian)
        act.tell_case("changed", case)
        return assemble(act, case), guardian


def change_guardian(
    service: CasesService, who: Principal, case_id: UUID, guardian_id: UUID, changes: Changes
) -> tuple[Dossier, Guardian]:
    """`address` among the values replaces the address; None takes it away. With their e-mail address their visits end.

    Raises NotFound, Stale, and Invalid.
    """
    values = dict(changes.values)
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        case.expect(changes.expected_version)
        guardian = case.guardian(guardian_id)
        if guardian is None:
            raise NotFound
        area, email = act.work.cases.postcode_areas([guardian_id]), guardian.email
        _keep_address(act, case, guardian, values)
        moved = act.work.cases.postcode_areas([guardian_id]) != area
        told = guardian.change({name: value for name, value in values.items() if name != "address"})
        case.changed()
        _keep_trace(act, case, guardian, "guardian_changed")
        if told or moved:
            act.tell_persons("changed", guardian)
        if email and guardian.leaves(email, act.now):
            _tell_former(act, case, guardian, email)
        return assemble(act, case), guardian


def read_guardian(service: CasesService, who: Principal, case_id: UUID, guardian_id: UUID) -> tuple[Dossier, Guardian]:
    """For a form that changes them. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        guardian = case.guardian(guardian_id)
        if guardian is None:
            raise NotFound
        act.log(case, "read", "ouder")
        return assemble(act, case), guardian


def _keep_address(act: Acting, case: Case, guardian: Guardian, values: Mapping[str, Any]) -> None:
    """Write the address where it, or its secrecy, changes. Raises Invalid for who may not see what they would change.

    Who is allowed to see it, but not now, writes it anew, and uncovers nothing.
    """
    secret = values.get("address_secret", guardian.address_secret)
    if "address" not in values and secret == guardian.address_secret:
        return
    if guardian.address_secret and not may(act.who.role, "see_secret_address"):
        raise Invalid({"address" if "address" in values else "address_secret": [HIDDEN]})
    address: Address | None = values["address"] if "address" in values else addresses(act, case).get(guardian.id)
    if guardian.address_secret and "address" not in values and address is None:
        raise Invalid({"address_secret": [NOT_SHOWN]})
    guardian.address_secret = secret
    act.work.cases.set_address(guardian, address)


def _tell_former(act: Acting, case: Case, guardian: Guardian, email: str) -> None:
    """Codes go to the address that is known: whoever can change it could come in as this parent, who is told of it."""
    told = {"change_id": new_id(), "case_id": case.id, "person_id": guardian.id, "former_email": email}
    told |= {"host_id": case.assigned_to}
    act.work.publish(NewEvent("cases.person.readdressed.v1", case.school_id, told, act.now))


def _keep_trace(act: Acting, case: Case, guardian: Guardian, kind: str) -> None:
    """Whom it was about, not what was entered."""
    act.note(case, kind, about=guardian.id)
    act.log(case, "change", "ouder")
