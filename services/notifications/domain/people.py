"""Whom this service writes to, as it knows them from the events of `cases`: guardians, and colleagues."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from services.notifications.domain.addresses import UnusableAddress, deliverable
from services.notifications.domain.trial import TrialMode

Channel = Literal["email", "phone", "letter"]
_LONGEST_NAME = 80
# Marks that steer the direction of text. A name has no need of them, and one left open would turn the rest of a mail.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


# Mail that is of no one school (an invitation to work here, a digest over schools) lies under this id, which no school
# has: so nobody at a school sees it, by the same policies as ever.
ALLIANCE = UUID(int=0)


class Recipient(Protocol):
    """Somebody whom a mail is for: what sending it needs to know of them."""

    @property
    def school_id(self) -> UUID: ...

    @property
    def person_id(self) -> UUID: ...

    @property
    def language(self) -> str: ...

    @property
    def email(self) -> str | None: ...

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str:
        """Raises Unreachable when no mail goes to them."""
        ...

    @property
    def mailbox(self) -> str:
        """Their address, however they would rather be reached. Raises Unreachable without a usable one."""
        ...


@dataclass(frozen=True, slots=True)
class Guardian:
    """One adult in the parent role, with today's address."""

    school_id: UUID
    person_id: UUID
    case_id: UUID
    first_name: str
    last_name: str
    language: str
    channel: Channel = "email"
    email: str | None = None
    phone: str | None = None
    interpreter_needed: bool = False
    trial: TrialMode | None = None

    @property
    def name(self) -> str:
        return shown(f"{self.first_name} {self.last_name}")

    @property
    def address(self) -> str:
        """Raises Unreachable when this parent does not get mail."""
        if self.channel != "email":
            raise Unreachable(f"prefers_{self.channel}")
        return self.mailbox

    @property
    def mailbox(self) -> str:
        return _usable(self.email, self.trial)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff. What they are sent says that something waits, and where: never what or about whom."""

    school_id: UUID
    person_id: UUID
    full_name: str
    email: str | None = None
    language: str = "nl"
    has_left: bool = False
    trial: TrialMode | None = None

    @property
    def name(self) -> str:
        return shown(self.full_name)

    @property
    def address(self) -> str:
        """Raises Unreachable for who no longer works for this school: its matters are not theirs any more."""
        if self.has_left:
            raise Unreachable("has_left")
        return self.mailbox

    @property
    def mailbox(self) -> str:
        return _usable(self.email, self.trial)


class Unreachable(Exception):
    """No mail goes to this person; `reason` says why and what to do instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _usable(email: str | None, trial: TrialMode | None) -> str:
    if not email:
        raise Unreachable("no_address")
    try:
        address = deliverable(email)
    except UnusableAddress as error:
        raise Unreachable("unusable_address") from error
    if trial is not None and not trial.allows(address):
        raise Unreachable("trial_mode")
    return address


def shown(name: str) -> str:
    """A name as it may stand in a mail: one line, no control or direction marks, not endless."""
    kept = "".join(" " if _is_control(mark) else mark for mark in name if mark not in _DIRECTION)
    return " ".join(kept.split())[:_LONGEST_NAME].strip()


def _is_control(mark: str) -> bool:
    return unicodedata.category(mark) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
