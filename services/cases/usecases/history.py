"""Reading what happened in a case, and who looked into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.persistence.history import Access, Happening
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases.acting import acting
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal

Row = TypeVar("Row", Happening, Access)


@dataclass(frozen=True)
class PageOfCase(Generic[Row]):
    """A page of a case's history; `names`: of everybody whom it mentions, by id."""

    case: Case
    page: Page[Row]
    names: dict[UUID, str]


def read_timeline(service: CasesService, who: Principal, case_id: UUID, page: PageRequest) -> PageOfCase[Happening]:
    """What happened, newest first, as far as the caller may read it. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "tijdlijn")
        return PageOfCase(case, act.work.history.timeline(case.school_id, case.id, page), names_in(act.work, case))


def read_access_log(service: CasesService, who: Principal, case_id: UUID, page: PageRequest) -> PageOfCase[Access]:
    """Who looked and who changed something, newest first. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        return PageOfCase(case, act.work.history.access_log(case.school_id, case.id, page), {})


def names_in(work: Work, case: Case) -> dict[UUID, str]:
    """Of the school's staff, past and present, and of the guardians."""
    found = work.staff.place(case.school_id)
    return (found[1] if found else {}) | {guardian.id: guardian.name for guardian in case.guardians}
