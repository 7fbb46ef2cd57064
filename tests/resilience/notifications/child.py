"""A dispatcher in a process of its own, that kills itself at the step it is told. Run by the test beside it."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import datetime
from itertools import count
from pathlib import Path
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


class Fate:
    """Dies the `nth` time that anything comes to the step `at`."""

    def __init__(self, at: str, nth: int = 1) -> None:
        self._at, self._left = at, count(nth - 1, -1)

    def meets(self, step: str) -> None:
        if step == self._at and next(self._left) == 0:
            die()


class DyingRenderer:
    def __init__(self, renderer: Renderer, fate: Fate) -> None:
        self._renderer, self._fate = renderer, fate

    def render(self, message: Message, recipient: Recipient, template: Template, now: datetime) -> Rendered:
        self._fate.meets("claimed")
        rendered = self._renderer.render(message, recipient, template, now)
        self._fate.meets("rendered")
        return rendered

    def language_for(self, wanted: str) -> str:
        return self._renderer.language_for(wanted)


class DyingDelivery:
    def __init__(self, delivery: Delivery, fate: Fate) -> None:
        self._delivery, self._fate = delivery, fate

    def hand_over(self) -> Receipt:
        self._fate.meets("handing_over")
        receipt = self._delivery.hand_over()
        self._fate.meets("answered")
        return receipt

    def abandon(self) -> None:
        self._delivery.abandon()


class DyingMailer:
    def __init__(self, mailer: Mailer, fate: Fate) -> None:
        self._mailer, self._fate, self.patience = mailer, fate, mailer.patience

    def begin(self, mail: Mail) -> DyingDelivery:
        delivery = self._mailer.begin(mail)
        self._fate.meets("before_commit")
        return DyingDelivery(delivery, self._fate)

    def has_delivered(self, message_id: UUID) -> bool | None:
        return self._mailer.has_delivered(message_id)

    def close(self) -> None:
        self._mailer.close()


def make_mailer(address: str) -> Mailer:
    return SmtpMailer(SmtpServer.from_url(address)) if address.startswith("smtp") else FileMailer(Path(address))


def dispatcher(database_url: str, address: str, at: str, fate: Fate, lanes: int) -> Dispatcher:
    renderer = MailRenderer(library(), "Partnerschap <afspraken@partnerschap.example>", "http://127.0.0.1:8000")
    return Dispatcher(
        database=Database(database_url, pool_size=2),
        clock=FixedClock(datetime.fromisoformat(at)),
        renderer=DyingRenderer(renderer, fate),
        mailers=[DyingMailer(make_mailer(address), fate) for _ in range(lanes)],
        worker="child",
        sleep=time.sleep,
    )


if __name__ == "__main__":
    database_url, address, at, die_at, nth, lanes = sys.argv[1:]
    dispatcher(database_url, address, at, Fate(die_at, int(nth)), int(lanes)).run_once()
