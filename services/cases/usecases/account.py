"""Everybody's own account: password, code, and where they are logged in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.accounts import User, check_password
from services.cases.persistence.accounts import LiveSession
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases.attempts import counted
from services.cases.usecases.audit import note
from shared.errors import Invalid, NotFound
from shared.messaging.outbox import NewEvent
from shared.revocations import revoke
from shared.tenancy import Principal


@dataclass(frozen=True)
class OwnAccount:
    """No secret of it. `totp_required_from`: from when the alliance lets nobody in without a code."""

    user: User
    email: str
    totp_since: datetime | None
    codes_left: int
    totp_required_from: date | None
    sessions: Sequence[LiveSession]
    session_id: UUID


def read(service: CasesService, who: Principal) -> OwnAccount:
    with service.work(who.scope) as work:
        user, account = work.staff.user(who.user_id), work.accounts.of_user(who.user_id)
        if user is None or account is None:
            raise NotFound
        known = work.invitations.facts_of([who.user_id]).get(who.user_id)
        return OwnAccount(
            user=user,
            email=account.email,
            totp_since=known.totp_since if known else None,
            codes_left=work.recovery_codes.left(who.user_id),
            totp_required_from=work.alliances.own().totp_required_from,
            sessions=work.accounts.live_sessions(who.user_id, service.clock.now()),
            session_id=who.session_id,
        )


def change_password(service: CasesService, who: Principal, current: str, new: str, network_address: str) -> None:
    """Everywhere else one is logged out. Raises Invalid naming the field, and TooManyAttempts."""
    _check_new(new)
    with service.work(who.scope) as work:
        account = work.accounts.of_user(who.user_id)
    if account is None:
        raise NotFound
    subjects = counted(service, account.email, network_address)
    # Slow on purpose, so no transaction is open meanwhile.
    if not service.passwords.matches(account.password_hash, current):
        raise Invalid({"current": ["Dit wachtwoord klopt niet."]})
    password_hash = service.passwords.hash(new)
    with service.work(who.scope) as work:
        work.accounts.forgive(subjects)
        work.accounts.set(who.user_id, password_hash=password_hash)
        work.invitations.learn(who.user_id, password_set_at=service.clock.now())
        note(service, work, "password_changed")
        _end(service, work, who, work.accounts.live_sessions(who.user_id, service.clock.now()), but=who.session_id)


def end_session(service: CasesService, who: Principal, session_id: UUID) -> None:
    """Log out somewhere. Raises NotFound for one that is not one's own or has ended."""
    with service.work(who.scope) as work:
        live = work.accounts.live_sessions(who.user_id, service.clock.now())
        found = [each for each in live if each.id == session_id]
        if not found:
            raise NotFound
        _end(service, work, who, found)


def end_other_sessions(service: CasesService, who: Principal) -> None:
    """Log out everywhere but here."""
    with service.work(who.scope) as work:
        note(service, work, "sessions_ended")
        _end(service, work, who, work.accounts.live_sessions(who.user_id, service.clock.now()), but=who.session_id)


def _end(service: CasesService, work: Work, who: Principal, ending: Sequence[LiveSession], but: UUID | None = None) -> None:
    """Here at once, in the other services as soon as they hear of it."""
    now = service.clock.now()
    for each in ending:
        if each.id != but and work.accounts.end_session(each.id, now) is not None:
            revoke(work.session, each.id, each.expires_at, each.expires_at)
            ended = {"session_id": each.id, "user_id": who.user_id, "ended_at": now, "expires_at": each.expires_at}
            work.publish(NewEvent("cases.session.ended.v1", None, ended, now))


def _check_new(password: str) -> None:
    """Raises Invalid on the field that it is."""
    try:
        check_password(password)
    except Invalid as error:
        raise Invalid({"new": error.fields["password"]}) from error
