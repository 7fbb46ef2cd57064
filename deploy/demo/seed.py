"""Demo data, made through the use cases themselves, each service its own; events carry them from one to the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg

from services.cases import demo as cases_demo
from services.cases.usecases import administration
from services.notifications.demo import Past
from services.scheduling import demo as scheduling_demo
from shared.clock import FixedClock, SystemClock
from shared.errors import NotFound

_ADMINISTRATOR = "beheer@demo.example"
_SECONDS = 180.0


def seed(services: Mapping[str, Any]) -> None:
    """`services` holds each service's composition root by name; their workers run meanwhile."""
    cases = replace(services["cases"], clock=FixedClock(SystemClock().now()))
    cases_demo.seed(cases, cases.clock)
    with cases.work(administration.administrator(cases, _ADMINISTRATOR)) as work:
        schools = [school.id for school in work.staff.schools()]
    scheduling = replace(services["scheduling"], clock=FixedClock(SystemClock().now()))
    _wait(lambda: scheduling_demo.has_heard(scheduling, schools))
    scheduling_demo.seed(scheduling, scheduling.clock, schools)
    _write_down_the_mail(services, schools)


def is_there(services: Mapping[str, Any]) -> bool:
    """The demo was loaded, or at least begun."""
    try:
        administration.administrator(services["cases"], _ADMINISTRATOR)
    except NotFound:
        return False
    return True


def _write_down_the_mail(services: Mapping[str, Any], schools: Sequence[UUID]) -> None:
    past = Past(services["notifications"].config, schools)
    try:
        # Where it takes longer than that the demo begins all the same: some of its old mail was too late, then.
        with suppress(TimeoutError):
            _wait(lambda: _has_told_all(services["scheduling"].config.relay_database_url) and past.is_dealt_with())
        past.write_down()
    finally:
        past.close()


def _has_told_all(relay_url: str) -> bool:
    with psycopg.connect(relay_url.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        return connection.execute("select not exists (select 1 from outbox)").fetchone() == (True,)


def _wait(heard: Callable[[], bool]) -> None:
    until = time.monotonic() + _SECONDS
    while not heard():
        if time.monotonic() > until:
            raise TimeoutError("the demo's events did not arrive")
        time.sleep(0.1)
