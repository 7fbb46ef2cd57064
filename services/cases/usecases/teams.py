"""Teams: who serves which schools together. `by`: an administrator's scope."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from services.cases.domain.accounts import School, User, check_assignable
from services.cases.persistence.teams import Team
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases import administration
from services.cases.usecases.audit import note
from shared.errors import Invalid, NotFound, Stale
from shared.ids import new_id
from shared.tenancy import Scope

ALLIANCE_ROLES = ("liaison", "team_member")


@dataclass(frozen=True)
class NewTeam:
    """A team, as entered."""

    name: str
    school_ids: frozenset[UUID]
    user_ids: frozenset[UUID]


@dataclass(frozen=True)
class Teams:
    """All teams, and whom and what they can be made of."""

    teams: list[Team]
    schools: list[School]
    users: list[User]

    def team(self, team_id: UUID) -> Team:
        """Raises NotFound."""
        found = next((team for team in self.teams if team.id == team_id), None)
        if found is None:
            raise NotFound
        return found


def read_all(service: CasesService, by: Scope) -> Teams:
    """By name."""
    with service.work(by) as work:
        users = [user for user in work.staff.users() if user.role in ALLIANCE_ROLES]
        return Teams(work.teams.all(), list(work.staff.schools()), users)


def make(service: CasesService, by: Scope, new: NewTeam) -> Team:
    """Raises Invalid naming the field."""
    team = Team(new_id(), new.name, new.school_ids, new.user_ids)
    with service.work(by) as work:
        _check(work, team)
        work.teams.save(administration.alliance_of(work), team)
        _note(service, work, "team_made", team)
        return team


def change(service: CasesService, by: Scope, team_id: UUID, new: NewTeam, expected_version: int | None = None) -> Team:
    """Raises NotFound, Stale, Invalid."""
    with service.work(by) as work:
        team = _team(work, team_id)
        if expected_version not in (None, team.version):
            raise Stale
        changed = Team(team_id, new.name, new.school_ids, new.user_ids, team.version + 1)
        _check(work, changed)
        work.teams.save(administration.alliance_of(work), changed)
        _note(service, work, "team_changed", changed)
        return changed


def end(service: CasesService, by: Scope, team_id: UUID) -> None:
    """The team is no more; who works where stays as it is. Raises NotFound."""
    with service.work(by) as work:
        team = _team(work, team_id)
        work.teams.remove(team_id)
        _note(service, work, "team_ended", replace(team, school_ids=frozenset(), user_ids=frozenset()))


def assign_all(service: CasesService, by: Scope, team_id: UUID, since: date) -> int:
    """Everybody of the team works for each of its schools from a day on; says how many of these are new. Raises NotFound."""
    with service.work(by) as work:
        team = _team(work, team_id)
        there = work.at_schools(team.school_ids)
        known = {(each.user_id, each.school_id) for each in there.staff.assignments() if not each.over(since)}
        stopped = {school.id for school in there.staff.schools() if school.stopped(since)}
        shut = {user.id for user in work.staff.users() if not user.active}
    missing = [
        (user_id, school_id)
        for user_id in sorted(team.user_ids - shut)
        for school_id in sorted(team.school_ids - stopped)
        if (user_id, school_id) not in known
    ]
    for user_id, school_id in missing:
        administration.assign(service, by, user_id, school_id, since)
    return len(missing)


def _check(work: Work, team: Team) -> None:
    """Raises Invalid for a name that another team has, and for schools and people that are not the alliance's to choose."""
    if any(other.name == team.name and other.id != team.id for other in work.teams.all()):
        raise Invalid({"name": ["Een ander team heet al zo."]})
    _check_known("school_ids", team.school_ids, {school.id for school in work.staff.schools()})
    users = {user.id: user for user in work.staff.users()}
    _check_known("user_ids", team.user_ids, users)
    for user_id in team.user_ids:
        if users[user_id].role not in ALLIANCE_ROLES:
            raise Invalid({"user_ids": ["In een team zitten ouderfunctionarissen en schoolcontactpersonen."]})
        check_assignable(users[user_id].role, staff_schools=0)


def _check_known(field: str, chosen: Collection[UUID], known: Collection[UUID]) -> None:
    if set(chosen) - set(known):
        raise Invalid({field: ["Kies uit de lijst."]})


def _team(work: Work, team_id: UUID) -> Team:
    team = work.teams.get(team_id)
    if team is None:
        raise NotFound
    return team


def _note(service: CasesService, work: Work, action: str, team: Team) -> None:
    note(service, work, action, (team.id, team.name), schools=len(team.school_ids), people=len(team.user_ids))
