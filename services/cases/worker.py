"""The worker of `cases`: relay and consumer, and loops that forget, hand over, and tell what waits."""

from __future__ import annotations

from services.cases.config import Config
from services.cases.events import SUBSCRIPTIONS
from services.cases.persistence.housekeeping import forget
from services.cases.usecases.digests import tell_due
from services.cases.usecases.handovers import take_due
from services.cases.usecases.insights import count_all
from services.cases.usecases.retention import purge_daily
from shared.clock import Clock, SystemClock
from shared.database import Database
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.transports.base import Transport
from shared.messaging.worker import Loop, Worker, every
from shared.tenancy import NOBODY

_FORGET_EVERY_SECONDS = 900.0
# A hand-over takes effect on a day: soon after midnight will do.
_HAND_OVER_EVERY_SECONDS = 300.0
_TELL_EVERY_SECONDS = 300.0
_COUNT_EVERY_SECONDS = 300.0
_PURGE_EVERY_SECONDS = 1800.0


def build_worker(config: Config, transport: Transport, clock: Clock | None = None) -> Worker:
    """The worker as configured."""
    used = clock or SystemClock()
    database = Database(config.worker_database_url, pool_size=4)
    consumer = Consumer("cases", database, SUBSCRIPTIONS, used)
    relay = Relay("cases", config.relay_database_url, transport)
    return Worker("cases", relay, consumer, transport, _loops(database, used))


def _loops(database: Database, clock: Clock) -> dict[str, Loop]:
    return {
        "housekeeping": housekeeping(database, clock),
        "handovers": handing_over(database, clock),
        "digests": telling(database, clock),
        "figures": counting(database, clock),
        "retention": purging(database, clock),
    }


def housekeeping(database: Database, clock: Clock) -> Loop:
    """Four times an hour."""

    def once() -> None:
        with database.transaction(NOBODY) as session:
            forget(session, clock.now())

    return lambda stop: every(stop, _FORGET_EVERY_SECONDS, once)


def handing_over(database: Database, clock: Clock) -> Loop:
    """Twelve times an hour."""
    return lambda stop: every(stop, _HAND_OVER_EVERY_SECONDS, lambda: take_due(database, clock))


def telling(database: Database, clock: Clock) -> Loop:
    """Twelve times an hour: whoever was told this morning costs nothing more."""
    return lambda stop: every(stop, _TELL_EVERY_SECONDS, lambda: tell_due(database, clock))


def counting(database: Database, clock: Clock) -> Loop:
    """Twelve times an hour, and at once when the worker starts."""

    def once() -> None:
        count_all(database, clock)

    return lambda stop: every(stop, _COUNT_EVERY_SECONDS, once)


def purging(database: Database, clock: Clock) -> Loop:
    """Looks twice an hour; each alliance that wants it has one run a day."""
    return lambda stop: every(stop, _PURGE_EVERY_SECONDS, lambda: purge_daily(database, clock))
