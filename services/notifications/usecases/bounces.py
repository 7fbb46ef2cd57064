"""A mail came back: for good, and its address gets no more until somebody corrects it; or for now, and it goes once more."""

from __future__ import annotations

import random
from datetime import datetime

from prometheus_client import Counter

from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.message import MAY_HAVE_ARRIVED, Message
from services.notifications.persistence.suppressions import SuppressionRow
from services.notifications.persistence.unit_of_work import Work
from services.notifications.service import NotificationsService
from shared.errors import NotFound
from shared.ids import new_id
from shared.tenancy import Scope

RETURNED = Counter("mail_returned_total", "Mails that came back after a server had taken them", ["kind"])


def record_bounce(service: NotificationsService, report: BounceReport) -> bool:
    """False when there is nothing to record: a delay, a message not ours, or one known to have come back already."""
    if report.kind is None:
        return False
    with service.work(Scope.of_schools({report.school_id})) as work:
        try:
            message = work.messages.get(report.message_id, to_change=True)
        except NotFound:
            return False
        if message.status not in MAY_HAVE_ARRIVED or message.recipient is None:
            return False
        _record(work, message, message.recipient, report, service.clock.now())
    RETURNED.labels(report.kind).inc()
    return True


def _record(work: Work, message: Message, address: str, report: BounceReport, now: datetime) -> None:
    due = report.again_at(now, message.attempts, message.expires_at, random.random())
    if due is not None:
        message.comes_back_for_now(report.answer)
        work.queue.put(message, due)
    else:
        message.bounces(report.answer)
        work.suppressions.add(_suppression(message, address, report, now))
    work.save(message, now)


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
