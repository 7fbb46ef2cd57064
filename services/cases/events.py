"""What `cases` does with the events of the other services: which use case each of them calls."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from services.cases.persistence.unit_of_work import Work
from services.cases.usecases.erasure import erase
from services.cases.usecases.planning import keep_appointment, keep_delivery, keep_reply_link
from shared.events.envelope import Event
from shared.kept_answers import forget_answers
from shared.messaging.parking import forget_about
from shared.messaging.subscription import Subscription
from shared.tenancy import Scope


def _opened(session: Session, event: Event) -> tuple[Work, UUID]:
    if event.school_id is None:
        raise ValueError(f"{event.type} without a school")
    return Work.on(session, Scope.of_schools({event.school_id})), event.school_id


def _on_appointment(session: Session, event: Event) -> None:
    work, school_id = _opened(session, event)
    keep_appointment(work, school_id, event.type.split(".")[2], event.data, event.time)


def _on_invitation(session: Session, event: Event) -> None:
    work, school_id = _opened(session, event)
    keep_reply_link(work, school_id, event.data)


def _on_message(session: Session, event: Event) -> None:
    work, school_id = _opened(session, event)
    keep_delivery(work, school_id, event.type.split(".")[2], event.data, event.time)


def _on_erased(session: Session, event: Event) -> None:
    """Its own word, heard like everybody else's: what was asked is done once, and again after a crash."""
    work, school_id = _opened(session, event)
    erase(work, school_id, event.data["case_id"], event.data["erased_at"])
    forget_about(session, [event.data["case_id"], *event.data["person_ids"]])
    forget_answers(session, school_id)


SUBSCRIPTIONS = (
    Subscription("cases.case.erased.v1", _on_erased),
    Subscription("scheduling.appointment.invited.v1", _on_appointment),
    Subscription("scheduling.appointment.moved.v1", _on_appointment),
    Subscription("scheduling.appointment.cancelled.v1", _on_appointment),
    Subscription("scheduling.appointment.answered.v1", _on_appointment),
    Subscription("scheduling.appointment.concluded.v1", _on_appointment),
    Subscription("scheduling.invitation.requested.v1", _on_invitation),
    Subscription("notifications.message.sent.v1", _on_message),
    Subscription("notifications.message.failed.v1", _on_message),
    Subscription("notifications.message.suppressed.v1", _on_message),
    Subscription("notifications.message.settled.v1", _on_message),
)
