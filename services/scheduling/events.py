"""What `scheduling` does with the events of `cases`: which use case each of them calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.usecases import projections
from shared import revocations
from shared.events.envelope import Event
from shared.kept_answers import forget_answers
from shared.messaging.parking import forget_about
from shared.messaging.subscription import Handler, Subscription
from shared.tenancy import Scope


def _in_school(keep: Callable[[Work, UUID, dict[str, Any]], None]) -> Handler:
    """A handler that works within the event's school."""

    def handle(session: Session, event: Event) -> None:
        if event.school_id is None:
            raise ValueError(f"{event.type} without a school")
        keep(Work.on(session, Scope.of_schools({event.school_id})), event.school_id, event.data)

    return handle


def _on_case(session: Session, event: Event) -> None:
    def keep(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
        projections.keep_case(work, school_id, data, event.time)

    _in_school(keep)(session, event)


def _on_erased(session: Session, event: Event) -> None:
    _in_school(projections.erase_case)(session, event)
    forget_about(session, [event.data["case_id"], *event.data["person_ids"]])
    if event.school_id is not None:
        forget_answers(session, event.school_id)


SUBSCRIPTIONS = (
    Subscription("cases.case.erased.v1", _on_erased),
    Subscription("cases.school.registered.v1", _in_school(projections.keep_school)),
    Subscription("cases.staff.assigned.v1", _in_school(projections.keep_staff)),
    Subscription("cases.staff.released.v1", _in_school(projections.keep_release)),
    Subscription("cases.case.opened.v1", _on_case),
    Subscription("cases.case.changed.v1", _on_case),
    Subscription("cases.person.registered.v1", _in_school(projections.keep_guardian)),
    Subscription("cases.person.changed.v1", _in_school(projections.keep_guardian)),
    *revocations.SUBSCRIPTIONS,
)
