"""What the worker does beside sending: forget what has had its time, and say how things stand."""

from __future__ import annotations

from prometheus_client import Gauge

from services.notifications.service import NotificationsService
from shared.tenancy import NOBODY, Scope

WAITING = Gauge("mail_waiting", "Mails not yet sent, reminders for later included", multiprocess_mode="livemax")
OVERDUE = Gauge("mail_overdue_seconds", "For how long the first mail in the queue has been due", multiprocess_mode="livemax")


def measure(service: NotificationsService) -> None:
    """Set the figures that tell whether mail leaves. Raises Unavailable."""
    with service.work(NOBODY) as work:
        waiting, first_due = work.queue.backlog()
    WAITING.set(waiting)
    OVERDUE.set(max(0.0, (service.clock.now() - first_due).total_seconds()) if first_due else 0)


def tidy(service: NotificationsService) -> None:
    """Forget the secret links of past appointments, copies of mail older than their term, and files of erased mail.

    Raises Unavailable.

    School by school, each in a transaction of its own: the worker sees no more than one at a time.
    """
    now = service.clock.now()
    with service.work(NOBODY) as work:
        schools = work.people.all_schools()
    stray = service.mail_files()
    for school_id in schools:
        with service.work(Scope.of_schools({school_id})) as work:
            work.messages.forget_secrets(school_id, now)
            work.messages.forget_copies(school_id, now - service.config.keep_copies)
            stray -= work.messages.known(school_id, sorted(stray))
    service.remove_mail_files(stray)
