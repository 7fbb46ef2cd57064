"""What the use cases need of the outside world. The adapters fulfil these; a contract test runs against each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from services.notifications.domain.languages import Fallback
from services.notifications.domain.message import Message
from services.notifications.domain.people import Recipient
from services.notifications.domain.retries import Refusal


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to go: bytes with CRLF, safe on a 7-bit road, to one recipient.

    Its Message-ID is made of `id`: the same at every attempt, so that a mailbox knows a copy.
    """

    id: UUID
    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the mail server said when it took the mail."""

    answer: str


@dataclass(frozen=True, slots=True)
class Template:
    """The published texts of one kind of mail by language, and how to write in one that no native speaker has read."""

    name: str
    version: int
    hash: str
    sources: Mapping[str, str]
    fallbacks: Mapping[str, Fallback] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Copy:
    """What stays here of a mail: its words, with the parent's secret link cut out of them."""

    subject: str
    language: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail ready to go, and its copy."""

    mail: Mail
    copy: Copy


class Refused(Exception):
    """The mail did not leave, and that is certain."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.answer)
        self.refusal = refusal


class NoAnswer(Exception):
    """The dot was sent and no answer came: nobody can know whether the server took the mail (RFC 1047)."""


class Delivery(Protocol):
    """One mail begun: all of it is with the server but the final dot. Nothing has been delivered yet."""

    def hand_over(self) -> Receipt:
        """Send the dot. Raises Refused, or NoAnswer."""
        ...

    def abandon(self) -> None:
        """Let go; the server never delivers what had no dot (RFC 5321, 4.1.1.4)."""
        ...


class Mailer(Protocol):
    """A way for mail to leave. One thread at a time uses it."""

    patience: timedelta
    """The longest that `hand_over` may take: the lease must outlive it."""

    def begin(self, mail: Mail) -> Delivery:
        """Everything up to the dot. Raises Refused."""
        ...

    def has_delivered(self, message_id: UUID) -> bool | None:
        """Whether a mail with this id went out before; None where nobody can tell."""
        ...

    def close(self) -> None:
        """Part politely; the next `begin` opens anew."""
        ...


class Renderer(Protocol):
    """Turns a message's facts into a mail in the recipient's language."""

    def render(self, message: Message, recipient: Recipient, template: Template, now: datetime) -> Rendered:
        """Raises Unreachable for somebody without a usable address."""
        ...

    def language_for(self, wanted: str) -> str:
        """The language that somebody who wants this one will get."""
        ...


class Doorbell(Protocol):
    """Wakes the dispatcher when something is to be sent."""

    def wait(self, seconds: float) -> None:
        """Until it rings, or this long at most."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one message, by one worker; the key of all that it writes."""

    school_id: UUID
    message_id: UUID
    number: int
