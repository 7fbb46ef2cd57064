"""Alliances, schools, users and their assignments. `by` is the scope of an administrator, whose alliance it all happens in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from services.cases.adapters import one_time_codes
from services.cases.domain.accounts import Assignment, School, User, check_assignable, check_brin, check_password
from services.cases.persistence.accounts import Account
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.identity import TOKEN_LIFETIME
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.revocations import revoke
from shared.tenancy import NOBODY, Scope

TAKEN = "Er is al iemand die met dit e-mailadres inlogt."


@dataclass(frozen=True)
class NewUser:
    """A member of staff, as entered."""

    name: str
    first_name: str
    role: str
    email: str
    password: str
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
        return _add(service, work, administrator, (user_id, alliance_id), password_hash)


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
        alliance_id = _alliance_of(work)
        there = work.at_schools([school.id])
        there.staff.save_school(alliance_id, school)
        told = {"school_id": school.id, "name": school.name, "brin": school.brin}
        there.publish(NewEvent("cases.school.registered.v1", school.id, told, service.clock.now()))
        return school


def add_user(service: CasesService, by: Scope, new: NewUser) -> User:
    """Raises Invalid for too short a password, and Conflict when the address is in use."""
    password_hash = _hashed(service, new.password)
    with service.work(by) as work:
        return _add(service, work, new, (new_id(), _alliance_of(work)), password_hash)


def assign(
    service: CasesService, by: Scope, user_id: UUID, school_id: UUID, valid_from: date, valid_until: date | None = None
) -> Assignment:
    """Let somebody work for a school between two days. Raises NotFound, Invalid."""
    if valid_until is not None and valid_until < valid_from:
        raise Invalid({"valid_until": ["Kies een dag na de eerste."]})
    with service.work(by) as work:
        user, there = _found(work, user_id, school_id)
        elsewhere = {each.school_id for each in there.staff.assignments_of(user_id) if each.covers(valid_from)} - {school_id}
        check_assignable(user.role, staff_schools=len(elsewhere))
        assignment = Assignment(school_id, user_id, user.name, user.role, valid_from, valid_until)
        there.staff.assign(assignment)
        _tell_assigned(service, there, user, assignment)
        return assignment


def release(service: CasesService, by: Scope, user_id: UUID, school_id: UUID, last_day: date) -> None:
    """From the day after `last_day` somebody no longer works for a school. Raises NotFound when they do not now."""
    with service.work(by) as work:
        _, there = _found(work, user_id, school_id)
        ended = [each for each in there.staff.assignments_of(user_id) if each.school_id == school_id and each.covers(last_day)]
        if not ended:
            raise NotFound
        for each in ended:
            there.staff.assign(Assignment(school_id, user_id, each.name, each.role, each.valid_from, last_day))
        told = {"person_id": user_id, "school_id": school_id, "valid_until": last_day}
        there.publish(NewEvent("cases.staff.released.v1", school_id, told, service.clock.now()))
        _revoke_tokens(service, there, user_id)


def deactivate(service: CasesService, by: Scope, user_id: UUID) -> None:
    """Nobody logs in with this account any more, and its tokens end now. Raises NotFound; Forbidden for one's own."""
    if user_id == by.actor_id:
        raise Forbidden("U kunt uw eigen account niet uitzetten.")
    with service.work(by) as work:
        user = work.staff.user(user_id)
        if user is None:
            raise NotFound
        work.staff.set_active(user_id, active=False)
        _tell_colleague(service, work, user, active=False)
        _revoke_tokens(service, work, user_id)


def enrol_code(service: CasesService, user_id: UUID) -> str:
    """From now on this user logs in with a code as well; gives the address for their app. Raises NotFound."""
    secret = one_time_codes.new_secret()
    with service.work(Scope(actor_id=user_id)) as work:
        account = work.accounts.of_user(user_id)
        if account is None:
            raise NotFound
        work.accounts.set(user_id, totp_secret=secret, totp_last_step=None)
    return one_time_codes.address_for_app(secret, account.email)


def _add(service: CasesService, work: Work, new: NewUser, ids: tuple[UUID, UUID], password_hash: str) -> User:
    user_id, alliance_id = ids
    if not work.accounts.add(Account(user_id, alliance_id, new.email.lower(), password_hash)):
        raise Conflict(TAKEN)
    user = User(user_id, alliance_id, new.name, new.first_name, new.role, new.email, new.phone)
    work.staff.add_user(user)
    _tell_colleague(service, work, user, active=True)
    return user


def _tell_colleague(service: CasesService, work: Work, user: User, *, active: bool) -> None:
    told = {"user_id": user.id, "name": user.name, "email": user.email, "role": user.role, "active": active}
    work.publish(NewEvent("cases.colleague.changed.v1", None, told, service.clock.now()))


def _hashed(service: CasesService, password: str) -> str:
    """Slow on purpose, so to be called with no transaction open."""
    check_password(password)
    return service.passwords.hash(password)


def _alliance_of(work: Work) -> UUID:
    """The administrator's own. Raises Forbidden for who has none."""
    account = work.accounts.of_user(work.scope.actor_id) if work.scope.actor_id else None
    if account is None:
        raise Forbidden
    return account.alliance_id


def _found(work: Work, user_id: UUID, school_id: UUID) -> tuple[User, Work]:
    """The user, and the transaction widened to all schools of the alliance."""
    user, schools = work.staff.user(user_id), [school.id for school in work.staff.schools()]
    if user is None or school_id not in schools:
        raise NotFound
    return user, work.at_schools(schools)


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
    _revoke_tokens(service, work, user.id)


def _revoke_tokens(service: CasesService, work: Work, user_id: UUID) -> None:
    """A token says which schools somebody works for: with other schools it takes a new one, which a browser gets unasked."""
    now = service.clock.now()
    expires_at = now + TOKEN_LIFETIME + timedelta(minutes=1)
    revoke(work.session, user_id, now, expires_at)
    told = {"user_id": user_id, "before": now, "expires_at": expires_at}
    work.publish(NewEvent("cases.access.revoked.v1", None, told, now))
