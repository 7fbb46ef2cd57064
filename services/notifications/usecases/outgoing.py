"""A mail in hand, and what may be told of it on its way."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from services.notifications.domain.message import Message
from services.notifications.domain.people import Recipient
from services.notifications.domain.retries import Refusal
from services.notifications.usecases.ports import Attempt, Receipt, Rendered, Template


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message with all that its mail is made of. Once the lease is over another worker may have it."""

    attempt: Attempt
    message: Message
    recipient: Recipient
    template: Template
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Ready:
    """All of it is with the server but the dot; `leave` says whether that may be sent."""

    outgoing: Outgoing
    rendered: Rendered
    leave: Future[bool] = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took it."""

    outgoing: Outgoing
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class NotTaken:
    """It certainly did not leave."""

    outgoing: Outgoing
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The dot was sent, and nobody can know what became of it."""

    outgoing: Outgoing
    reason: str


@dataclass(frozen=True, slots=True)
class Unbegun:
    """Nothing was done with it."""

    outgoing: Outgoing


Note = Ready | Sent | NotTaken | Unanswered | Unbegun
