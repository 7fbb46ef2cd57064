"""Alliances, schools, users and their assignments. `by` is the scope of an administrator, whose alliance it all happens in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.cases.adapters import one_time_codes
from services.cases.domain import administration as rules
from services.cases.domain.accounts import Assignment, School, User, check_assignable, check_brin, check_password
from services.cases.persistence.accounts import Account
from services.cases.persistence.invitations import Facts
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases.audit import note
from shared.clock import today
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from shared.identity import TOKEN_LIFETIME
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.revocations import revoke
from shared.tenancy import NOBODY, Scope

TAKEN = "Er is al iemand die met dit e-mailadres inlogt."


@dataclass(frozen=True)
class NewUser:
    """A member of staff, as entered. Without a password they choose one themselves, by invitation."""

    name: str
    first_name: str
    role: str
    email: str
    password: str | None = None
    phone: str | None = None


def found_alliance(service: CasesService, name: str, administrator: NewUser) -> User:
    """A new alliance with its first administrator, who makes themself: nobody stands above an alliance.

    Raises Invalid, and Conflict when the address is in use.
    """
    alliance_id, user_id = new_id(), new_id()
    by = Scope(audience="administration", actor_id=user_id)
    password_hash = _hashed(service, administrator.password)
    with service.work(by) as work:
        work.staff.add_alliance(alliance_id, name)
        user = _add(service, work, administrator, (user_id, alliance_id), password_hash)
        note(service, work, "alliance_founded", (alliance_id, name))
        return user


def administrator(service: CasesService, email: str) -> Scope:
    """The scope of the administrator with this address, for an operator who works on their behalf. Raises NotFound."""
    with service.work(NOBODY) as work:
        account = work.accounts.by_email(email.lower())
    if account is None:
        raise NotFound
    by = Scope(audience="administration", actor_id=account.user_id)
    with service.work(by) as work:
        user = work.staff.user(account.user_id)
    if user is None or user.role != "administrator" or not user.active:
        raise NotFound
    return by


def register_school(service: CasesService, by: Scope, name: str, brin: str | None = None) -> School:
    """Raises Invalid for a BRIN that is none, or that another school of the alliance has."""
    school = School(new_id(), name, check_brin(brin))
    with service.work(by) as work:
        if school.brin and any(other.brin == school.brin for other in work.staff.schools()):
            raise Invalid({"brin": ["Een andere school heeft deze BRIN al."]})
        note(service, work, "school_registered", school, brin=school.brin)
        save_school(service, work, school)
        return school


def add_user(service: CasesService, by: Scope, new: NewUser) -> User:
    """Raises Invalid for too short a password, and Conflict when the address is in use."""
    password_hash = _hashed(service, new.password)
    with service.work(by) as work:
        user = _add(service, work, new, (new_id(), alliance_of(work)), password_hash)
        note(service, work, "user_added", user, role=user.role)
        return user


def assign(
    service: CasesService, by: Scope, user_id: UUID, school_id: UUID, valid_from: date, valid_until: date | None = None
) -> Assignment:
    """Let somebody work for a school between two days. Raises NotFound, Invalid."""
    if valid_until is not None and valid_until < valid_from:
        raise Invalid({"valid_until": ["Kies een dag na de eerste."]})
    with service.work(by) as work:
        user, there = _found(work, user_id, school_id)
        school = _taking_part(there, user, school_id, valid_from)
        elsewhere = {each.school_id for each in there.staff.assignments_of(user_id) if each.covers(valid_from)} - {school_id}
        check_assignable(user.role, staff_schools=len(elsewhere))
        assignment = Assignment(school_id, user_id, user.name, user.role, valid_from, valid_until)
        there.staff.assign(assignment)
        note(service, there, "user_assigned", user, school=school.name, valid_from=valid_from, valid_until=valid_until)
        _tell_assigned(service, there, user, assignment)
        revoke_tokens(service, there, user_id)
        return assignment


def release(service: CasesService, by: Scope, user_id: UUID, school_id: UUID, last_day: date) -> None:
    """From the day after `last_day` somebody no longer works for a school. Raises NotFound when they do not now."""
    with service.work(by) as work:
        user, there = _found(work, user_id, school_id)
        ended = [each for each in there.staff.assignments_of(user_id) if each.school_id == school_id and each.covers(last_day)]
        if not ended:
            raise NotFound
        school = there.staff.school(school_id)
        note(service, there, "assignment_ended", user, school=school.name if school else "", valid_until=last_day)
        end_assignments(service, there, ended, last_day)
        revoke_tokens(service, there, user_id)


def deactivate(service: CasesService, by: Scope, user_id: UUID) -> None:
    """Nobody logs in with this account any more, its tokens end now, and today is its last day at every school.

    Raises NotFound; Forbidden for one's own; Conflict for the last administrator.
    """
    if user_id == by.actor_id:
        raise Forbidden("U kunt uw eigen account niet uitzetten.")
    with service.work(by) as work:
        user = to_change(work, user_id)
        _check_leaves_an_administrator(work, user)
        shut = replace(user, active=False, version=user.version + 1)
        work.staff.save_user(shut)
        _tell_colleague(service, work, shut)
        work.invitations.withdraw_all(user_id, service.clock.now())
        note(service, work, "user_deactivated", user)
        there = work.at_schools(school.id for school in work.staff.schools())
        end_assignments(service, there, there.staff.assignments_of(user_id), today(service.clock))
        end_logins(service, work, user_id)


def reactivate(service: CasesService, by: Scope, user_id: UUID) -> None:
    """The account opens again, with the password that it had and without schools. Raises NotFound."""
    with service.work(by) as work:
        user = to_change(work, user_id)
        if not user.active:
            again = replace(user, active=True, version=user.version + 1)
            work.staff.save_user(again)
            _tell_colleague(service, work, again)
            note(service, work, "user_reactivated", user)


def change_user(
    service: CasesService, by: Scope, user_id: UUID, values: Mapping[str, Any], expected_version: int | None = None
) -> User:
    """Another name, phone number or role; what somebody logs in with stays. Raises NotFound, Stale and Conflict."""
    with service.work(by) as work:
        user = to_change(work, user_id)
        if expected_version not in (None, user.version):
            raise Stale
        changed = replace(user, **values, version=user.version + 1)
        there = work.at_schools(school.id for school in work.staff.schools())
        assignments = there.staff.assignments_of(user_id)
        if changed.role != user.role:
            _check_leaves_an_administrator(work, user)
            rules.check_role_can_change(assignments, today(service.clock))
            revoke_tokens(service, work, user_id)
        there.staff.save_user(changed)
        _tell_colleague(service, there, changed)
        note(service, there, "user_changed", changed, fields=sorted(values), role=changed.role)
        for each in assignments:
            if not each.over(today(service.clock)):
                renamed = replace(each, name=changed.name)
                there.staff.assign(renamed)
                _tell_assigned(service, there, changed, renamed)
        return changed


def enrol_code(service: CasesService, user_id: UUID) -> str:
    """From now on this user logs in with a code as well; gives the address for their app. Raises NotFound."""
    secret = one_time_codes.new_secret()
    with service.work(Scope(actor_id=user_id)) as work:
        account = work.accounts.of_user(user_id)
        if account is None:
            raise NotFound
        work.accounts.set(user_id, totp_secret=service.seal.close(user_id, secret), totp_last_step=None)
        work.invitations.learn(user_id, totp_since=service.clock.now())
        note(service, work, "totp_enrolled")
    return one_time_codes.address_for_app(secret, account.email)


def add_invited(service: CasesService, work: Work, new: NewUser) -> User:
    """An account that nobody can log in to until its owner chooses a password. Raises Conflict."""
    return _add(service, work, new, (new_id(), alliance_of(work)), None)


def alliance_of(work: Work) -> UUID:
    """The caller's own. Raises Forbidden for who has none."""
    account = work.accounts.of_user(work.scope.actor_id) if work.scope.actor_id else None
    if account is None:
        raise Forbidden
    return account.alliance_id


