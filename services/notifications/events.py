"""What `notifications` does with the events of the other services: which use case each of them calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.notifications.persistence.unit_of_work import Work
from services.notifications.usecases import asked, choices, colleagues, people, readdressed, requests
from shared import revocations
from shared.events.envelope import Event
from shared.kept_answers import forget_answers
from shared.messaging.parking import forget_about
from shared.messaging.subscription import Handler, Subscription
from shared.tenancy import NOBODY, Scope

_Apply = Callable[[Work, UUID, dict[str, Any]], None]


def _in_school(apply: _Apply) -> Handler:
    """A handler that works within the event's school."""

    def handle(session: Session, event: Event) -> None:
        if event.school_id is None:
            raise ValueError(f"{event.type} without a school")
        apply(Work.on(session, Scope.of_schools({event.school_id})), event.school_id, event.data)

    return handle


def _asks_for_mail(request: Callable[[Work, UUID, dict[str, Any], datetime], None]) -> Handler:
    """A handler that queues a mail as of the moment of the event."""

    def handle(session: Session, event: Event) -> None:
        _in_school(lambda work, school_id, data: request(work, school_id, data, event.time))(session, event)

    return handle


def _on_erased(session: Session, event: Event) -> None:
    _in_school(people.erase_case)(session, event)
    forget_about(session, [event.data["case_id"], *event.data["person_ids"]])
    if event.school_id is not None:
        forget_answers(session, event.school_id)


def _on_answered(session: Session, event: Event) -> None:
    _in_school(people.keep_answers)(session, event)
    _asks_for_mail(colleagues.tell_answer)(session, event)


def _on_invited(session: Session, event: Event) -> None:
    colleagues.invite(Work.on(session, NOBODY), event.data, event.time)


def _on_colleague(session: Session, event: Event) -> None:
    people.keep_colleague(Work.on(session, NOBODY), event.data)


SUBSCRIPTIONS = (
    Subscription("cases.colleague.changed.v1", _on_colleague),
    Subscription("cases.staff.invited.v1", _on_invited),
    Subscription("cases.digest.due.v1", _asks_for_mail(colleagues.tell_digest), stale="apply"),
    Subscription("cases.access.emergency.v1", _asks_for_mail(colleagues.tell_emergency)),
    Subscription("scheduling.choice.offered.v1", _asks_for_mail(choices.request_choice)),
    Subscription("scheduling.choice.closed.v1", _asks_for_mail(choices.close_choice)),
    Subscription("notifications.message.failed.v1", _asks_for_mail(colleagues.tell_to_call)),
    Subscription("cases.case.erased.v1", _on_erased),
    Subscription("cases.school.registered.v1", _in_school(people.keep_school)),
    Subscription("cases.staff.assigned.v1", _in_school(people.keep_staff)),
    Subscription("cases.staff.released.v1", _in_school(people.release_staff)),
    Subscription("cases.person.registered.v1", _in_school(people.keep_guardian)),
    Subscription("cases.person.changed.v1", _in_school(people.keep_guardian)),
    Subscription("scheduling.invitation.requested.v1", _asks_for_mail(requests.request_invitation)),
    Subscription("cases.parents.asked.v1", _asks_for_mail(asked.request_ask)),
    Subscription("cases.code.requested.v1", _asks_for_mail(asked.request_code)),
    Subscription("cases.person.readdressed.v1", _asks_for_mail(readdressed.tell_former_address)),
    Subscription("scheduling.appointment.answered.v1", _on_answered),
    Subscription("scheduling.appointment.moved.v1", _in_school(people.keep_answers)),
    *revocations.SUBSCRIPTIONS,
)
