"""A week to be planned: what is due, what is fixed, and a plan for it. Minutes count from midnight on the wall clock.

A day begins and ends at a place, and everything between is inside its hours, the way included. Lunch is a rest of its
whole length at one place, before or after a journey and never during one. Places are rows of the table of travel times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# What one planned visit counts for, by its priority: 1 is the most urgent. Two of a class weigh more than one above it.
VALUES = {1: 100, 2: 60, 3: 30, 4: 15}


@dataclass(frozen=True)
class Window:
    """When a visit suits: it begins and ends inside."""

    day: int
    opens: int
    closes: int


@dataclass(frozen=True)
class Lunch:
    """A rest of so many minutes, somewhere between these."""

    opens: int
    closes: int
    minutes: int


@dataclass(frozen=True)
class Day:
    """The hours of one day, from leaving the place `begins_at` until being back at `ends_at`."""

    opens: int
    closes: int
    lunch: Lunch | None
    begins_at: int = 0
    ends_at: int = 0


@dataclass(frozen=True)
class Visit:
    """A visit that is due. Any of its windows will do; `value` is what planning it counts for."""

    minutes: int
    value: int
    place: int
    windows: Sequence[Window]

    def on(self, day: int) -> list[Window]:
        """Its windows of a day, soonest first."""
        return sorted((each for each in self.windows if each.day == day), key=lambda each: each.opens)


@dataclass(frozen=True)
class Fixed:
    """What stands already, and is neither moved nor dropped. Without `place` (a telephone call) one stays where one is.

    `leaves`: where one is afterwards, when that is elsewhere.
    """

    day: int
    starts: int
    minutes: int
    place: int | None
    leaves: int | None = None

    @property
    def ends(self) -> int:
        return self.starts + self.minutes

    @property
    def left_from(self) -> int | None:
        return self.place if self.leaves is None else self.leaves


@dataclass(frozen=True)
class Week:
    """Everything a plan must fit. `step`: visits begin at a multiple of so many minutes. `travel[i][j]`: from i to j."""

    days: Mapping[int, Day]
    visits: Sequence[Visit]
    fixed: Sequence[Fixed]
    travel: Sequence[Sequence[int]]
    step: int = 1

    def fixed_on(self, day: int) -> list[Fixed]:
        """In order of time."""
        return sorted((each for each in self.fixed if each.day == day), key=lambda each: each.starts)

    def due_on(self, day: int) -> list[int]:
        """The numbers of the visits that have a window that day."""
        return [number for number, visit in enumerate(self.visits) if visit.on(day)]


@dataclass(frozen=True, order=True)
class Stop:
    """A visit with its time."""

    day: int
    starts: int
    visit: int


@dataclass(frozen=True)
class Plan:
    """Which visits, when; in order of time."""

    stops: Sequence[Stop]

    @property
    def visits(self) -> frozenset[int]:
        return frozenset(stop.visit for stop in self.stops)

    def value(self, week: Week) -> int:
        return sum(week.visits[stop.visit].value for stop in self.stops)

    def travel(self, week: Week) -> int:
        """Minutes under way in the whole week, to and from what is fixed included."""
        return sum(minutes for day in week.days for minutes in legs(week, self, day))

    def score(self, week: Week) -> tuple[int, int]:
        """More is better: the value, and among equals the least travel."""
        return self.value(week), -self.travel(week)


def legs(week: Week, plan: Plan, day: int) -> list[int]:
    """The minutes of each journey of a day; none when nothing calls one out of the door."""
    visits = [(stop.starts, week.visits[stop.visit].place) for stop in plan.stops if stop.day == day]
    calls: list[tuple[int, int | None, int | None]] = [(starts, place, place) for starts, place in visits]
    calls += [(each.starts, each.place, each.left_from) for each in week.fixed_on(day) if each.place is not None]
    if not calls:
        return []
    at, found = week.days[day].begins_at, []
    for _, arrives, leaves in sorted(calls):
        assert arrives is not None and leaves is not None  # noqa: PT018 - one fact: who goes there leaves from there
        found.append(week.travel[at][arrives])
        at = leaves
    return [*found, week.travel[at][week.days[day].ends_at]]