def to_change(work: Work, user_id: UUID) -> User:
    """Somebody of the administrator's alliance, locked. Raises NotFound."""
    user = work.staff.user(user_id, to_change=True)
    if user is None:
        raise NotFound
    return user


def save_school(service: CasesService, work: Work, school: School) -> None:
    """A school as it is from now on; the other services hear its name."""
    alliance_id, there = alliance_of(work), work.at_schools([school.id])
    there.staff.save_school(alliance_id, school)
    told = {"school_id": school.id, "name": school.name, "brin": school.brin}
    there.publish(NewEvent("cases.school.registered.v1", school.id, told, service.clock.now()))


def end_assignments(service: CasesService, there: Work, assignments: list[Assignment], last_day: date) -> None:
    """Those that are not over by then end on that day; `there`: at their schools."""
    ending = [found for each in assignments if (found := rules.ended(each, last_day)) is not None]
    for each in ending:
        there.staff.assign(each)
        told = {"person_id": each.user_id, "school_id": each.school_id, "valid_until": each.valid_until}
        there.publish(NewEvent("cases.staff.released.v1", each.school_id, told, service.clock.now()))


def revoke_tokens(service: CasesService, work: Work, user_id: UUID) -> None:
    """A token says which schools somebody works for: with other schools it takes a new one, which a browser gets unasked."""
    now = service.clock.now()
    expires_at = now + TOKEN_LIFETIME + timedelta(minutes=1)
    revoke(work.session, user_id, now, expires_at)
    told = {"user_id": user_id, "before": now, "expires_at": expires_at}
    work.publish(NewEvent("cases.access.revoked.v1", None, told, now))


