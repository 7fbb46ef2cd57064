"""A mail came back: the message says so, and its address gets no more until somebody corrects it."""

from __future__ import annotations

from datetime import datetime

from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.message import MAY_HAVE_ARRIVED, Message
from services.notifications.persistence.suppressions import SuppressionRow
from services.notifications.service import NotificationsService
from shared.errors import NotFound
from shared.ids import new_id
from shared.tenancy import Scope


def record_bounce(service: NotificationsService, report: BounceReport) -> bool:
    """False when there is nothing to record: a delay, a message not ours, or one known to have come back already."""
    if not report.is_final:
        return False
    now = service.clock.now()
    with service.work(Scope.of_schools({report.school_id})) as work:
        try:
            message = work.messages.get(report.message_id, to_change=True)
        except NotFound:
            return False
        if message.status not in MAY_HAVE_ARRIVED or message.recipient is None:
            return False
        message.bounces(report.answer)
        work.save(message, now)
        work.suppressions.add(_suppression(message, message.recipient, report, now))
        return True


def _suppression(message: Message, address: str, report: BounceReport, now: datetime) -> SuppressionRow:
    return SuppressionRow(
        id=new_id(),
        school_id=message.school_id,
        address=address.lower(),
        person_id=message.person_id,
        reason="returned",
        answer=report.answer,
        created_at=now,
        expires_at=now + report.suppressed_for,
    )
