"""Who accompanies a case: its liaison, and for some time a deputy."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.case_staff import Period, Place, check_deputy, end_deputy
from services.cases.domain.handover import HandOver
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from shared.errors import Invalid, NotFound
from shared.ids import new_id
from shared.tenancy import Principal

NOT_A_LIAISON = "Deze persoon is geen ouderfunctionaris van deze school."


@dataclass(frozen=True)
class NewDeputy:
    user_id: UUID
    period: Period


@dataclass(frozen=True)
class InCharge:
    """Who accompanies and accompanied a case, how it was handed over as far as the caller may read that, and who could do it."""

    case: Case
    places: list[Place]
    handovers: list[HandOver]
    liaisons: dict[UUID, str]


def read_charge(service: CasesService, who: Principal, case_id: UUID) -> InCharge:
    """Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "begeleiding")
        return InCharge(case, act.work.charge.places(case), act.work.charge.handovers(case), liaisons_at(act, case.school_id))


def stand_in(service: CasesService, who: Principal, case_id: UUID, new: NewDeputy) -> Place:
    """Let a colleague stand in for the liaison. Raises NotFound, Conflict, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        check_deputy(case, new.user_id, new.period, act.work.charge.places(case), act.today)
        names = liaisons_at(act, case.school_id)
        if new.user_id not in names:
            raise Invalid({"user_id": [NOT_A_LIAISON]})
        place = _place(act, "deputy", new.user_id, names[new.user_id], new.period)
        act.work.charge.add_place(case, place)
        until = place.valid_until.isoformat() if place.valid_until else ""
        act.note(case, "deputy_assigned", user_id=str(place.user_id), valid_from=place.valid_from.isoformat(), valid_until=until)
        act.log(case, "change", "begeleiding")
        return place


def end_standing_in(service: CasesService, who: Principal, case_id: UUID, place_id: UUID) -> Place:
    """From today on no longer. Raises NotFound, Conflict."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        place = end_deputy(act.work.charge.places(case), place_id, act.today)
        if place is None:
            raise NotFound
        act.work.charge.keep_end(case, place)
        act.note(case, "deputy_ended", user_id=str(place.user_id))
        act.log(case, "change", "begeleiding")
        return place


def put_in_charge(act: Acting, case: Case, user_id: UUID | None, name: str | None) -> None:
    """Make somebody, or nobody, the liaison from today on; a hand-over that was planned to follow is off.

    The case is kept already, and is told of by the caller.
    """
    for place in act.work.charge.places(case):
        if place.place == "liaison" and place.valid_until is None:
            place.end_before(act.today)
            act.work.charge.keep_end(case, place)
    for planned in act.work.charge.handovers(case):
        if planned.status == "planned":
            planned.withdraw(act.now)
            act.work.charge.keep_handover(case, planned)
    case.assigned_to = None
    if user_id is not None:
        begin(act, case, user_id, name or "")


def begin(act: Acting, case: Case, user_id: UUID, name: str) -> None:
    """Somebody is the liaison from today on, of a case that has none."""
    case.assigned_to = user_id
    act.work.charge.add_place(case, _place(act, "liaison", user_id, name, Period(act.today)))


def liaisons_at(act: Acting, school_id: UUID) -> dict[UUID, str]:
    """The names of a school's liaisons of today, by id."""
    return {each.user_id: each.name for each in act.work.staff.working_at([school_id], act.today) if each.role == "liaison"}


def _place(act: Acting, place: str, user_id: UUID, name: str, period: Period) -> Place:
    return Place(new_id(), place, user_id, name, period.valid_from, period.valid_until, act.who.name, act.now)
