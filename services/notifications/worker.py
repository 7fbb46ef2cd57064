"""The worker of `notifications`: relay and consumer, and the dispatcher that sends."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog

from services.notifications.adapters.bounces import LARGEST, read_report
from services.notifications.adapters.doorbell import PostgresDoorbell
from services.notifications.adapters.maildir import done_with, forget_seen, new_mails, seen
from services.notifications.config import Config
from services.notifications.events import SUBSCRIPTIONS
from services.notifications.service import NotificationsService, build_for_worker, dispatcher
from services.notifications.usecases.bounces import record_bounce
from services.notifications.usecases.dispatch import Dispatcher
from services.notifications.usecases.housekeeping import measure, remove_erased_files, report_failures, tidy
from services.notifications.usecases.ports import Doorbell
from shared.clock import Clock
from shared.errors import Unavailable
from shared.kept_answers import forgetting
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Transport
from shared.messaging.worker import Worker, every

_log = structlog.get_logger(__name__)
_POLL_SECONDS = 1.0
_AWAY_SECONDS = 2.0
_NOT_UNDERSTOOD_KEPT = timedelta(days=7)
_BOUNCE_SECONDS = 10.0
_FIGURES_SECONDS = 15.0
_TIDY_SECONDS = 3600.0
# Whoever erased a case takes it that its mail is gone too.
_ERASED_FILES_SECONDS = 5.0
_FAILURES_SECONDS = 300.0


def build_worker(config: Config, transport: Transport, clock: Clock | None = None) -> Worker:
    """The worker as configured."""
    service = build_for_worker(config, clock)
    consumer = Consumer("notifications", service.database, SUBSCRIPTIONS, service.clock)
    relay = Relay("notifications", config.relay_database_url, transport)
    loop = dispatch_loop(service, dispatcher(service), PostgresDoorbell(config.worker_database_url))
    loops = {
        "dispatcher": loop,
        "figures": lambda stop: every(stop, _FIGURES_SECONDS, lambda: measure(service)),
        "failures": lambda stop: every(stop, _FAILURES_SECONDS, lambda: report_failures(service)),
        "answers": forgetting(service.database, service.clock),
        "housekeeping": lambda stop: every(stop, _TIDY_SECONDS, lambda: tidy(service)),
        "erased files": lambda stop: every(stop, _ERASED_FILES_SECONDS, lambda: remove_erased_files(service)),
    }
    if config.bounce_maildir is not None:
        loops["bounces"] = bounce_loop(service, config.bounce_maildir)
    return Worker("notifications", relay, consumer, transport, loops)


def dispatch_loop(service: NotificationsService, hands: Dispatcher, doorbell: Doorbell) -> Callable[[threading.Event], None]:
    """Send what is due, then sleep until something new is asked for or the next moment comes."""

    def loop(stop: threading.Event) -> None:
        brought_in = False
        while not stop.is_set():
            try:
                if not brought_in:
                    service.bring_in_texts()
                    brought_in = True
                if not hands.run(stop.is_set):
                    doorbell.wait(_POLL_SECONDS)
            except Unavailable:
                stop.wait(_AWAY_SECONDS)
        hands.close()
        doorbell.close()

    return loop


def take_in(service: NotificationsService, content: bytes) -> bool:
    """One mail that came back: whether it is done with; what is no report waits a week for somebody to look at it.

    Raises Unavailable; nothing else, or one bad mail would be read for ever.
    """
    try:
        report = read_report(content)
        if report is not None:
            record_bounce(service, report)
    except Unavailable:
        raise
    except Exception as error:
        _log.error("returned mail not recorded", exc_info=error)
        return False
    return report is not None


def bounce_loop(service: NotificationsService, folder: Path) -> Callable[[threading.Event], None]:
    """Read what came back, every few seconds."""

    def read() -> bool:
        found = False
        for path, content in new_mails(folder, LARGEST):
            done = done_with if take_in(service, content) else seen
            done(path)
            found = True
        forget_seen(folder, service.clock.now() - _NOT_UNDERSTOOD_KEPT)
        return found

    return lambda stop: every(stop, _BOUNCE_SECONDS, read)
