"""Letting somebody in: an administrator invites, and who is invited chooses a password, once, by a link in a mail.

The link is signed and holds ids alone; whether it still opens is a row. Forgotten passwords go the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.cases.adapters.links import InvitationLink
from services.cases.domain.accounts import User, check_password
from services.cases.domain.administration import INVITATION, NEW_PASSWORD, Invitation, expiry
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from services.cases.usecases import administration
from services.cases.usecases.administration import NewUser
from services.cases.usecases.audit import note
from shared.errors import Conflict, Gone
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.tenancy import NOBODY, Scope

_MOST_FORGOTTEN = 3
_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Invited:
    """What the page of a link shows. `chosen_before`: they have a password and want another."""

    user: User
    alliance: str
    chosen_before: bool


def invite(service: CasesService, by: Scope, new: NewUser) -> User:
    """A new account, and a mail to its owner. Raises Conflict when the address is in use."""
    with service.work(by) as work:
        user = administration.add_invited(service, work, new)
        note(service, work, "user_invited", user, role=user.role)
        _send(service, work, user, INVITATION)
        return user


def invite_again(service: CasesService, by: Scope, user_id: UUID) -> None:
    """A new link, after which older ones do not open any more. Raises NotFound, and Conflict for an account that is shut."""
    with service.work(by) as work:
        user = administration.to_change(work, user_id)
        if not user.active:
            raise Conflict("Dit account staat uit. Zet het eerst weer aan.")
        note(service, work, "user_invited", user, again=True)
        _send(service, work, user, INVITATION)


def withdraw(service: CasesService, by: Scope, user_id: UUID) -> None:
    """No link that was sent opens any more. Raises NotFound, and Conflict when none did."""
    with service.work(by) as work:
        user = administration.to_change(work, user_id)
        if not work.invitations.withdraw_all(user_id, service.clock.now()):
            raise Conflict("Er staat geen uitnodiging open.")
        note(service, work, "invitation_withdrawn", user)


def forgot(service: CasesService, email: str) -> None:
    """Whoever logs in with this address gets a link, three times an hour at most. Who has an account here, nobody learns."""
    with service.work(NOBODY) as work:
        account = work.accounts.by_email(email.lower())
    if account is None:
        return
    with service.work(Scope(actor_id=account.user_id)) as work:
        user = work.staff.user(account.user_id)
        since = service.clock.now() - _WITHIN
        if user and user.active and work.invitations.asked_since(user.id, NEW_PASSWORD, since) < _MOST_FORGOTTEN:
            note(service, work, "password_forgotten", user)
            _send(service, work, user, NEW_PASSWORD)


def look(service: CasesService, token: str) -> Invited:
    """Whom the link is for; changes nothing, as mail scanners follow links too. Raises NotFound, Gone."""
    link = service.invitation_links.read(token)
    with service.work(Scope(actor_id=link.user_id)) as work:
        _, user = _open(service, work, link)
        alliance = work.alliances.own()
        known = work.invitations.facts_of([user.id]).get(user.id)
        return Invited(user, alliance.name, known is not None and known.password_set_at is not None)


def accept(service: CasesService, token: str, password: str) -> None:
    """The password that the link's owner chose; whoever was logged in to the account is out. Raises NotFound, Gone, Invalid."""
    link = service.invitation_links.read(token)
    check_password(password)
    password_hash = service.passwords.hash(password)
    now = service.clock.now()
    with service.work(Scope(actor_id=link.user_id)) as work:
        invitation, user = _open(service, work, link)
        work.invitations.use(invitation.id, now)
        work.invitations.withdraw_all(user.id, now)
        work.accounts.set(user.id, password_hash=password_hash)
        work.invitations.learn(user.id, password_set_at=now)
        note(service, work, "password_chosen", user)
        administration.end_logins(service, work, user.id)


def _open(service: CasesService, work: Work, link: InvitationLink) -> tuple[Invitation, User]:
    invitation, user = work.invitations.get(link.invitation_id), work.staff.user(link.user_id)
    if invitation is None or user is None or not user.active:
        raise Gone
    invitation.check_open(service.clock.now())
    return invitation, user


def _send(service: CasesService, work: Work, user: User, purpose: str) -> None:
    """One link opens at a time. The mail goes to the address that somebody logs in with."""
    now, by = service.clock.now(), work.scope.actor_id
    assert by is not None
    work.invitations.withdraw_all(user.id, now)
    invitation = Invitation(new_id(), user.alliance_id, user.id, purpose, now, by, expiry(purpose, now))
    work.invitations.add(invitation)
    told = {
        "user_id": user.id,
        "name": user.name,
        "email": user.email,
        "token": service.invitation_links.token(InvitationLink(user.id, invitation.id)),
        "expires_at": invitation.expires_at,
        "purpose": purpose,
    }
    work.publish(NewEvent("cases.staff.invited.v1", None, told, now))