def end_logins(service: CasesService, work: Work, user_id: UUID, but: UUID | None = None) -> None:
    """All of somebody's sessions end, `but` one, and no browser gets a new token unasked.

    The last thing in a transaction: it goes on as that user.
    """
    mine = work.as_user(user_id)
    mine.accounts.end_sessions(user_id, service.clock.now(), but)
    revoke_tokens(service, mine, user_id)


def _add(service: CasesService, work: Work, new: NewUser, ids: tuple[UUID, UUID], password_hash: str | None) -> User:
    user_id, alliance_id = ids
    if not work.accounts.add(Account(user_id, alliance_id, new.email.lower(), password_hash)):
        raise Conflict(TAKEN)
    user = User(user_id, alliance_id, new.name, new.first_name, new.role, new.email, new.phone)
    work.staff.add_user(user)
    now = service.clock.now()
    work.invitations.know(Facts(user_id, alliance_id, now, now if password_hash else None))
    _tell_colleague(service, work, user)
    return user


def _tell_colleague(service: CasesService, work: Work, user: User) -> None:
    told = {"user_id": user.id, "name": user.name, "email": user.email, "role": user.role, "active": user.active}
    work.publish(NewEvent("cases.colleague.changed.v1", None, told, service.clock.now()))


def _hashed(service: CasesService, password: str | None) -> str:
    """Slow on purpose, so to be called with no transaction open."""
    check_password(password or "")
    return service.passwords.hash(password or "")


def _found(work: Work, user_id: UUID, school_id: UUID) -> tuple[User, Work]:
    """The user, and the transaction widened to all schools of the alliance."""
    user, schools = work.staff.user(user_id), [school.id for school in work.staff.schools()]
    if user is None or school_id not in schools:
        raise NotFound
    return user, work.at_schools(schools)


def _taking_part(work: Work, user: User, school_id: UUID, on: date) -> School:
    """Raises Conflict for an account that is shut, and for a school that has stopped by then."""
    school = work.staff.school(school_id)
    if not user.active:
        raise Conflict("Dit account staat uit. Zet het eerst weer aan.")
    if school is None or school.stopped(on):
        raise Conflict("Deze school doet dan niet meer mee.")
    return school


def _check_leaves_an_administrator(work: Work, user: User) -> None:
    if user.role == "administrator" and user.active:
        rules.check_leaves_an_administrator(work.staff.administrators(), user.id)


def _tell_assigned(service: CasesService, work: Work, user: User, assignment: Assignment) -> None:
    told = {
        "person_id": user.id,
        "school_id": assignment.school_id,
        "name": user.name,
        "first_name": user.first_name,
        "role": assignment.role,
        "email": user.email,
        "phone": user.phone,
        "valid_from": assignment.valid_from,
        "valid_until": assignment.valid_until,
    }
    work.publish(NewEvent("cases.staff.assigned.v1", assignment.school_id, told, service.clock.now()))
