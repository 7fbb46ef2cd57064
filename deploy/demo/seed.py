"""Demo data, made through the use cases themselves, each service its own; events carry them from one to the next."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.cases import demo as cases_demo
from services.cases.usecases import administration
from services.scheduling import demo as scheduling_demo
from shared.clock import FixedClock, SystemClock
from shared.errors import NotFound

_ADMINISTRATOR = "beheer@demo.example"
_SECONDS = 60.0


def seed(services: Mapping[str, Any]) -> None:
    """`services` holds each service's composition root by name; their workers run meanwhile."""
    cases = replace(services["cases"], clock=FixedClock(SystemClock().now()))
    cases_demo.seed(cases, cases.clock)
    with cases.work(administration.administrator(cases, _ADMINISTRATOR)) as work:
        schools = [school.id for school in work.staff.schools()]
    scheduling = replace(services["scheduling"], clock=FixedClock(SystemClock().now()))
    _wait(lambda: scheduling_demo.has_heard(scheduling, schools))
    scheduling_demo.seed(scheduling, scheduling.clock, schools)


def is_there(services: Mapping[str, Any]) -> bool:
    """The demo was loaded, or at least begun."""
    try:
        administration.administrator(services["cases"], _ADMINISTRATOR)
    except NotFound:
        return False
    return True


def _wait(heard: Callable[[], bool]) -> None:
    until = time.monotonic() + _SECONDS
    while not heard():
        if time.monotonic() > until:
            raise TimeoutError("the demo's events did not arrive")
        time.sleep(0.1)
