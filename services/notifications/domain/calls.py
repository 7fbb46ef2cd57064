"""Whom to call, and about what: parents whom no mail reaches.

Nothing is entered for it: a message that needs a person, and that nobody settled yet, is a call to make.
"""

from __future__ import annotations

from collections.abc import Sequence
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
# What a school keeps back while it tries the program out is no call to make.
KEPT_BACK = "trial_mode"
# A code is worth nothing by the time that somebody calls.
BY_CALL: frozenset[str] = frozenset(name for name, kind in KINDS.items() if kind.to == "guardian" and not kind.asked_for)


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
    for message in sorted(messages, key=lambda each: (each.sequence, not each.kind.reminds, each.id)):
        newest[message.about_id or message.template] = message
    return sorted(newest.values(), key=lambda each: each.id)
