"""One mail to one guardian: its life from request to answer, and which steps of it exist."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.notifications.domain.kinds import KINDS, MailKind, Side

Status = Literal["queued", "scheduled", "sending", "sent", "bounced", "suppressed", "cancelled", "expired", "uncertain", "failed"]
UNSENT: frozenset[Status] = frozenset({"queued", "scheduled", "sending"})
# The parent has it, or may have it: what follows in the calendar must follow this one.
MAY_HAVE_ARRIVED: frozenset[Status] = frozenset({"sent", "uncertain"})

_NEXT: dict[Status, frozenset[Status]] = {
    "scheduled": frozenset({"queued", "sending", "cancelled", "expired", "suppressed"}),
    # Sent: it was taken for lost and queued again, and then the server's answer came after all.
    "queued": frozenset({"sending", "sent", "cancelled", "expired", "suppressed", "failed"}),
    # Back to the queue after a refusal for now, or when the worker died before the server could have it.
    "sending": frozenset({"queued", "sent", "uncertain", "failed", "cancelled", "expired"}),
    # A report of non-delivery comes minutes or days after the server took the mail.
    # Queued: it came back only for now, and goes once more.
    "sent": frozenset({"bounced", "queued"}),
    # Sent: the answer came late, or a person saw that it arrived. Queued: a person or the kind's rule sends it again.
    "uncertain": frozenset({"sent", "queued", "bounced", "expired"}),
    # A person repaired the address, the channel or the server, and asks for it to be sent after all.
    "failed": frozenset({"queued"}),
    "suppressed": frozenset({"queued"}),
    "bounced": frozenset({"queued"}),
    "cancelled": frozenset(),
    "expired": frozenset(),
}
# By a person; what arrived, nobody sends twice.
CAN_BE_SENT_AGAIN: frozenset[Status] = (
    frozenset(status for status, after in _NEXT.items() if "queued" in after) - UNSENT - {"sent"}
)


# What a school keeps back while it tries the program out: nobody is to be called about it, and no record tells of it.
KEPT_BACK = "trial_mode"
# The address that it tells of as left takes no mail: who left it misses nothing, and nobody is called.
LEFT_AND_DEAD = "former_address"
# No mail will do it any more: somebody calls this parent, or decides.
NEEDS_A_PERSON: frozenset[Status] = frozenset({"failed", "bounced", "suppressed", "uncertain"})


class ImpossibleStep(ValueError):
    """This message cannot go from its state into that one."""


Fate = Literal["sent", "failed", "suppressed", "settled"]


@dataclass(frozen=True, slots=True)
class Happened:
    """Something to tell the other services: `notifications.message.<what>.v1`."""

    what: Fate


@dataclass(slots=True)
class Message:
    """The row is the truth: whatever a broker, a worker or a server forgets, this says what became of the mail."""

    id: UUID
    school_id: UUID
    person_id: UUID
    template: str
    dedup_key: str
    facts: dict[str, Any]
    created_at: datetime
    case_id: UUID | None = None
    about_id: UUID | None = None
    sequence: int = 0
    status: Status = "queued"
    reason: str | None = None
    language: str = "nl"
    template_version: int | None = None
    template_hash: str | None = None
    subject: str | None = None
    recipient: str | None = None
    attempts: int = 0
    not_before: datetime | None = None
    expires_at: datetime | None = None
    sent_at: datetime | None = None
    answer: str | None = None
    settled_at: datetime | None = None
    happened: list[Happened] = field(default_factory=list)

    @property
    def kind(self) -> MailKind:
        return KINDS[self.template]

    @property
    def former_address(self) -> str | None:
        """Where it goes, when not to the address that is known today."""
        return self.facts["email"] if self.kind.to_former else None

    @property
    def is_known_to_them(self) -> bool:
        """The parent heard of it, or may have: by this mail, or because somebody told them otherwise."""
        return self.status in MAY_HAVE_ARRIVED or self.settled_at is not None

    def is_too_late(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at

    def claim(self) -> None:
        """A worker has it in hand; what it will try counts, also when the worker dies."""
        self._go("sending")
        self.reason = None
        self.attempts += 1

    def is_sent(self, now: datetime, answer: str) -> None:
        """The server took it."""
        self._go("sent")
        self.sent_at, self.answer, self.reason = now, answer, None
        self._forget("code")
        self._tell("sent")

    def postpone(self, reason: str) -> None:
        """Not yet: something that it needs is not there."""
        self.reason = reason

    def waits(self, reason: str, answer: str | None = None) -> None:
        """Refused for now, or not handed over: back into the queue."""
        self._go("queued")
        self.reason, self.answer = reason, answer

    def is_given_back(self) -> None:
        """The worker stopped before it began with this one: no try was made."""
        self._go("queued")
        self.attempts -= 1

    def fails(self, reason: str, answer: str | None) -> None:
        """Refused for good."""
        self._go("failed")
        self.reason, self.answer = reason, answer
        self._does_not_arrive("failed")

    def is_uncertain(self, reason: str) -> None:
        """Nobody can know whether the server took it, and this kind of mail asks a person."""
        self._go("uncertain")
        self.reason = reason

    def suppress(self, reason: str) -> None:
        """No mail will go to this parent: they are called or written to instead."""
        self._go("suppressed")
        self.reason = reason
        if reason != KEPT_BACK:
            self._does_not_arrive("suppressed")

    def changes_into(self, newer: Message) -> None:
        """It has not left, and is to say something else, or at another moment."""
        if self.status == "sending":
            self._go("queued")
        self.facts, self.sequence, self.language = newer.facts, newer.sequence, newer.language
        self.not_before, self.expires_at, self.reason = newer.not_before, newer.expires_at, newer.reason

    def cancel(self, reason: str) -> None:
        """Something newer says it all, or there is nothing to say any more."""
        self._go("cancelled")
        self.reason = reason

    def expire(self) -> None:
        """Its moment is over; late mail about a past appointment only confuses."""
        self._go("expired")
        self.reason = "too_late"

    def send_again(self) -> None:
        """A person asks for it after all; the number of tries begins anew."""
        self._go("queued")
        self.reason, self.answer, self.attempts, self.settled_at = "asked_again", None, 0, None

    def settle(self, now: datetime) -> None:
        """Somebody told the parent otherwise, or saw to it that they hear of it."""
        self.settled_at = now
        self._tell("settled")

    def has_arrived(self, now: datetime) -> None:
        """A person found out that an uncertain mail did arrive."""
        self.is_sent(now, "")
        self.reason = "confirmed_by_person"

    def comes_back_for_now(self, answer: str) -> None:
        """The receiving server could not be reached or had no room, for days: not the address' fault."""
        self._go("queued")
        self.reason, self.answer = "returned_for_now", answer

    def bounces(self, answer: str) -> None:
        """The receiving server sent it back after all."""
        self._go("bounced")
        self.reason, self.answer = "returned", answer
        self._does_not_arrive("failed")

    def _does_not_arrive(self, what: Fate) -> None:
        if self.kind.to_former:
            self.reason = LEFT_AND_DEAD
        else:
            self._tell(what)

    def _tell(self, what: Fate) -> None:
        """What became of a mail to a colleague belongs in no family's record."""
        if self.kind.to == "guardian":
            self.happened.append(Happened(what))

    def _go(self, to: Status) -> None:
        if to not in _NEXT[self.status]:
            raise ImpossibleStep(f"{self.status} -> {to}")
        self.status = to
        if not _NEXT[to]:
            # Done with for good: the parent's secret link is nobody's business here any more.
            self._forget("reply_token", "token", "code")

    def _forget(self, *secrets: str) -> None:
        self.facts = {name: value for name, value in self.facts.items() if name not in secrets}


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list."""

    case_id: UUID | None = None
    school_id: UUID | None = None
    statuses: tuple[str, ...] = ()
    but_for_reason: str | None = None
    template: str | None = None
    side: Side | None = None
    language: str | None = None
    asked_from: datetime | None = None
    asked_before: datetime | None = None
