"""What a partnership costs both sides, and the coaching that is part of it: minutes, never whose fault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.errors import Invalid

INVESTORS = ("parents", "school", "liaison")
COACHED = ("parents", "school", "colleague")
MOST_MINUTES = 1440
# What is said while coaching stays with the alliance.
COACHING_READERS = ("liaison", "team")


@dataclass(frozen=True)
class TimeEntry:
    """`minutes` that one party gave on a day, and what for."""

    id: UUID
    by: str
    minutes: int
    on: date
    purpose: str
    written_by: UUID
    written_by_name: str
    written_at: datetime


@dataclass(frozen=True)
class Coaching:
    """A talk in which somebody was coached: `coached` is parents, school or a colleague."""

    id: UUID
    coached: str
    topic: str
    on: date
    minutes: int
    written_by: UUID
    written_by_name: str
    written_at: datetime


def investors_of(role: str) -> tuple[str, ...]:
    """Whose minutes somebody writes down: the school its own, the liaison everybody's, as the parents have no account."""
    return {"school_staff": ("school",), "liaison": INVESTORS}.get(role, ())


def check_investor(role: str, by: str) -> None:
    """Raises Invalid naming the field."""
    if by not in investors_of(role):
        raise Invalid({"by": ["U kunt alleen de tijd van uw eigen kant opschrijven."]})


def totals(entries: Iterable[TimeEntry]) -> dict[str, int]:
    """Minutes by party, each of the three named."""
    found = dict.fromkeys(INVESTORS, 0)
    for each in entries:
        found[each.by] += each.minutes
    return found


def readers_of_coaching(coached: str) -> tuple[str, ...]:
    """A school reads what it was coached in; what parents or a colleague were coached in stays within the alliance."""
    return ("school", *COACHING_READERS) if coached == "school" else COACHING_READERS
