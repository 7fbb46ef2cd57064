"""What the worker does beside sending: forget what has had its time, and say how things stand."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import Gauge

from services.notifications.domain.people import ALLIANCE
from services.notifications.service import NotificationsService
from services.notifications.usecases.colleagues import tell_failures
from shared.pagination import PageRequest
from shared.tenancy import NOBODY, Scope

WAITING = Gauge("mail_waiting", "Mails not yet sent, reminders for later included", multiprocess_mode="livemax")
OVERDUE = Gauge("mail_overdue_seconds", "For how long the first mail in the queue has been due", multiprocess_mode="livemax")
# More than the longest period of a rate.
_BUCKETS_FULL_AFTER = timedelta(days=1)

_LATELY = timedelta(hours=1)


def measure(service: NotificationsService) -> None:
    """Set the figures that tell whether mail leaves. Raises Unavailable."""
    with service.work(NOBODY) as work:
        waiting, first_due = work.queue.backlog()
    WAITING.set(waiting)
    OVERDUE.set(max(0.0, (service.clock.now() - first_due).total_seconds()) if first_due else 0)


def report_failures(service: NotificationsService) -> None:
    """Have the administrators told of events that were given up lately. Raises Unavailable."""
    now = service.clock.now()
    with service.work(NOBODY) as work:
        newest = work.letters.page(PageRequest(1)).items
        if newest and newest[0].parked_at > now - _LATELY:
            tell_failures(work, work.letters.count(), now)


def tidy(service: NotificationsService) -> None:
    """Forget the secret links of past appointments, and copies of mail older than their term.

    Raises Unavailable.

    School by school, each in a transaction of its own: the worker sees no more than one at a time.
    """
    now = service.clock.now()
    with service.work(NOBODY) as work:
        schools = [*work.people.all_schools(), ALLIANCE]
        work.buckets.forget(now - _BUCKETS_FULL_AFTER)
    for school_id in schools:
        with service.work(Scope.of_schools({school_id})) as work:
            work.messages.forget_secrets(school_id, now)
            work.messages.forget_copies(school_id, now - service.config.keep_copies)


def remove_erased_files(service: NotificationsService) -> None:
    """The files of mail that no row tells of any more: it was about a case that is erased. Raises Unavailable.

    Files are listed before rows are: the row of a mail is there before its file.
    """
    stray = service.mail_files()
    if not stray:
        return
    with service.work(NOBODY) as work:
        schools = [*work.people.all_schools(), ALLIANCE]
    for school_id in schools:
        with service.work(Scope.of_schools({school_id})) as work:
            stray -= work.messages.known(school_id, sorted(stray))
    service.remove_mail_files(stray)
