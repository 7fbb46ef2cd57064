"""The overview that a member of staff gets on a working morning: how much waits, and not what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from services.cases.domain.todo import Todo
from shared.clock import AMSTERDAM

FROM, UNTIL = time(6, 0), time(12, 0)
_FRIDAY = 4
_REVIEWS = ("look_back",)
_ENDING = ("end_in_sight", "end_passed")


@dataclass(frozen=True)
class Counts:
    """Agreements to look back on, cases that end or should have, and everything else that waits."""

    reviews_due: int
    cases_ending: int
    waiting: int

    @property
    def anything(self) -> bool:
        return bool(self.reviews_due or self.cases_ending or self.waiting)


def morning_of(now: datetime) -> date | None:
    """The day whose overview is due at this moment; None outside a working day's morning: nobody is told at night."""
    local = now.astimezone(AMSTERDAM)
    return local.date() if local.weekday() <= _FRIDAY and FROM <= local.time() < UNTIL else None


def counted(todos: Iterable[Todo]) -> Counts:
    kinds = [each.kind for each in todos]
    reviews, ending = sum(kind in _REVIEWS for kind in kinds), sum(kind in _ENDING for kind in kinds)
    return Counts(reviews, ending, len(kinds) - reviews - ending)
