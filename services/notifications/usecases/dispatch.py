"""Sending what is due. The row is the truth; a wake-up only says "look".

1. Claim, in one transaction: rows that are due, SKIP LOCKED, leased, an attempt opened for each.
2. Render, and hand the server all of the mail but the final dot. No transaction is open meanwhile: a slow server must
   not hold locks and connections of the database.
3. Commit `handing_over`. From here on the mail may arrive.
4. Send the dot; commit the server's answer.

A worker that dies before 3 has sent nothing: when the lease is over the mail is claimed anew. One that dies between 3
and 4 leaves a mail that nobody can know of (RFC 1047). Where the mailer can tell (files), it is asked; else the kind of
mail decides: again under the same Message-ID, or a person. An attempt that was closed (lease over, superseded) can
no longer commit 3: that fences a worker that was merely slow.

Weak spot: a server that takes a mail and answers only after the lease and `patience` have passed may get it twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.notifications.domain.kinds import WhenUncertain
from services.notifications.domain.message import Message
from services.notifications.domain.people import Recipient, Unreachable
from services.notifications.domain.retries import MOST_ATTEMPTS, WAIT_FOR_PERSON, Refusal, next_attempt
from services.notifications.persistence.unit_of_work import Work, work
from services.notifications.usecases.ports import (
    Attempt,
    Delivery,
    Mailer,
    NoAnswer,
    Receipt,
    Refused,
    Rendered,
    Renderer,
    Template,
)
from shared.clock import Clock
from shared.database import Database
from shared.errors import Unavailable
from shared.tenancy import NOBODY, Scope

_INSIST_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)

TRIES = Counter("mail_tries_total", "Tries at sending, by what came of them", ["result"])

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A claimed message with all that its mail is made of."""

    attempt: Attempt
    message: Message
    recipient: Recipient
    template: Template


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """One worker's hands. `when_uncertain` overrides what a kind of mail says; `sleep` and `chance` are for tests."""

    database: Database
    clock: Clock
    renderer: Renderer
    mailer: Mailer
    worker: str
    sleep: Callable[[float], object]
    lease: timedelta = timedelta(seconds=30)
    batch: int = 10
    when_uncertain: Mapping[str, WhenUncertain] = field(default_factory=dict)
    chance: Callable[[], float] = random.random

    def run_once(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is due, one batch of it; how many rows were found due. Raises Unavailable.

        Once `stopping`, what has not been begun goes back into the queue: another worker need not wait for its lease.
        """
        found, outgoing = self.claim()
        while outgoing and not stopping():
            refusal = self.send(outgoing.pop(0))
            if refusal is not None and refusal.server_is_away:
                # The others of the batch would each wait for the same time-out.
                for each in outgoing:
                    self._record_refusal(each.attempt, refusal)
                return found
        for each in outgoing:
            self._give_back(each.attempt)
        return found

    def claim(self) -> tuple[int, list[Outgoing]]:
        """How many were due, and those of them that are to be sent now. Raises Unavailable."""
        now = self.clock.now()
        with work(self.database, NOBODY) as opened:
            keys = opened.queue.take(now, now + self.lease, self.batch)
            if not keys:
                return 0, []
            seeing = opened.narrowed_to(Scope.of_schools({school_id for school_id, _ in keys}))
            return len(keys), _Claim(self, seeing, now).take_up(keys)

    def send(self, outgoing: Outgoing) -> Refusal | None:
        """One mail on its way; None when it left. Raises Unavailable when the database is away."""
        delivery: Delivery | None = None
        try:
            rendered = self._render(outgoing)
            delivery = self.mailer.begin(rendered.mail)
            if not self._commit_handing_over(outgoing, rendered):
                delivery.abandon()
                return None
            receipt = delivery.hand_over()
        except Refused as error:
            refusal = error.refusal
            self._insist(lambda: self._record_refusal(outgoing.attempt, refusal))
            return refusal
        except NoAnswer as error:
            reason = str(error)
            self._insist(lambda: self._record_unknown(outgoing.attempt, reason))
            return None
        except Unavailable:
            if delivery is not None:
                delivery.abandon()
            raise
        self._insist(lambda: self._record_sent(outgoing.attempt, receipt))
        return None

    def decides(self, message: Message) -> WhenUncertain:
        return self.when_uncertain.get(message.template, message.kind.when_uncertain)

    def _render(self, outgoing: Outgoing) -> Rendered:
        try:
            return self.renderer.render(outgoing.message, outgoing.recipient, outgoing.template, self.clock.now())
        except Exception as error:  # a mail that cannot be written must not stop the others
            _log.error("mail not written", message_id=str(outgoing.message.id), error=type(error).__name__)
            refusal = Refusal(None, f"not written: {type(error).__name__}", about_this_mail=True)
            raise Refused(refusal) from error

    def _commit_handing_over(self, outgoing: Outgoing, rendered: Rendered) -> bool:
        """False when the message was taken from us meanwhile: then the dot must not be sent."""
        now, attempt = self.clock.now(), outgoing.attempt
        with self._work(attempt) as opened:
            opened.queue.lock_one(attempt.school_id, attempt.message_id)
            if not opened.attempts.hand_over(attempt, now):
                return False
            message = outgoing.message
            message.subject, message.recipient = rendered.copy.subject, rendered.mail.recipient
            message.language = rendered.copy.language
            message.template_version, message.template_hash = outgoing.template.version, outgoing.template.hash
            opened.messages.save(message)
            opened.messages.keep_copy(message, rendered.copy, now)
            opened.queue.put(message, now + self.mailer.patience + self.lease)
        return True

    def _record_sent(self, attempt: Attempt, receipt: Receipt) -> None:
        now = self.clock.now()
        with self._work(attempt) as opened:
            message = _locked(opened, attempt)
            if not opened.attempts.close(attempt, "accepted", now, code=250, answer=receipt.answer):
                opened.attempts.note_late_answer(attempt, receipt.answer)
                if not _is_still_open(opened, message, now):
                    return
            message.is_sent(now, receipt.answer)
            opened.queue.remove(message)
            opened.save(message, now)
        TRIES.labels("sent").inc()
        _log.info("mail sent", message_id=str(attempt.message_id), attempt=attempt.number)

    def _record_refusal(self, attempt: Attempt, refusal: Refusal) -> None:
        now = self.clock.now()
        with self._work(attempt) as opened:
            message = _locked(opened, attempt)
            if not opened.attempts.close(attempt, "refused", now, code=refusal.code, answer=refusal.answer):
                return
            due = None if refusal.permanent else next_attempt(now, message.attempts, message.expires_at, self.chance())
            if due is not None:
                message.waits("refused_for_now", refusal.answer)
                opened.queue.put(message, due)
            else:
                _give_up(message, refusal)
                opened.queue.remove(message)
            opened.save(message, now)
        TRIES.labels("failed" if due is None else "refused").inc()
        _log.warning("mail refused", message_id=str(attempt.message_id), code=refusal.code, permanent=refusal.permanent)

    def _give_back(self, attempt: Attempt) -> None:
        now = self.clock.now()
        with self._work(attempt) as opened:
            message = _locked(opened, attempt)
            if opened.attempts.close(attempt, "let_go", now):
                message.is_given_back()
                opened.queue.put(message, now)
                opened.save(message, now)

    def _record_unknown(self, attempt: Attempt, answer: str) -> None:
        now = self.clock.now()
        with self._work(attempt) as opened:
            message = _locked(opened, attempt)
            if not opened.attempts.close(attempt, "unknown", now, answer=answer):
                return
            due = next_attempt(now, message.attempts, message.expires_at, self.chance())
            if self.decides(message) == "again" and due is not None:
                message.waits("no_answer", answer)
                opened.queue.put(message, due)
            else:
                message.is_uncertain("no_answer")
                opened.queue.remove(message)
            opened.save(message, now)
        TRIES.labels("unanswered").inc()
        _log.warning("mail uncertain", message_id=str(attempt.message_id))

    def _insist(self, record: Callable[[], None]) -> None:
        """Only this worker knows what the server said: it does not give up at a database that is away for a moment."""
        for pause in _INSIST_SECONDS:
            try:
                return record()
            except Unavailable:
                self.sleep(pause)
        return record()

    def _work(self, attempt: Attempt) -> AbstractContextManager[Work]:
        return work(self.database, Scope.of_schools({attempt.school_id}))


@dataclass(frozen=True)
class _Claim:
    """What is decided about each row that was taken, in the claiming transaction."""

    dispatcher: Dispatcher
    work: Work
    now: datetime

    def take_up(self, keys: Sequence[tuple[UUID, UUID]]) -> list[Outgoing]:
        """Those that are to be sent; the others are settled here."""
        messages = self.work.messages.many(keys)
        recipients = self.work.people.recipients(messages.values(), self.now)
        stages = self.work.attempts.open_stages(list(messages.values()))
        addresses = [(each.school_id, (each.email or "").lower()) for each in recipients.values()]
        bounced = self.work.people.suppressed(addresses, self.now)
        templates = self.work.templates.published()
        not_coming = self._not_coming(messages.values())
        outgoing = []
        for message in (messages[message_id] for _, message_id in keys):
            recipient = recipients.get((message.school_id, message.person_id))
            if recipient is not None:
                message.language = self.dispatcher.renderer.language_for(recipient.language)
            if not self._recovers(message, stages.get(message.id)):
                self.work.save(message, self.now)
            elif message.id in not_coming:
                self._settle(message, "declined")
            elif self._may_go(message, recipient, bounced) and recipient is not None:
                template = templates[message.template].template
                outgoing.append(Outgoing(self._begin(message), message, recipient, template))
        return outgoing

    def _recovers(self, message: Message, stage: str | None) -> bool:
        """Settle what a worker left behind. False when nothing is to be sent any more."""
        if stage is None:
            return True
        delivered = None if stage == "handing_over" else False
        if stage == "handing_over":
            delivered = self.dispatcher.mailer.has_delivered(message.id)
        self.work.attempts.close_open(message, {True: "accepted", False: "lost", None: "unknown"}[delivered], self.now)
        if delivered:
            message.is_sent(self.now, "")
        elif delivered is False or (self.dispatcher.decides(message) == "again" and not message.is_too_late(self.now)):
            message.waits("worker_lost")
            return True
        else:
            message.is_uncertain("worker_lost")
        self.work.queue.remove(message)
        return False

    def _may_go(self, message: Message, recipient: Recipient | None, bounced: set[tuple[UUID, str]]) -> bool:
        if message.is_too_late(self.now):
            message.expire()
        elif recipient is None:
            # Events of two services may overtake each other; the person's is on its way.
            message.postpone("recipient_unknown")
            self.work.queue.put(message, self.now + WAIT_FOR_PERSON)
            self.work.save(message, self.now)
            return False
        elif reason := _unreachable(message, recipient, bounced):
            message.suppress(reason)
        elif message.attempts >= MOST_ATTEMPTS:
            message.fails("gave_up", message.answer)
        else:
            return True
        self.work.queue.remove(message)
        self.work.save(message, self.now)
        return False

    def _not_coming(self, messages: Iterable[Message]) -> set[UUID]:
        """Reminders to those who said that they cannot come: being reminded of it would be a reproach."""
        asked = {each.id: (each.school_id, each.about_id, each.person_id) for each in messages if each.kind.reminds}
        declined = self.work.people.not_coming(list(asked.values())) if asked else set()
        return {message_id for message_id, key in asked.items() if key in declined}

    def _settle(self, message: Message, reason: str) -> None:
        message.cancel(reason)
        self.work.queue.remove(message)
        self.work.save(message, self.now)

    def _begin(self, message: Message) -> Attempt:
        message.claim()
        self.work.save(message, self.now)
        return self.work.attempts.begin(message, self.dispatcher.worker, self.now)


def _unreachable(message: Message, recipient: Recipient, bounced: set[tuple[UUID, str]]) -> str | None:
    """Why no mail goes to them; None when it may."""
    try:
        _ = recipient.mailbox if message.kind.asked_for else recipient.address
    except Unreachable as error:
        return error.reason
    return "returned_before" if (recipient.school_id, (recipient.email or "").lower()) in bounced else None


def _locked(opened: Work, attempt: Attempt) -> Message:
    opened.queue.lock_one(attempt.school_id, attempt.message_id)
    return opened.messages.get(attempt.message_id, to_change=True)


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
