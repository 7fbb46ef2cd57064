"""The worker of `notifications`: relay and consumer, and the dispatcher that sends."""

from __future__ import annotations

import threading
from collections.abc import Callable

from services.notifications.adapters.doorbell import PostgresDoorbell
from services.notifications.config import Config
from services.notifications.events import SUBSCRIPTIONS
from services.notifications.service import NotificationsService, build_for_worker, dispatcher
from services.notifications.usecases.dispatch import Dispatcher
from services.notifications.usecases.ports import Doorbell
from shared.clock import Clock
from shared.errors import Unavailable
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Transport
from shared.messaging.worker import Worker

_POLL_SECONDS = 1.0
_AWAY_SECONDS = 2.0


def build_worker(config: Config, transport: Transport, clock: Clock | None = None) -> Worker:
    """The worker as configured."""
    service = build_for_worker(config, clock)
    consumer = Consumer("notifications", service.database, SUBSCRIPTIONS, service.clock)
    relay = Relay("notifications", config.relay_database_url, transport)
    loop = dispatch_loop(service, dispatcher(service), PostgresDoorbell(config.worker_database_url))
    return Worker("notifications", relay, consumer, transport, {"dispatcher": loop})


def dispatch_loop(service: NotificationsService, hands: Dispatcher, doorbell: Doorbell) -> Callable[[threading.Event], None]:
    """Send what is due, then sleep until something new is asked for or the next moment comes."""

    def loop(stop: threading.Event) -> None:
        brought_in = False
        while not stop.is_set():
            try:
                if not brought_in:
                    service.bring_in_texts()
                    brought_in = True
                if not hands.run_once():
                    doorbell.wait(_POLL_SECONDS)
            except Unavailable:
                stop.wait(_AWAY_SECONDS)
        hands.mailer.close()
        doorbell.close()

    return loop
