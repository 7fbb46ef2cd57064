"""The composition root: the one place where the service's parts are put together."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from flask import current_app

from services.notifications.adapters import mailbox
from services.notifications.adapters.mailbox import FileMailer
from services.notifications.adapters.rendering import MailRenderer
from services.notifications.adapters.smtp import SmtpMailer
from services.notifications.adapters.texts import Library, library
from services.notifications.config import Config
from services.notifications.domain.timing import Timing
from services.notifications.persistence.unit_of_work import Work, work
from services.notifications.usecases.dispatch import Dispatcher
from services.notifications.usecases.ports import Mailer
from services.notifications.usecases.program_texts import bring_in
from shared.clock import AMSTERDAM, Clock, SystemClock
from shared.database import Database
from shared.tenancy import NOBODY, Scope

# Seconds that a thread may keep the interpreter while another waits. A lane that hears from its server has a word to say and
# waits again, while the next mails are rendered: with Python's five milliseconds it waits as long as a mail takes.
_TURN = 0.0005


@dataclass(frozen=True)
class NotificationsService:
    """What the use cases work with."""

    config: Config
    database: Database
    clock: Clock
    library: Library
    renderer: MailRenderer

    @contextmanager
    def work(self, scope: Scope) -> Iterator[Work]:
        """One transaction with this scope."""
        with work(self.database, scope) as opened:
            yield opened

    def mail_files(self) -> set[UUID]:
        """The messages that lie as files in the folder of mail."""
        return mailbox.stored(self.config.mail_folder)

    def remove_mail_files(self, message_ids: Iterable[UUID]) -> None:
        mailbox.remove(self.config.mail_folder, message_ids)

    def bring_in_texts(self) -> None:
        """The program's own texts, where they are new. Raises Unavailable."""
        with self.work(NOBODY) as opened:
            bring_in(opened, self.library.texts, self.clock.now())


def build(config: Config, clock: Clock | None = None) -> NotificationsService:
    """The service as configured, for its web application."""
    return _build(config, config.database_url, config.pool_size, clock)


def build_for_worker(config: Config, clock: Clock | None = None) -> NotificationsService:
    """The same under the worker's role, who applies events and sends mail."""
    return _build(config, config.worker_database_url, 5, clock)


def dispatcher(service: NotificationsService) -> Dispatcher:
    """The hands that send. Of the whole process, threads take turns sooner from now on (`_TURN`)."""
    sys.setswitchinterval(_TURN)
    return Dispatcher(
        database=service.database,
        clock=service.clock,
        renderer=service.renderer,
        mailers=[mailer(service.config) for _ in range(service.config.mail_connections)],
        worker=f"{socket.gethostname()}/{os.getpid()}",
        sleep=time.sleep,
        limits=service.config.limits,
        timing=Timing(AMSTERDAM, service.config.quiet),
        when_uncertain=service.config.when_uncertain,
    )


def mailer(config: Config) -> Mailer:
    """Over SMTP where a server is named, else into files."""
    return SmtpMailer(config.smtp) if config.smtp is not None else FileMailer(config.mail_folder)


def current() -> NotificationsService:
    """The service of the running request."""
    return cast(NotificationsService, current_app.extensions["service"])


def _build(config: Config, url: str, pool_size: int, clock: Clock | None) -> NotificationsService:
    texts = library()
    renderer = MailRenderer(
        texts, config.mail_from, config.public_url.rstrip("/"), sign=config.signer, bounce_address=config.bounce_address
    )
    return NotificationsService(config, Database(url, pool_size=pool_size), clock or SystemClock(), texts, renderer)
