"""What is decided about each message that was taken from the queue, in the claiming transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from prometheus_client import Counter

from services.notifications.domain.addresses import domain_of
from services.notifications.domain.kinds import WhenUncertain
from services.notifications.domain.limits import Allowances, Limits
from services.notifications.domain.message import Message
from services.notifications.domain.people import Recipient, Unreachable
from services.notifications.domain.retries import MOST_ATTEMPTS, WAIT_FOR_PERSON
from services.notifications.domain.timing import Timing
from services.notifications.persistence.unit_of_work import Work
from services.notifications.usecases.outgoing import Outgoing

HELD = Counter("mail_held_total", "Mails put off when their turn came, by what they wait for", ["reason"])


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the claim goes by. `has_delivered` asks the mailer; `language_for` the renderer."""

    worker: str
    lease: timedelta
    limits: Limits
    timing: Timing
    decides: Callable[[Message], WhenUncertain]
    has_delivered: Callable[[UUID], bool | None]
    language_for: Callable[[str], str]


@dataclass
class Claim:
    """One batch. What is settled or put off here is written at the end, for all at once."""

    rules: Rules
    work: Work
    now: datetime
    touched: dict[UUID, Message] = field(default_factory=dict)
    done_with: list[Message] = field(default_factory=list)
    later: list[tuple[Message, datetime]] = field(default_factory=list)

    def take_up(self, keys: Sequence[tuple[UUID, UUID]]) -> list[Outgoing]:
        """Those that are to be sent now, in the order of the queue."""
        found = self.work.messages.many(keys)
        messages = [found[message_id] for _, message_id in keys]
        recipients = self.work.people.recipients(messages, self.now)
        for message in messages:
            if message.id in recipients:
                message.language = self.rules.language_for(recipients[message.id].language)
        ready = self._admitted(self._sendable(messages, recipients), recipients)
        for message in ready:
            message.claim()
            self.touched[message.id] = message
        attempts = self.work.attempts.begin(ready, self.rules.worker, self.now)
        self._write()
        templates = self.work.templates.published() if ready else {}
        until = self.now + self.rules.lease
        return [
            Outgoing(attempts[each.id], each, recipients[each.id], templates[each.template].template, until) for each in ready
        ]

    def _sendable(self, messages: list[Message], recipients: dict[UUID, Recipient]) -> list[Message]:
        """Without those of which there is something else to say than their words."""
        stages = self.work.attempts.open_stages(messages)
        addresses = [(each.school_id, (each.email or "").lower()) for each in recipients.values()]
        bounced = self.work.people.suppressed(addresses, self.now)
        not_coming = self._not_coming(messages)
        kept = []
        for message in messages:
            if not self._recovers(message, stages.get(message.id)):
                continue
            if message.id in not_coming:
                message.cancel("declined")
                self._is_done_with(message)
            elif self._may_go(message, recipients.get(message.id), bounced):
                kept.append(message)
        return kept

    def _recovers(self, message: Message, stage: str | None) -> bool:
        """Settle what a worker left behind. False when nothing is to be sent any more."""
        if stage is None:
            return True
        delivered = self.rules.has_delivered(message.id) if stage == "handing_over" else False
        self.work.attempts.close_open(message, {True: "accepted", False: "lost", None: "unknown"}[delivered], self.now)
        if delivered:
            message.is_sent(self.now, "")
        elif delivered is False or (self.rules.decides(message) == "again" and not message.is_too_late(self.now)):
            message.waits("worker_lost")
            self.touched[message.id] = message
            return True
        else:
            message.is_uncertain("worker_lost")
        self._is_done_with(message)
        return False

    def _may_go(self, message: Message, recipient: Recipient | None, bounced: set[tuple[UUID, str]]) -> bool:
        held_until = self.rules.timing.held_until(message.kind, self.now, message.expires_at)
        if message.is_too_late(self.now):
            message.expire()
        elif held_until is not None:
            return self._put_off(message, "quiet_hours", held_until)
        elif recipient is None:
            # Events of two services may overtake each other; the person's is on its way.
            return self._put_off(message, "recipient_unknown", self.now + WAIT_FOR_PERSON)
        elif reason := _unreachable(message, recipient, bounced):
            message.suppress(reason)
        elif message.attempts >= MOST_ATTEMPTS:
            message.fails("gave_up", message.answer)
        else:
            return True
        self._is_done_with(message)
        return False

    def _admitted(self, messages: list[Message], recipients: dict[UUID, Recipient]) -> list[Message]:
        """Those that the limits let through; the others come back when there should be room."""
        limits = self.rules.limits
        rates = {each.id: limits.rates(each.school_id, domain_of(recipients[each.id].mailbox)) for each in messages}
        by_key = {key: rate for each in rates.values() for key, rate in each.items()}
        allowances = Allowances(by_key, self.work.buckets.locked(by_key), self.now)
        admitted = []
        for message in messages:
            due = allowances.admit(list(rates[message.id]), urgent=bool(message.kind.at_any_hour))
            if due is None:
                admitted.append(message)
            else:
                self._put_off(message, "limited", due)
        self.work.buckets.keep({key: allowances.buckets[key] for key in allowances.changed})
        return admitted

    def _not_coming(self, messages: Iterable[Message]) -> set[UUID]:
        """Reminders to those who said that they cannot come: being reminded of it would be a reproach."""
        asked = {each.id: (each.school_id, each.about_id, each.person_id) for each in messages if each.kind.reminds}
        declined = self.work.people.not_coming(list(asked.values())) if asked else set()
        return {message_id for message_id, key in asked.items() if key in declined}

    def _put_off(self, message: Message, reason: str, until: datetime) -> bool:
        message.postpone(reason)
        self.touched[message.id] = message
        self.later.append((message, until))
        HELD.labels(reason).inc()
        return False

    def _is_done_with(self, message: Message) -> None:
        self.touched[message.id] = message
        self.done_with.append(message)

    def _write(self) -> None:
        self.work.queue.remove(*self.done_with)
        self.work.queue.postpone(self.later)
        self.work.save_all(list(self.touched.values()), self.now)


def _unreachable(message: Message, recipient: Recipient, bounced: set[tuple[UUID, str]]) -> str | None:
    """Why no mail goes to them; None when it may."""
    try:
        _ = recipient.mailbox if message.kind.by_mail_alone else recipient.address
    except Unreachable as error:
        return error.reason
    return "returned_before" if (recipient.school_id, (recipient.email or "").lower()) in bounced else None
