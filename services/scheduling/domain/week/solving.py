"""What a solver of weeks answers, and what it tells meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from services.scheduling.domain.week.model import Plan, Week


@dataclass(frozen=True)
class Progress:
    """How far it is, in percent, and the best plan so far: how many visits, and the minutes under way."""

    percent: int
    visits: int
    travel: int


@dataclass(frozen=True)
class Solution:
    """A plan, and how good any plan could be: no more than `value_bound`, and with this value no less than `travel_bound`."""

    plan: Plan
    value: int
    travel: int
    value_bound: int
    travel_bound: int
    left_out: dict[int, str]

    @property
    def proven(self) -> bool:
        """There is no better plan."""
        return (self.value, self.travel) == (self.value_bound, self.travel_bound)

    @property
    def gap(self) -> float:
        """How much of the value that is possible at most is not in the plan; 0 when nothing is."""
        return 1 - self.value / self.value_bound if self.value_bound else 0.0


class Solver(Protocol):
    """Whoever plans a week asks one of these. The same week and seed give the same plan."""

    def solve(self, week: Week, seed: int, tell: Callable[[Progress], None]) -> Solution:
        """Raises Unsolvable when what is fixed leaves no way to keep a day at all."""
        ...


class Unsolvable(Exception):
    """What is fixed on `day` cannot be kept in its hours, with the way and lunch."""

    def __init__(self, day: int) -> None:
        super().__init__(f"day {day}")
        self.day = day
