"""Whom to call, and about what: parents whom no mail reaches.

Nothing is entered for it: a message that needs a person, and that nobody settled yet, is a call to make.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.notifications.domain.kinds import KINDS
from services.notifications.domain.message import Message, Status

Outcome = Literal["reached", "not_reached", "letter", "otherwise"]
# After these the parent knows, or somebody else sees to it; after the other the call is still to be made.
SETTLES: frozenset[Outcome] = frozenset({"reached", "letter", "otherwise"})
ASKS_FOR_A_CALL: frozenset[Status] = frozenset({"failed", "bounced", "suppressed"})
# A code is worth nothing by the time that somebody calls, and who left an address is not called because it is dead.
BY_CALL: frozenset[str] = frozenset(name for name, kind in KINDS.items() if kind.to == "guardian" and not kind.by_mail_alone)


@dataclass(frozen=True, slots=True)
class Contact:
    """That somebody tried to reach a parent, and how it ended. Never what was said: that belongs in the record."""

    id: UUID
    school_id: UUID
    case_id: UUID | None
    person_id: UUID
    outcome: Outcome
    at: datetime
    by_id: UUID
    by_name: str


def to_tell(messages: Sequence[Message]) -> list[Message]:
    """Of the messages that did not arrive, what a call is about: of each thing once, its newest version.

    A reminder says nothing that its invitation did not, when the parent had neither.
    """
    newest: dict[UUID | str, Message] = {}
    for message in sorted(messages, key=_age):
        newest[_thing(message)] = message
    return sorted(newest.values(), key=lambda each: each.id)


def told_by(messages: Sequence[Message], chosen: Collection[UUID]) -> list[Message]:
    """Of the messages that did not arrive: the chosen ones, whose word was given, and older ones of the same thing."""
    said = {_thing(each): _age(each) for each in sorted(messages, key=_age) if each.id in chosen}
    return [each for each in messages if _thing(each) in said and _age(each) <= said[_thing(each)]]


def _thing(message: Message) -> UUID | str:
    return message.about_id or message.template


def _age(message: Message) -> tuple[int, bool, UUID]:
    """Grows with how new its word is."""
    return message.sequence, not message.kind.reminds, message.id
