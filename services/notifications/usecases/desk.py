"""Writing down how mails fare: what several have come to goes into one transaction, and one commit serves them all."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.notifications.domain.kinds import WhenUncertain
from services.notifications.domain.message import Message
from services.notifications.domain.retries import MOST_ATTEMPTS, Refusal, next_attempt
from services.notifications.persistence.attempts import Closing
from services.notifications.persistence.unit_of_work import Work, work
from services.notifications.usecases.outgoing import Note, NotTaken, Ready, Sent, Unanswered, Unbegun
from services.notifications.usecases.ports import Rendered, Template
from shared.clock import Clock
from shared.database import Database
from shared.tenancy import Scope

TRIES = Counter("mail_tries_total", "Tries at sending, by what came of them", ["result"])

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`in_doubt` is how long after leave for the dot a worker may still be at it. `chance` spreads what failed together."""

    database: Database
    clock: Clock
    in_doubt: timedelta
    decides: Callable[[Message], WhenUncertain]
    chance: Callable[[], float] = random.random

    def write(self, notes: Sequence[Note]) -> set[UUID]:
        """In one transaction. The messages whose dot may be sent from now on. Raises Unavailable: then nothing is written."""
        now = self.clock.now()
        keys = {(note.outgoing.attempt.school_id, note.outgoing.attempt.message_id) for note in notes}
        with work(self.database, Scope.of_schools({school_id for school_id, _ in keys})) as opened:
            opened.queue.lock_all(keys)
            entry = _Entry(self, opened, now, opened.messages.many(sorted(keys)))
            granted = entry.hand_over([note for note in notes if isinstance(note, Ready)])
            entry.close([note for note in notes if not isinstance(note, Ready)])
            entry.finish()
        entry.tell()
        return granted


@dataclass
class _Entry:
    """One transaction's worth."""

    desk: Desk
    work: Work
    now: datetime
    messages: dict[UUID, Message]
    touched: dict[UUID, Message] = field(default_factory=dict)
    done_with: list[Message] = field(default_factory=list)
    later: list[tuple[Message, datetime]] = field(default_factory=list)
    results: list[tuple[str, UUID, Refusal | None]] = field(default_factory=list)

    def hand_over(self, ready: Sequence[Ready]) -> set[UUID]:
        """Not those that were taken from us meanwhile."""
        granted = self.work.attempts.hand_over([note.outgoing.attempt for note in ready], self.now)
        copies = []
        for note in ready:
            message = self.messages.get(note.outgoing.message.id)
            if message is not None and message.id in granted:
                describe(message, note.rendered, note.outgoing.template)
                copies.append((message, note.rendered.copy))
                self._put(message, self.now + self.desk.in_doubt)
        self.work.messages.keep_copies(copies, self.now)
        return granted

    def close(self, notes: Sequence[Sent | NotTaken | Unanswered | Unbegun]) -> None:
        closed = self.work.attempts.close([_closing(note) for note in notes], self.now)
        for note in notes:
            # Erased meanwhile: there is nothing left to say.
            message = self.messages.get(note.outgoing.message.id)
            if message is not None:
                self._settle(note, message, was_open=message.id in closed)

    def finish(self) -> None:
        self.work.queue.remove(*self.done_with)
        self.work.queue.postpone(self.later)
        self.work.save_all(list(self.touched.values()), self.now)

    def tell(self) -> None:
        """Once it is committed."""
        for result, message_id, refusal in self.results:
            TRIES.labels(result).inc()
            said = {"code": refusal.code, "permanent": refusal.permanent} if refusal else {}
            (_log.info if result == "sent" else _log.warning)(f"mail {result}", message_id=str(message_id), **said)

    def _settle(self, note: Sent | NotTaken | Unanswered | Unbegun, message: Message, *, was_open: bool) -> None:
        match note:
            case Sent():
                self._sent(note, message, was_open=was_open)
            case NotTaken() if was_open:
                self._not_taken(note.refusal, message)
            case Unanswered() if was_open:
                self._unanswered(note.reason, message)
            case Unbegun() if was_open:
                message.is_given_back()
                self._put(message, self.now)

    def _sent(self, note: Sent, message: Message, *, was_open: bool) -> None:
        if not was_open:
            self.work.attempts.note_late_answer(note.outgoing.attempt, note.receipt.answer)
            if not _is_still_open(self.work, message, self.now):
                return
        message.is_sent(self.now, note.receipt.answer)
        self._is_done_with(message)
        self.results.append(("sent", message.id, None))

    def _not_taken(self, refusal: Refusal, message: Message) -> None:
        due = None if refusal.permanent else next_attempt(self.now, message.attempts, message.expires_at, self.desk.chance())
        if due is not None:
            message.waits("refused_for_now", refusal.answer)
            self._put(message, due)
        else:
            _give_up(message, refusal)
            self._is_done_with(message)
        self.results.append(("failed" if due is None else "refused", message.id, refusal))

    def _unanswered(self, answer: str, message: Message) -> None:
        due = next_attempt(self.now, message.attempts, message.expires_at, self.desk.chance())
        if self.desk.decides(message) == "again" and due is not None:
            message.waits("no_answer", answer)
            self._put(message, due)
        else:
            message.is_uncertain("no_answer")
            self._is_done_with(message)
        self.results.append(("unanswered", message.id, None))

    def _put(self, message: Message, due: datetime) -> None:
        self.touched[message.id] = message
        self.later.append((message, due))

    def _is_done_with(self, message: Message) -> None:
        self.touched[message.id] = message
        self.done_with.append(message)


def describe(message: Message, rendered: Rendered, template: Template) -> None:
    """What exactly goes to whom."""
    message.subject, message.recipient = rendered.copy.subject, rendered.mail.recipient
    message.language = rendered.copy.language
    message.template_version, message.template_hash = template.version, template.hash


def _closing(note: Sent | NotTaken | Unanswered | Unbegun) -> Closing:
    attempt = note.outgoing.attempt
    match note:
        case Sent():
            return Closing(attempt, "accepted", 250, note.receipt.answer)
        case NotTaken():
            return Closing(attempt, "refused", note.refusal.code, note.refusal.answer)
        case Unanswered():
            return Closing(attempt, "unknown", None, note.reason)
        case Unbegun():
            return Closing(attempt, "let_go")


def _is_still_open(opened: Work, message: Message, now: datetime) -> bool:
    """A late answer settles a message that was taken for lost, unless another worker has gone on with it."""
    if message.status == "sending":
        return opened.attempts.take_back(message, now)
    return message.status in ("queued", "uncertain")


def _give_up(message: Message, refusal: Refusal) -> None:
    if refusal.permanent:
        message.fails("refused", refusal.answer)
    elif message.expires_at is not None and message.attempts < MOST_ATTEMPTS:
        # The next try would come after the moment that the mail is about.
        message.fails("no_time_left", refusal.answer)
    else:
        message.fails("gave_up", refusal.answer)
