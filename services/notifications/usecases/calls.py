"""Calling parents whom no mail reaches: whom, what to say, and how it ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifications.adapters.passages import Passage
from services.notifications.domain.calls import SETTLES, Contact, Outcome, to_tell, told_by
from services.notifications.domain.message import Message
from services.notifications.domain.people import Guardian
from services.notifications.persistence.calls import CallRow
from services.notifications.persistence.unit_of_work import Work
from services.notifications.service import NotificationsService
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal


@dataclass(frozen=True)
class Topic:
    """One thing to tell: the message that did not arrive, and its words in the parent's language and in Dutch."""

    message: Message
    passages: Sequence[Passage]


@dataclass(frozen=True)
class Call:
    """One parent to call: all that the caller needs, and who tried before. Without topics there is nothing to call about."""

    guardian: Guardian
    topics: Sequence[Topic]
    contacts: Sequence[Contact]


def list_calls(service: NotificationsService, who: Principal, page: PageRequest) -> Page[CallRow]:
    """Parents to call, who waits longest first."""
    with service.work(who.scope) as work:
        return work.calls.page(page, service.clock.now())


def read_call(service: NotificationsService, who: Principal, person_id: UUID) -> Call:
    """Raises NotFound for a parent who is not of the caller's schools."""
    with service.work(who.scope) as work:
        return _call(service, work, who, person_id)


def record(
    service: NotificationsService, who: Principal, person_id: UUID, outcome: Outcome, message_ids: Collection[UUID]
) -> Call:
    """How it ended, for these messages: what came since the page was opened is still to be told.

    Raises NotFound, and Conflict when a colleague was before: nobody calls twice.
    """
    now = service.clock.now()
    with service.work(who.scope) as work:
        guardian = _guardian(work, who, person_id)
        told = told_by(work.calls.open_of(person_id, now, to_change=True), message_ids)
        if not told:
            raise Conflict("Een collega heeft dit al gedaan.")
        contact = Contact(new_id(), guardian.school_id, guardian.case_id, person_id, outcome, now, who.user_id, who.name)
        work.calls.add(contact)
        for message in told if outcome in SETTLES else []:
            message.settle(now)
            work.save(message, now)
        return _call(service, work, who, person_id)


def _call(service: NotificationsService, work: Work, who: Principal, person_id: UUID) -> Call:
    guardian = _guardian(work, who, person_id)
    messages = to_tell(work.calls.open_of(person_id, service.clock.now()))
    templates = work.templates.published() if messages else {}
    topics = [
        Topic(each, service.renderer.passages(guardian, each.kind.facts(each.facts), templates[each.template].template))
        for each in messages
    ]
    return Call(guardian, topics, work.calls.contacts(person_id))


def _guardian(work: Work, who: Principal, person_id: UUID) -> Guardian:
    found = work.people.guardians([(school_id, person_id) for school_id in sorted(who.school_ids)])
    for guardian in found.values():
        return guardian
    raise NotFound
