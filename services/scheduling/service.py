"""The composition root: the one place where the service's parts are put together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import current_app

from services.scheduling.adapters.choice_links import ChoiceLinks
from services.scheduling.adapters.links import ReplyLinks
from services.scheduling.adapters.osrm import OsrmTravel
from services.scheduling.config import Config
from services.scheduling.domain.travel import CityTravel, TravelTimes
from services.scheduling.persistence.unit_of_work import Work, work
from shared.clock import Clock, SystemClock
from shared.database import Database
from shared.prepared import Question
from shared.tenancy import Scope


@dataclass(frozen=True)
class SchedulingService:
    """What the use cases work with."""

    config: Config
    database: Database
    clock: Clock
    links: ReplyLinks
    choice_links: ChoiceLinks
    travel: TravelTimes

    @contextmanager
    def work(self, scope: Scope, held: Collection[UUID] = (), ahead: Sequence[Question] = ()) -> Iterator[Work]:
        """One transaction with this scope. `held` and `ahead`: as in the unit of work."""
        with work(self.database, scope, held, ahead) as opened:
            yield opened


def build(config: Config, clock: Clock | None = None) -> SchedulingService:
    """The service as configured."""
    database = Database(config.database_url, pool_size=config.pool_size)
    key = config.secret_key
    return SchedulingService(config, database, clock or SystemClock(), ReplyLinks(key), ChoiceLinks(key), travel_times(config))


def travel_times(config: Config) -> TravelTimes:
    """By the route solver that is configured, and else, and where that does not answer, by the great circle."""
    return OsrmTravel(config.osrm_url, CityTravel()) if config.osrm_url else CityTravel()


def current() -> SchedulingService:
    """The service of the running request."""
    return cast(SchedulingService, current_app.extensions["service"])
