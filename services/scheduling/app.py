"""The web application of `scheduling`: wiring only."""

from __future__ import annotations

from flask import Flask

from services.scheduling.api import appointments, availability, choices, feeds, slots, week_plans
from services.scheduling.config import Config
from services.scheduling.pages import (
    agenda,
    appointment,
    day,
    planning,
    postcodes,
    reply,
    school_times,
    times,
    week_plan,
    working_times,
)
from services.scheduling.pages import feeds as feed_pages
from services.scheduling.service import SchedulingService, build
from shared.http.app import ServiceApp, create_service_app

_AGENDA = (agenda.routes, day.routes, feed_pages.routes)
_PLANNING = (planning.routes, times.routes, appointment.routes, week_plan.routes)
_TIMES = (working_times.routes, school_times.routes, postcodes.routes)


def create_app(config: Config | None = None, service: SchedulingService | None = None) -> Flask:
    """The application. Raises ConfigError when the environment is not usable."""
    built = service or build(config or Config.from_env())
    return create_service_app(
        ServiceApp(
            config=built.config,
            database=built.database,
            clock=built.clock,
            service=built,
            title="Scheduling: appointments",
            api=(appointments.routes, feeds.routes, slots.routes, availability.routes, choices.routes, week_plans.routes),
            pages=(*_AGENDA, *_PLANNING, *_TIMES, reply.routes),
        )
    )
