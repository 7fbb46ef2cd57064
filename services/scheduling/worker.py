"""The worker of `scheduling`: relay and consumer, the search for week plans, and a loop that forgets kept answers."""

from __future__ import annotations

from services.scheduling.config import Config
from services.scheduling.events import SUBSCRIPTIONS
from services.scheduling.usecases.week_search import Searcher
from shared.clock import Clock, SystemClock
from shared.database import Database
from shared.kept_answers import forgetting
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Transport
from shared.messaging.worker import Loop, Worker, every

_LOOK_EVERY_SECONDS = 0.5


def build_worker(config: Config, transport: Transport, clock: Clock | None = None) -> Worker:
    """The worker as configured."""
    database, used = Database(config.worker_database_url, pool_size=4), clock or SystemClock()
    consumer = Consumer("scheduling", database, SUBSCRIPTIONS, used)
    relay = Relay("scheduling", config.relay_database_url, transport)
    loops = {"week-plans": search(Searcher(database, used)), "answers": forgetting(database, used)}
    return Worker("scheduling", relay, consumer, transport, loops)


def search(searcher: Searcher) -> Loop:
    """Make week plans as they are asked for."""
    return lambda stop: every(stop, _LOOK_EVERY_SECONDS, lambda: searcher.search_one(stop))
