"""A dispatcher in a process of its own, that kills itself at the step it is told. Run by the test beside it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.notifications.adapters.mailbox import FileMailer
from services.notifications.adapters.rendering import MailRenderer
from services.notifications.adapters.smtp import SmtpMailer, SmtpServer
from services.notifications.adapters.texts import library
from services.notifications.domain.message import Message
from services.notifications.domain.people import Recipient
from services.notifications.usecases.dispatch import Dispatcher
from services.notifications.usecases.ports import Delivery, Mail, Mailer, Receipt, Rendered, Renderer, Template
from shared.clock import FixedClock
from shared.database import Database


def die() -> None:
    """As `kill -9` from outside: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


class DyingRenderer:
    def __init__(self, renderer: Renderer, die_at: str) -> None:
        self._renderer, self._die_at = renderer, die_at

    def render(self, message: Message, recipient: Recipient, template: Template, now: datetime) -> Rendered:
        if self._die_at == "claimed":
            die()
        rendered = self._renderer.render(message, recipient, template, now)
        if self._die_at == "rendered":
            die()
        return rendered

    def language_for(self, wanted: str) -> str:
        return self._renderer.language_for(wanted)


class DyingDelivery:
    def __init__(self, delivery: Delivery, die_at: str) -> None:
        self._delivery, self._die_at = delivery, die_at

    def hand_over(self) -> Receipt:
        if self._die_at == "handing_over":
            die()
        receipt = self._delivery.hand_over()
        if self._die_at == "answered":
            die()
        return receipt

    def abandon(self) -> None:
        self._delivery.abandon()


class DyingMailer:
    def __init__(self, mailer: Mailer, die_at: str) -> None:
        self._mailer, self._die_at, self.patience = mailer, die_at, mailer.patience

    def begin(self, mail: Mail) -> DyingDelivery:
        delivery = self._mailer.begin(mail)
        if self._die_at == "before_commit":
            die()
        return DyingDelivery(delivery, self._die_at)

    def has_delivered(self, message_id: UUID) -> bool | None:
        return self._mailer.has_delivered(message_id)

    def close(self) -> None:
        self._mailer.close()


def make_mailer(address: str) -> Mailer:
    return SmtpMailer(SmtpServer.from_url(address)) if address.startswith("smtp") else FileMailer(Path(address))


def dispatcher(database_url: str, address: str, at: str, wrap: Callable[[Any, str], Any], die_at: str) -> Dispatcher:
    renderer = MailRenderer(library(), "Partnerschap <afspraken@partnerschap.example>", "http://127.0.0.1:8000")
    return Dispatcher(
        database=Database(database_url, pool_size=2),
        clock=FixedClock(datetime.fromisoformat(at)),
        renderer=DyingRenderer(renderer, die_at),
        mailers=[wrap(make_mailer(address), die_at)],
        worker="child",
        sleep=time.sleep,
    )


if __name__ == "__main__":
    database_url, address, at, die_at = sys.argv[1:]
    dispatcher(database_url, address, at, DyingMailer, die_at).run_once()
