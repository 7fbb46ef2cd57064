"""Logging in, staying in, and logging out.

A login elsewhere (OpenID Connect) will end in `_begin` as this one does: it proves an account in its own way, and needs no
other place to be let in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast
from uuid import UUID

from services.cases.adapters.links import EnrolmentKey
from services.cases.domain.accounts import SCHOOL_ROLES, SESSION_LIFETIME, School, User
from services.cases.persistence.accounts import Account, LiveSession
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases import attempts, second_factor
from shared.clock import today
from shared.errors import Unauthenticated
from shared.identity import TOKEN_LIFETIME
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.revocations import revoke
from shared.tenancy import NOBODY, Principal, Role, Scope

WRONG = "Dit e-mailadres en wachtwoord horen niet bij elkaar."
CODE_WANTED = "Vul ook de code uit uw app in."
ENROLMENT_WANTED = "Uw samenwerkingsverband vraagt om een code uit een app. Log in met een browser om die in te stellen."


@dataclass(frozen=True)
class Credentials:
    """What somebody typed, and the network address that they came from. `code`: from an app, if they use one."""

    email: str
    password: str
    network_address: str
    code: str | None = None
    device: str | None = None


@dataclass(frozen=True)
class Login:
    """Somebody who is in, and the token that says so. The session can be renewed until `ends_at`.

    `enrol_before`: from that day they do not come in without a code from an app, and they have none.
    """

    principal: Principal
    token: str
    ends_at: datetime
    enrol_before: date | None = None


class EnrolmentWanted(Unauthenticated):
    """The password is right, and the alliance asks for a code that is yet to be set up; `key` opens the page for that."""

    def __init__(self, key: EnrolmentKey) -> None:
        super().__init__(ENROLMENT_WANTED, extra={"enrolment_wanted": True})
        self.key = key


def log_in(service: CasesService, given: Credentials) -> Login:
    """Let somebody in who knows an account's password.

    Raises Unauthenticated, in the same words and after the same work whether or not there is such an account, and
    TooManyAttempts after too many wrong passwords for the account or from the network address. An attempt is counted as
    wrong before it is tried: a thousand guesses at once are a thousand guesses. EnrolmentWanted where a code is to be set up.
    """
    subjects = attempts.subjects_of(service, given.email, given.network_address)
    with service.work(NOBODY) as work:
        attempts.count(service, work, subjects)
        account = work.accounts.by_email(given.email.lower())
    # Slow on purpose, so no transaction is open meanwhile.
    right = service.passwords.matches(account.password_hash if account else None, given.password)
    if account is None or not right:
        raise Unauthenticated(WRONG)
    _renew_hash(service, account, given.password)
    with service.work(Scope(actor_id=account.user_id)) as work:
        user = work.staff.user(account.user_id)
        login = _enter(service, work, user, account, given) if user and user.active else None
        if login is not None or _lacks_code(account, given):
            work.accounts.forgive(subjects)
    if login is None:
        raise _refusal(account, given)
    if isinstance(login, EnrolmentKey):
        raise EnrolmentWanted(login)
    return login


def enrol_and_enter(service: CasesService, key: EnrolmentKey, code: str, device: str | None) -> tuple[Login, list[str]]:
    """In, by the first code of an app that was just set up; with the recovery codes. Raises Gone, and Invalid for a wrong one."""
    with service.work(Scope(actor_id=key.user_id)) as work:
        user = work.staff.user(key.user_id)
        if user is None or not user.active:
            raise Unauthenticated
        codes = second_factor.confirm_at_the_door(service, work, key, code)
        return _begin(service, work, user, device), codes


def renew(service: CasesService, user_id: UUID, session_id: UUID) -> Login:
    """A new token for a session that still lives, with today's schools. Raises Unauthenticated when it has ended."""
    now = service.clock.now()
    with service.work(Scope(actor_id=user_id, session_id=session_id, issued_at=now)) as work:
        user = work.staff.user(user_id)
        ends_at = work.accounts.session_end(session_id, now)
        if user is None or not user.active or ends_at is None:
            raise Unauthenticated
        return _login(service, work, user, session_id, ends_at)


def log_out(service: CasesService, who: Principal) -> None:
    """End the login: here at once, in the other services as soon as they hear of it. Twice is once."""
    now = service.clock.now()
    with service.work(Scope(actor_id=who.user_id)) as work:
        ends_at = work.accounts.end_session(who.session_id, now)
        if ends_at is None:
            return
        revoke(work.session, who.session_id, ends_at, ends_at)
        ended = {"session_id": who.session_id, "user_id": who.user_id, "ended_at": now, "expires_at": ends_at}
        work.publish(NewEvent("cases.session.ended.v1", None, ended, now))


def own_schools(service: CasesService, who: Principal) -> list[School]:
    """The schools that the caller may see, by name."""
    with service.work(who.scope) as work:
        return list(work.staff.schools())


def _enter(service: CasesService, work: Work, user: User, account: Account, given: Credentials) -> Login | EnrolmentKey | None:
    """None when the account asks for a code and this one is not good; a key where a code is to be set up first."""
    if account.totp_secret is None:
        if second_factor.required(service, work):
            return second_factor.begin_in(service, work, user.id)
        login = _begin(service, work, user, given.device)
        return replace(login, enrol_before=work.alliances.own().totp_required_from)
    if not second_factor.is_good(service, work, account, given.code or ""):
        return None
    return _begin(service, work, user, given.device)


def _begin(service: CasesService, work: Work, user: User, device: str | None) -> Login:
    session_id, now = new_id(), service.clock.now()
    ends_at = now + SESSION_LIFETIME
    work.accounts.begin_session(user.id, LiveSession(session_id, now, ends_at, device))
    work.invitations.learn(user.id, last_login_at=now)
    return _login(service, work, user, session_id, ends_at)


def _login(service: CasesService, work: Work, user: User, session_id: UUID, ends_at: datetime) -> Login:
    now = service.clock.now()
    schools = work.staff.schools_of(user.id, today(service.clock)) if user.role in SCHOOL_ROLES else frozenset()
    expires_at = min(now + TOKEN_LIFETIME, ends_at)
    principal = Principal(user.id, user.name, cast(Role, user.role), schools, session_id, now, expires_at)
    return Login(principal, service.issuer.issue(principal), ends_at)


def _lacks_code(account: Account, given: Credentials) -> bool:
    return account.totp_secret is not None and not given.code


def _refusal(account: Account, given: Credentials) -> Unauthenticated:
    """Only who knows the password learns that a code is wanted as well."""
    if _lacks_code(account, given):
        return Unauthenticated(CODE_WANTED, extra={"code_wanted": True})
    return Unauthenticated(WRONG)


def _renew_hash(service: CasesService, account: Account, password: str) -> None:
    """The one moment at which the password is known: make its hash as strong as today's are."""
    if account.password_hash is not None and service.passwords.is_outdated(account.password_hash):
        stronger = service.passwords.hash(password)
        with service.work(Scope(actor_id=account.user_id)) as work:
            work.accounts.set(account.user_id, password_hash=stronger)
