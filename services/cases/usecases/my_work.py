"""Mijn werk: what waits for somebody, over all their cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.cases.domain import todo
from services.cases.domain.listing import Filters, ListedCase
from services.cases.domain.todo import Facts, Todo
from services.cases.persistence.satisfaction import Heard
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from shared.clock import AMSTERDAM, today
from shared.pagination import PageRequest
from shared.tenancy import Principal

_MOST = 200


class Worker(Protocol):
    """Whoever has work."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def role(self) -> str: ...
    @property
    def school_ids(self) -> frozenset[UUID]: ...


@dataclass(frozen=True)
class MyWork:
    """What waits, most pressing first; and the open cases, by their next date."""

    todos: Sequence[Todo]
    cases: Sequence[ListedCase]
    guardian_names: dict[UUID, str]

    def case(self, case_id: UUID) -> ListedCase:
        return next(each for each in self.cases if each.id == case_id)


def my_work(service: CasesService, who: Principal) -> MyWork:
    """Of the caller: a liaison's own cases and those that nobody took up yet, for others all of their schools."""
    with service.work(who.scope) as work:
        return gather(work, who, service.clock.now(), today(service.clock))


def gather(work: Work, who: Worker, now: datetime, day: date) -> MyWork:
    """Within a transaction of theirs, be it their own request's or the worker's on their behalf."""
    filters = Filters(open_to=who.user_id, on=day) if who.role == "liaison" else Filters(only_open=True)
    cases = work.cases.list(filters, PageRequest(_MOST), now).items
    schools, ids = sorted(who.school_ids), [case.id for case in cases]
    appointments = work.planning.of_cases(schools, ids, now)
    written = work.texts.written(schools, ids)
    expectations, agreements = work.partnership.expectations(ids), work.partnership.agreements(ids)
    names, heard = work.cases.guardian_names(ids), work.satisfaction.heard(schools, ids)
    found: list[Todo] = []
    for case in cases:
        facts = Facts(
            case_id=case.id,
            kind=case.kind,
            phase=case.phase,
            assigned_to=case.assigned_to,
            planned_end_on=case.planned_end_on,
            resume_on=case.resume_on,
            deputies=[who.user_id] if case.standing_in else [],
            handed_over=(who.user_id, case.handed_over_on) if case.handed_over_on else None,
            appointments=[each for each in appointments if each.case_id == case.id],
            written=written.get(case.id, frozenset()),
            expectations=[each for each in expectations if each.case_id == case.id],
            agreements=[each for each in agreements if each.case_id == case.id],
            opened_on=case.opened_at.astimezone(AMSTERDAM).date(),
            heard=heard.get(case.id, Heard()).given,
            satisfaction_asked_on=heard.get(case.id, Heard()).asked_on,
        )
        found += todo.for_role(who.role, who.user_id, facts, now, day)
    return MyWork(sorted(found, key=lambda each: each.weight), sorted(cases, key=_by_next_date), names)


def _by_next_date(case: ListedCase) -> tuple[bool, float]:
    return case.next_at is None, case.next_at.timestamp() if case.next_at else -case.opened_at.timestamp()
