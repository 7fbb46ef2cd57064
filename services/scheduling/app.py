"""The web application of `scheduling`: wiring only."""

from __future__ import annotations

from flask import Flask

from services.scheduling.api import appointments, feeds, slots, week_plans
from services.scheduling.config import Config
from services.scheduling.pages import agenda, appointment, day, planning, reply, week_plan
from services.scheduling.pages import feeds as feed_pages
from services.scheduling.service import SchedulingService, build
from shared.http.app import ServiceApp, create_service_app


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
            api=(appointments.routes, feeds.routes, slots.routes, week_plans.routes),
            pages=(
                agenda.routes,
                day.routes,
                planning.routes,
                appointment.routes,
                reply.routes,
                feed_pages.routes,
                week_plan.routes,
            ),
        )
    )
