"""A code from an app beside the password: setting it up, checking it, losing the phone.

A secret that was shown is pending until a code made with it comes back; only then does a login ask for codes. Both are kept
sealed (`adapters/seal.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.cases.adapters import one_time_codes
from services.cases.adapters.links import EnrolmentKey
from services.cases.adapters.seal import Broken
from services.cases.persistence.accounts import Account
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases import administration
from services.cases.usecases.attempts import counted, forgive
from services.cases.usecases.audit import note
from shared.clock import today
from shared.errors import Conflict, Gone, Invalid, NotFound
from shared.ids import new_id
from shared.tenancy import Principal, Scope

_log = structlog.get_logger(__name__)
_PENDING_FOR = timedelta(minutes=15)
WRONG_CODE = "Deze code klopt niet. Wacht op een nieuwe en probeer het nog eens."


@dataclass(frozen=True)
class Enrolment:
    """What an app needs to know: the secret, and the address that a QR code holds."""

    secret: str
    address: str
    until: datetime


def begin(service: CasesService, who: Principal) -> Enrolment:
    """A fresh secret to show. Raises Conflict when an app is in use already."""
    with service.work(who.scope) as work:
        account = _account(work, who.user_id)
        if account.totp_secret is not None:
            raise Conflict("U gebruikt al een code uit een app. Zet die eerst uit.")
        begin_in(service, work, who.user_id)
        return _shown(service, _account(work, who.user_id))


def begin_in(service: CasesService, work: Work, user_id: UUID) -> EnrolmentKey:
    """The same in a transaction that is open, for somebody who is at the door: the key opens the page that shows the secret."""
    key, until = EnrolmentKey(user_id, new_id()), service.clock.now() + _PENDING_FOR
    sealed = service.seal.close(user_id, one_time_codes.new_secret())
    work.accounts.set(user_id, totp_pending=sealed, totp_pending_id=key.pending_id, totp_pending_until=until)
    return key


def pending(service: CasesService, who: Principal) -> Enrolment | None:
    """What was begun and not confirmed."""
    with service.work(who.scope) as work:
        account = _account(work, who.user_id)
        return _shown(service, account) if _is_pending(service, account) else None


def pending_at_the_door(service: CasesService, key: EnrolmentKey) -> Enrolment:
    """For who just proved their password. Raises Gone when that is too long ago."""
    with service.work(Scope(actor_id=key.user_id)) as work:
        return _shown(service, _at_the_door(service, work, key))


def confirm(service: CasesService, who: Principal, code: str) -> list[str]:
    """From now on a login asks for codes; gives the recovery codes, this once. Raises Gone, and Invalid for a wrong code."""
    with service.work(who.scope) as work:
        account = _account(work, who.user_id)
        if not _is_pending(service, account):
            raise Gone("Dit duurde te lang. Begin opnieuw.")
        return confirm_in(service, work, account, code)


def confirm_at_the_door(service: CasesService, work: Work, key: EnrolmentKey, code: str) -> list[str]:
    """The same, in the transaction in which a login begins."""
    return confirm_in(service, work, _at_the_door(service, work, key), code)


def confirm_in(service: CasesService, work: Work, account: Account, code: str) -> list[str]:
    now, sealed = service.clock.now(), account.totp_pending
    step = _step_of(service, account.user_id, sealed, code)
    if step is None:
        raise Invalid({"code": [WRONG_CODE]})
    nothing = {"totp_pending": None, "totp_pending_id": None, "totp_pending_until": None}
    work.accounts.set(account.user_id, totp_secret=sealed, totp_last_step=step, **nothing)
    work.invitations.learn(account.user_id, totp_since=now)
    note(service, work, "totp_enrolled")
    return _new_codes(service, work, account.user_id)


def end(service: CasesService, who: Principal, code: str, network_address: str) -> None:
    """From now on the password alone. Raises Invalid for a wrong code, and Conflict where the alliance asks for codes."""
    with service.work(who.scope) as work:
        required_from = work.alliances.own().totp_required_from
    if required_from is not None:
        raise Conflict("Uw samenwerkingsverband vraagt om een code. U kunt hem niet uitzetten.")
    account = _proved(service, who, code, network_address)
    with service.work(who.scope) as work:
        take_away(work, account.user_id)
        note(service, work, "totp_ended")


def renew_codes(service: CasesService, who: Principal, code: str, network_address: str) -> list[str]:
    """Ten new recovery codes; the old ones are worth nothing any more. Raises Invalid for a wrong code."""
    account = _proved(service, who, code, network_address)
    with service.work(who.scope) as work:
        note(service, work, "recovery_codes_renewed")
        return _new_codes(service, work, account.user_id)


def reset(service: CasesService, by: Scope, user_id: UUID) -> None:
    """For a colleague who lost phone and recovery codes: the password alone lets them in, and whoever was in is out.

    Raises NotFound, and Conflict when they use no app.
    """
    with service.work(by) as work:
        user = administration.to_change(work, user_id)
        known = work.invitations.facts_of([user_id]).get(user_id)
        if known is None or known.totp_since is None:
            raise Conflict("Deze persoon gebruikt geen code uit een app.")
        note(service, work, "totp_reset", user)
        take_away(work.as_user(user_id), user_id)
        administration.end_logins(service, work, user_id)


def take_away(work: Work, user_id: UUID) -> None:
    """The secret, and the recovery codes with it."""
    work.accounts.set(user_id, totp_secret=None, totp_last_step=None, totp_pending=None, totp_pending_id=None)
    work.recovery_codes.replace(user_id, (), at=None)
    work.invitations.learn(user_id, totp_since=None)


def is_good(service: CasesService, work: Work, account: Account, code: str) -> bool:
    """A code of the app that was not used, or a recovery code that was not; it is used now."""
    now = service.clock.now()
    step = _step_of(service, account.user_id, account.totp_secret, code)
    if step is not None:
        reseal(service, work, account)
        return work.accounts.use_code(account.user_id, step)
    used = work.recovery_codes.use(account.user_id, service.recovery_codes.hash(account.user_id, code), now)
    if used:
        note(service, work, "recovery_code_used")
    return used


def reseal(service: CasesService, work: Work, account: Account) -> bool:
    """What was kept open, or sealed with an older key, is sealed with today's. Raises Broken."""
    kept = account.totp_secret
    if kept is None or service.seal.is_of_today(account.user_id, kept):
        return False
    secret = service.seal.open(account.user_id, kept)
    work.accounts.set(account.user_id, totp_secret=service.seal.close(account.user_id, secret))
    return True


