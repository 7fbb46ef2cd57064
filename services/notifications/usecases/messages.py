"""Looking at what was mailed, and deciding about what no rule can decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from services.notifications.domain.addresses import masked, masked_within
from services.notifications.domain.message import CAN_BE_SENT_AGAIN, Filter, Message
from services.notifications.persistence.audit import AuditEntry
from services.notifications.persistence.messages import AttemptRow, Listed
from services.notifications.persistence.unit_of_work import Work
from services.notifications.service import NotificationsService
from services.notifications.usecases.ports import Copy
from shared.errors import Conflict
from shared.pagination import MAX_LIMIT, Page, PageRequest
from shared.tenancy import Principal

_Told = TypeVar("_Told", Message, AttemptRow)


@dataclass(frozen=True)
class MessageView:
    """A message as this reader may see it."""

    message: Message
    school_name: str
    person_name: str
    recipient: str | None


@dataclass(frozen=True)
class MessageLife:
    """One message with all that happened to it; `copy` is what the parent got, its secret link cut out."""

    view: MessageView
    tries: Sequence[AttemptRow]
    copy: Copy | None
    can_be_sent_again: bool
    may_decide: bool
    decisions: Sequence[AuditEntry]


def list_messages(service: NotificationsService, who: Principal, wanted: Filter, page: PageRequest) -> Page[MessageView]:
    """Newest first. Raises Invalid for a cursor that is not ours."""
    with service.work(who.scope) as work:
        return work.messages.page(wanted, page).map(lambda row: _view(who, row))


def read_message(service: NotificationsService, who: Principal, message_id: UUID) -> MessageLife:
    """Raises NotFound."""
    with service.work(who.scope) as work:
        return _life(service, work, who, message_id)


def schools(service: NotificationsService, who: Principal) -> list[tuple[UUID, str]]:
    """The caller's schools, to choose from."""
    with service.work(who.scope) as work:
        return work.messages.schools()


def send_again(service: NotificationsService, who: Principal, message_id: UUID) -> MessageLife:
    """Queue it anew: somebody repaired what was wrong. Raises NotFound, Conflict."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        message = work.messages.get(message_id, to_change=True)
        if message.status not in CAN_BE_SENT_AGAIN:
            raise Conflict("Dit bericht kan niet opnieuw worden verstuurd.")
        if message.is_too_late(now):
            raise Conflict("De afspraak is al geweest. Dit bericht versturen heeft geen zin meer.")
        message.send_again()
        work.save(message, now)
        work.audit.note(who, message.school_id, "message.sent_again", message.id, now)
        work.queue.put(message, now)
        work.queue.ring()
        return _life(service, work, who, message_id)


def confirm_arrival(service: NotificationsService, who: Principal, message_id: UUID) -> MessageLife:
    """A person found out that an uncertain mail arrived. Raises NotFound, Conflict."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        message = work.messages.get(message_id, to_change=True)
        if message.status != "uncertain":
            raise Conflict("Van dit bericht is al bekend wat ermee gebeurd is.")
        message.has_arrived(now)
        work.save(message, now)
        work.audit.note(who, message.school_id, "message.arrived", message.id, now)
        return _life(service, work, who, message_id)


def _life(service: NotificationsService, work: Work, who: Principal, message_id: UUID) -> MessageLife:
    row = work.messages.listed(message_id)
    message = row.message
    again = message.status in CAN_BE_SENT_AGAIN and not message.is_too_late(service.clock.now())
    tries = [each if _reads_addresses(who) else _veiled(each) for each in work.messages.attempts(message)]
    copy = work.messages.copy(message)
    decisions = work.audit.page(PageRequest(MAX_LIMIT), str(message.id)).items
    return MessageLife(_view(who, row), tries, copy, again, _may_decide(who), decisions)


def _may_decide(who: Principal) -> bool:
    return who.role in ("liaison", "team_member")


def _view(who: Principal, row: Listed) -> MessageView:
    """Only the liaison, who writes to the parents, reads their address; to others it is enough to recognise it.

    An administrator sees mail to colleagues alone, whose addresses they keep.
    """
    address = row.message.recipient or row.message.former_address or row.email
    if _reads_addresses(who):
        return MessageView(row.message, row.school_name, row.person_name, address)
    return MessageView(_veiled(row.message), row.school_name, row.person_name, address and masked(address))


def _reads_addresses(who: Principal) -> bool:
    return who.role in ("liaison", "administrator")


def _veiled(told: _Told) -> _Told:
    """Mail servers repeat the address in what they answer."""
    return replace(told, answer=told.answer and masked_within(told.answer))
