"""Time that both sides gave, and coaching: written down afterwards, added to and never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.days import check_past
from services.cases.domain.efforts import Coaching, TimeEntry, check_investor, readers_of_coaching
from services.cases.service import CasesService
from services.cases.usecases.acting import acting
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewTimeEntry:
    by: str
    minutes: int
    on: date
    purpose: str


@dataclass(frozen=True)
class NewCoaching:
    coached: str
    topic: str
    on: date
    minutes: int


@dataclass(frozen=True)
class Efforts:
    """Of one case, as far as the caller may read it."""

    case: Case
    time: list[TimeEntry]
    coaching: list[Coaching]


def add_time(service: CasesService, who: Principal, case_id: UUID, new: NewTimeEntry) -> TimeEntry:
    """Raises NotFound, and Invalid naming the field."""
    check_investor(who.role, new.by)
    with acting(service, who) as act:
        check_past("on", new.on, act.today)
        case = act.work.cases.get(case_id)
        made = TimeEntry(new_id(), new.by, new.minutes, new.on, new.purpose, who.user_id, who.name, act.now)
        act.work.efforts.add_time(case, made)
        act.log(case, "change", "tijd")
        return made


def add_coaching(service: CasesService, who: Principal, case_id: UUID, new: NewCoaching) -> Coaching:
    """Raises NotFound, and Invalid naming the field."""
    with acting(service, who) as act:
        check_past("on", new.on, act.today)
        case, readers = act.work.cases.get(case_id), readers_of_coaching(new.coached)
        made = Coaching(new_id(), new.coached, new.topic, new.on, new.minutes, who.user_id, who.name, act.now)
        act.work.efforts.add_coaching(case, made, readers)
        act.note(case, "coached", about=made.id, readers=readers, coached=new.coached)
        act.log(case, "change", "coaching", readers)
        return made


def read_efforts(service: CasesService, who: Principal, case_id: UUID) -> Efforts:
    """Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "tijd")
        return Efforts(case, act.work.efforts.time_entries(case), act.work.efforts.coaching(case))