def reseal_all(service: CasesService, by: Scope) -> tuple[int, int]:
    """Of everybody in the alliance; gives how many were sealed anew, and how many no key of the service's opens."""
    with service.work(by) as work:
        user_ids = [user.id for user in work.staff.users()]
    done = broken = 0
    for user_id in user_ids:
        with service.work(Scope(actor_id=user_id)) as work:
            try:
                done += reseal(service, work, _account(work, user_id))
            except Broken:
                broken += 1
    return done, broken


def required(service: CasesService, work: Work) -> bool:
    """The alliance lets nobody in by password alone any more."""
    first = work.alliances.own().totp_required_from
    return first is not None and first <= today(service.clock)


def _proved(service: CasesService, who: Principal, code: str, network_address: str) -> Account:
    """Guesses are counted as they are at the door."""
    with service.work(who.scope) as work:
        account = _account(work, who.user_id)
    subjects = counted(service, account.email, network_address)
    with service.work(who.scope) as work:
        if account.totp_secret is None or not is_good(service, work, account, code):
            raise Invalid({"code": [WRONG_CODE]})
        forgive(work, subjects)
    return account


def _new_codes(service: CasesService, work: Work, user_id: UUID) -> list[str]:
    codes = service.recovery_codes.new()
    work.recovery_codes.replace(user_id, [service.recovery_codes.hash(user_id, each) for each in codes], service.clock.now())
    return codes


def _is_pending(service: CasesService, account: Account) -> bool:
    until = account.totp_pending_until
    return account.totp_pending is not None and until is not None and service.clock.now() < until


def _at_the_door(service: CasesService, work: Work, key: EnrolmentKey) -> Account:
    account = work.accounts.of_user(key.user_id)
    if account is None or account.totp_pending_id != key.pending_id or not _is_pending(service, account):
        raise Gone("Dit duurde te lang. Log opnieuw in.")
    return account


def _step_of(service: CasesService, user_id: UUID, kept: str | None, code: str) -> int | None:
    """With a secret that cannot be read no code is right; whoever runs the service is to know."""
    if kept is None:
        return None
    try:
        return one_time_codes.step_of(service.seal.open(user_id, kept), code, service.clock.now())
    except Broken:
        _log.error("a sealed secret does not open: has SECRET_KEY changed without OLD_SECRET_KEY?")
        return None


def _shown(service: CasesService, account: Account) -> Enrolment:
    """Raises Gone when it cannot be read any more."""
    sealed, until = account.totp_pending, account.totp_pending_until
    assert sealed is not None
    assert until is not None
    try:
        secret = service.seal.open(account.user_id, sealed)
    except Broken as error:
        raise Gone("Dit duurde te lang. Begin opnieuw.") from error
    return Enrolment(secret, one_time_codes.address_for_app(secret, account.email), until)


def _account(work: Work, user_id: UUID) -> Account:
    account = work.accounts.of_user(user_id)
    if account is None:
        raise NotFound
    return account
