"""The families that are to be visited: who have no appointment ahead, and first whose last is longest ago."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.domain.people import Person, PlannedCase
from services.scheduling.persistence.due_visits import Contacts
from services.scheduling.service import SchedulingService
from shared.tenancy import Principal

LONG_AGO = timedelta(days=21)
MOST = 50


@dataclass(frozen=True)
class Family:
    """A case with its guardians, when they were last seen and when they will be. `liaison`: whose it is, by name."""

    case: PlannedCase
    guardians: Sequence[Person]
    contacts: Contacts
    due: bool
    priority: int
    liaison: str = ""


def families(service: SchedulingService, who: Principal, *, of_colleagues: bool = False) -> list[Family]:
    """Of the caller's cases: those that are due first, and of these the one longest ago.

    `of_colleagues`: of all cases at the caller's schools, for who stands in for a colleague or visits for the team.
    """
    now = service.clock.now()
    with service.work(who.scope) as work:
        cases = [case for case in work.directory.open_cases() if case.guardian_ids]
        cases = [case for case in cases if of_colleagues or case.liaison_id == who.user_id]
        liaisons = {case.liaison_id for case in cases if case.liaison_id}
        people = work.directory.named(sorted(liaisons.union(*(case.guardian_ids for case in cases))))
        contacts = work.due_visits.contacts([case.case_id for case in cases], now)
    found = [_family(case, people, contacts.get(case.case_id, Contacts()), now) for case in cases]
    return sorted(found, key=lambda family: (not family.due, family.contacts.last or datetime.min.replace(tzinfo=now.tzinfo)))[
        :MOST
    ]


def _family(case: PlannedCase, people: Mapping[UUID, Person], contacts: Contacts, now: datetime) -> Family:
    guardians = [people[each] for each in case.guardian_ids if each in people]
    due = contacts.following is None and case.phase != "paused"
    long_ago = contacts.last is None or now - contacts.last >= LONG_AGO
    liaison = people.get(case.liaison_id) if case.liaison_id else None
    return Family(case, guardians, contacts, due, 2 if long_ago else 3, liaison.name if liaison else "")
