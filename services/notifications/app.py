"""The web application of `notifications`: wiring only."""

from __future__ import annotations

from flask import Flask

from services.notifications.api import calls, decisions, letters, messages, templates
from services.notifications.config import Config
from services.notifications.pages import calls as call_pages
from services.notifications.pages import decisions as decision_pages
from services.notifications.pages import letters as letter_pages
from services.notifications.pages import messages as message_pages
from services.notifications.pages import postbox
from services.notifications.pages import texts as text_pages
from services.notifications.service import NotificationsService, build
from shared.http.app import ServiceApp, create_service_app


def create_app(config: Config | None = None, service: NotificationsService | None = None) -> Flask:
    """The application. Raises ConfigError when the environment is not usable."""
    built = service or build(config or Config.from_env())
    return create_service_app(
        ServiceApp(
            config=built.config,
            database=built.database,
            clock=built.clock,
            service=built,
            title="Notifications: mail to parents",
            api=(messages.routes, templates.routes, letters.routes, calls.routes, decisions.routes),
            pages=(
                message_pages.routes,
                text_pages.routes,
                letter_pages.routes,
                call_pages.routes,
                decision_pages.routes,
                postbox.routes,
            ),
        )
    )
