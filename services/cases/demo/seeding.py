"""Makes the demo through the use cases, each thing at its own moment in the past weeks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.cases.demo import klimop, oase, regenboog
from services.cases.demo.accounts import ACCOUNTS, ALLIANCE, SCHOOLS, DemoAccount
from services.cases.demo.family import Family
from services.cases.demo.life import LIVES, Leave, Living
from services.cases.demo.looking_back import HALFWAY, look_back
from services.cases.demo.office import furnish
from services.cases.demo.partnership import PARTNERSHIPS, Both
from services.cases.demo.together import Together
from services.cases.domain.case import Address, Child
from services.cases.domain.phases import PAUSED, road_of
from services.cases.service import CasesService
from services.cases.usecases import administration, cases, insights, session, texts
from services.cases.usecases.administration import NewUser
from services.cases.usecases.cases import Move, NewCase, NewGuardian
from services.cases.usecases.session import Credentials
from services.cases.usecases.texts import NewStatement, NewStory
from shared.clock import FixedClock, day_of
from shared.database import Database
from shared.ids import new_id
from shared.tenancy import Principal, Scope

FAMILIES = (*regenboog.FAMILIES, *klimop.FAMILIES, *oase.FAMILIES)
_FIRST_DAY = date(2025, 8, 1)


@dataclass
class DemoCases:
    """The ids of what was made, by name: schools, users by the first part of their address, cases by their key."""

    schools: dict[str, UUID] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)
    cases: dict[str, UUID] = field(default_factory=dict)
    school_of: dict[str, UUID] = field(default_factory=dict)
    guardians: dict[str, list[UUID]] = field(default_factory=dict)
    principals: dict[str, Principal] = field(default_factory=dict)

    def liaison_of(self, case: str) -> Principal:
        """Who accompanies this case."""
        return next(who for who in self.principals.values() if who.role == "liaison" and self.school_of[case] in who.school_ids)


def seed(service: CasesService, clock: FixedClock) -> DemoCases:
    """The alliance, its schools, the eight accounts and the families. `clock` stands at the demo's today, and does so after.

    Whoever seeds the other services may act as one of `principals`.
    """
    now = clock.now()
    service = replace(service, clock=clock)
    made = DemoCases()
    clock.set(now - timedelta(days=300))
    _people(service, made)
    for family in sorted(FAMILIES, key=lambda each: -each.days_ago):
        _Story(service, clock, made, family, now).tell()
    _leave(service, clock, made, now - timedelta(days=66))
    clock.set(now)
    furnish(service, Scope(audience="administration", actor_id=made.users["beheer"]), made.schools, made.users)
    made.principals = {account.key: _log_in(service, account) for account in ACCOUNTS}
    _count(service)
    return made


def _count(service: CasesService) -> None:
    """The figures, which the worker would count in five minutes."""
    database = Database(service.config.worker_database_url, pool_size=1)
    insights.count_all(database, service.clock)
    database.dispose()


def _people(service: CasesService, made: DemoCases) -> None:
    administrator = next(account for account in ACCOUNTS if account.role == "administrator")
    founder = administration.found_alliance(service, ALLIANCE, _new_user(administrator))
    made.users[administrator.key] = founder.id
    by = Scope(audience="administration", actor_id=founder.id)
    for name, brin in SCHOOLS.items():
        made.schools[name] = administration.register_school(service, by, name, brin).id
    for account in ACCOUNTS:
        if account is not administrator:
            made.users[account.key] = administration.add_user(service, by, _new_user(account)).id
        for school in account.schools:
            administration.assign(service, by, made.users[account.key], made.schools[school], _FIRST_DAY)
    made.principals = {account.key: _acting(service, account, made) for account in ACCOUNTS}


def _leave(service: CasesService, clock: FixedClock, made: DemoCases, away: datetime) -> None:
    """Who accompanies De Klimop was away for two weeks."""
    by = Scope(audience="administration", actor_id=made.users["beheer"])
    leave = Leave(service, clock, by, made.principals["ouderfunctionaris"], made.principals["collega"])
    leave.spend(made.schools["De Klimop"], away, made.cases["julia"], made.cases["finn"])


def _new_user(account: DemoAccount) -> NewUser:
    return NewUser(account.name, account.first_name, account.role, account.email, account.password, account.phone)


def _acting(service: CasesService, account: DemoAccount, made: DemoCases) -> Principal:
    """Somebody at work before anybody could log in."""
    schools = frozenset(made.schools[name] for name in account.schools)
    now = service.clock.now()
    role: Any = account.role
    return Principal(made.users[account.key], account.name, role, schools, new_id(), now, now + timedelta(days=400))


def _log_in(service: CasesService, account: DemoAccount) -> Principal:
    return session.log_in(service, Credentials(account.email, account.password, "demo")).principal


@dataclass
class _Story:
    """One family's road from the first word to where it stands today."""

    service: CasesService
    clock: FixedClock
    made: DemoCases
    family: Family
    now: datetime

    def tell(self) -> None:
        family = self.family
        opened_at = self._working_hour(family.days_ago, 9)
        self.clock.set(opened_at)
        who = self._school()
        dossier = cases.open_case(self.service, who, self._entered())
        case_id = dossier.case.id
        self.made.cases[family.key] = case_id
        self.made.school_of[family.key] = dossier.case.school_id
        self.made.guardians[family.key] = [guardian.id for guardian in dossier.case.guardians]
        self._walk(case_id, dossier.case.guardians[0].id if dossier.case.guardians else None)

    def _walk(self, case_id: UUID, told_by: UUID | None) -> None:
        """Through the phases, spread over the days that there were; a pause interrupts the second."""
        road = road_of("family" if self.family.child else "coaching", self.family.phase)
        passed = road[1 : road.index(self.family.phase) + 1] if self.family.phase != PAUSED else (road[1], PAUSED)
        days = self.family.days_ago
        for number, phase in enumerate(passed, start=1):
            self.clock.set(self._working_hour(max(days - number * max(days // (len(passed) + 1), 1), 0), 10 + number % 5))
            if phase != "getting_acquainted":
                self._write(case_id, told_by, phase)
            resumes = self.family.resumes_in if phase == PAUSED else None
            resume_on = day_of(self.now) + timedelta(days=resumes) if resumes else None
            move = Move(phase, self.family.phase_reason, resume_on)
            cases.move_case(self.service, self._liaison(), case_id, move)
        self.clock.set(self._working_hour(min(days, 3), 13))
        self._work_on(case_id)

    def _work_on(self, case_id: UUID) -> None:
        """What goes on in the phase in which it is now."""
        both = self._together(case_id)
        work = {"formulating": both.expect, "agreeing": both.agree, "evaluating": both.look_back}.get(self.family.phase)
        if work:
            work()
        if self.family.phase not in ("evaluating", "closed"):
            self._look_back(case_id)
        both.spend_time()
        if self.family.key in LIVES and self.family.phase != "closed":
            Living(self.service, self._school(), self._liaison(), case_id).live(LIVES[self.family.key])

    def _look_back(self, case_id: UUID) -> None:
        """Half-way: before the agreements are evaluated, or now."""
        if self.family.key in HALFWAY:
            look_back(self.service, self._school(), self._liaison(), case_id, HALFWAY[self.family.key])

    def _together(self, case_id: UUID) -> Together:
        both = PARTNERSHIPS.get(self.family.key, Both(()))
        return Together(self.service, self.clock, both, self._school(), self._liaison(), case_id)

    def _write(self, case_id: UUID, told_by: UUID | None, phase: str) -> None:
        """What was written before this phase began."""
        family, liaison = self.family, self._liaison()
        if phase in ("formulating", PAUSED) and family.story:
            texts.write_story(self.service, liaison, case_id, NewStory(family.story, family.shared, told_by))
            readers = ("parents", "school", "liaison", "team") if family.shared else ("parents", "liaison")
            for wish in family.wishes:
                texts.state(self.service, liaison, case_id, NewStatement("wish", wish, readers=readers))
        work = {"agreeing": Together.expect, "evaluating": Together.agree, "closed": Together.look_back}.get(phase)
        if work:
            work(self._together(case_id))
        if phase == "evaluating":
            self._look_back(case_id)
        if phase == "agreeing":
            for of, text in family.strengths:
                who = self._school() if of == "school" else liaison
                texts.state(self.service, who, case_id, NewStatement("strength", text, of))
            for goal in family.goals:
                texts.state(self.service, liaison, case_id, NewStatement("goal", goal))

    def _entered(self) -> NewCase:
        family = self.family
        return NewCase(
            school_id=self.made.schools[family.school],
            reason=family.reason,
            planned_end_on=day_of(self.now) + timedelta(days=family.ends_in),
            child=Child(*family.child) if family.child else None,
            coaching_of=family.coaching_of,
            external_reference=family.external_reference,
            guardians=[_guardian(each) for each in family.parents],
        )

    def _school(self) -> Principal:
        return self._of_role("school_staff")

    def _liaison(self) -> Principal:
        return self._of_role("liaison")

    def _of_role(self, role: str) -> Principal:
        school = self.made.schools[self.family.school]
        return next(who for who in self.made.principals.values() if who.role == role and school in who.school_ids)

    def _working_hour(self, days_ago: int, hour: int) -> datetime:
        """That many days ago, not in a weekend, never later than now."""
        day = self.now - timedelta(days=days_ago)
        day -= timedelta(days=max(0, day.weekday() - 4))
        return min(day.replace(hour=hour, minute=7 * (days_ago % 8), second=0, microsecond=0), self.now)


def _guardian(known: dict[str, Any]) -> NewGuardian:
    """Phone numbers as the API keeps them."""
    values = {name: value for name, value in known.items() if name != "address"}
    if values.get("phone"):
        values["phone"] = "+31" + str(values["phone"]).removeprefix("0")
    return NewGuardian(values, Address(**known["address"]) if "address" in known else None)
