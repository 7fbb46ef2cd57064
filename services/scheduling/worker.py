"""The worker of `scheduling`: relay and consumer, no loops of its own."""

from __future__ import annotations

from services.scheduling.config import Config
from services.scheduling.events import SUBSCRIPTIONS
from shared.clock import Clock, SystemClock
from shared.database import Database
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Transport
from shared.messaging.worker import Worker


def build_worker(config: Config, transport: Transport, clock: Clock | None = None) -> Worker:
    """The worker as configured."""
    database = Database(config.worker_database_url, pool_size=4)
    consumer = Consumer("scheduling", database, SUBSCRIPTIONS, clock or SystemClock())
    return Worker("scheduling", Relay("scheduling", config.relay_database_url, transport), consumer, transport)
