"""Looking at who there is in an alliance, as its administrator does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.accounts import Assignment, School, User
from services.cases.domain.administration import Invitation, account_state
from services.cases.persistence.invitations import Facts
from services.cases.service import CasesService
from shared.clock import today
from shared.errors import NotFound
from shared.tenancy import Scope


@dataclass(frozen=True)
class Colleague:
    """Somebody with an account. `assignments`: newest first, past ones too."""

    user: User
    state: str
    facts: Facts | None
    invitation: Invitation | None
    assignments: list[Assignment]

    def at_work(self, day: date) -> list[Assignment]:
        return [each for each in self.assignments if each.covers(day)]


@dataclass(frozen=True)
class Colleagues:
    """Everybody, by name, and the schools of the alliance."""

    people: list[Colleague]
    schools: list[School]
    today: date

    def school_name(self, school_id: UUID) -> str:
        return next((school.name for school in self.schools if school.id == school_id), "")

    def one(self, user_id: UUID) -> Colleague:
        """Raises NotFound."""
        found = next((each for each in self.people if each.user.id == user_id), None)
        if found is None:
            raise NotFound
        return found


def read_all(service: CasesService, by: Scope) -> Colleagues:
    """Five queries, however many there are."""
    now = service.clock.now()
    with service.work(by) as work:
        users, schools = work.staff.users(), list(work.staff.schools())
        ids = [user.id for user in users]
        facts, invitations = work.invitations.facts_of(ids), work.invitations.newest_of(ids)
        there = work.at_schools(school.id for school in schools)
        assignments: dict[UUID, list[Assignment]] = {}
        for each in there.staff.assignments():
            assignments.setdefault(each.user_id, []).append(each)
    people = [
        Colleague(
            user,
            account_state(user, _password_set_at(facts.get(user.id)), invitations.get(user.id), now),
            facts.get(user.id),
            invitations.get(user.id),
            assignments.get(user.id, []),
        )
        for user in users
    ]
    return Colleagues(people, schools, today(service.clock))


def _password_set_at(facts: Facts | None) -> datetime | None:
    return facts.password_set_at if facts else None
