"""A first plan in an instant: each visit, the weightiest first, where it costs the least way; and a better one by and by.

Improving takes a part of the plan out and puts in again what then fits best, and keeps the result when it is no worse.
What days looked like on the way is remembered: put together differently, those days may make a better week.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from services.scheduling.domain.week.model import Plan, Stop, Week
from services.scheduling.domain.week.timing import DayTimes

Order = tuple[int, ...]
"""The calls of a day by their numbers in `DayTimes`, the fixed ones among them."""

_NOISE = 0.4


@dataclass
class Draft:
    """A plan in the making: each day's order."""

    week: Week
    times: Mapping[int, DayTimes]
    orders: dict[int, Order]
    seen: set[tuple[int, Order]] = field(default_factory=set)

    @classmethod
    def empty(cls, week: Week, times: Mapping[int, DayTimes]) -> Draft:
        """Nothing but what is fixed."""
        return cls(week, times, {day: tuple(each.fixed) for day, each in times.items()})

    def planned(self) -> set[int]:
        """The numbers of the visits in it."""
        return {
            self.times[day].due[call] for day, order in self.orders.items() for call in order if call in self.times[day].suits
        }

    def score(self) -> tuple[int, int]:
        """The value of what is planned, and among equals the least travel."""
        travel = sum(self.times[day].travel(order) for day, order in self.orders.items())
        return sum(self.week.visits[number].value for number in self.planned()), -travel

    def insert(self, numbers: Iterable[int]) -> None:
        """Each of these visits in this order, where it costs the least way; what fits nowhere is left out."""
        for number in numbers:
            found = [(*best, day) for day in self.times if (best := self._best(number, day)) is not None]
            if found:
                _, order, day = min(found)
                self.orders[day] = order
                self.seen.add((day, order))

    def without(self, numbers: set[int]) -> dict[int, Order]:
        """The orders with these visits taken out."""
        return {day: self.times[day].without(order, numbers) for day, order in self.orders.items()}

    def plan(self) -> Plan:
        """With the earliest times."""
        return Plan(sorted(stop for day, order in self.orders.items() for stop in stops(self.times[day], day, order)))

    def _best(self, number: int, day: int) -> tuple[int, Order] | None:
        """The least extra way of a visit on a day, and the order with it."""
        times, order = self.times[day], self.orders[day]
        if number not in times.due:
            return None
        call, before = times.due.index(number), times.travel(order)
        tried = [(*order[:at], call, *order[at:]) for at in range(len(order) + 1)]
        return min(((times.travel(each) - before, each) for each in tried if times.starts(each) is not None), default=None)


def stops(times: DayTimes, day: int, order: Order) -> list[Stop]:
    """The visits of an order with their times. Raises ValueError when the day cannot hold it."""
    starts = times.starts(order)
    if starts is None:
        raise ValueError(f"day {day} cannot hold {order}")
    return [Stop(day, at, times.due[call]) for call, at in zip(order, starts, strict=True) if call in times.suits]


def first(week: Week, times: Mapping[int, DayTimes]) -> Draft:
    """The weightiest first; of equals the one with the least choice of time."""
    draft = Draft.empty(week, times)
    draft.insert(sorted(range(len(week.visits)), key=lambda number: (-week.visits[number].value, _room(week, number), number)))
    return draft


def improve(draft: Draft, seed: int, rounds: int, on_round: Callable[[int, Draft], None]) -> Draft:
    """The same rounds give the same plan for the same seed."""
    chance, best = random.Random(seed), draft.score()
    for number in range(rounds):
        on_round(number, draft)
        taken = _taken(draft, chance)
        tried = Draft(draft.week, draft.times, draft.without(taken), draft.seen)
        waiting = [each for each in range(len(draft.week.visits)) if each not in tried.planned()]
        tried.insert(sorted(waiting, key=lambda each: -draft.week.visits[each].value * chance.uniform(1 - _NOISE, 1 + _NOISE)))
        score = tried.score()
        if score >= best:
            draft, best = tried, score
    return draft


def _taken(draft: Draft, chance: random.Random) -> set[int]:
    """Either a whole day, or some here and there."""
    planned = sorted(draft.planned())
    if planned and chance.random() < 0.5:
        return set(chance.sample(planned, chance.randint(1, min(8, len(planned)))))
    day = chance.choice(sorted(draft.orders))
    return set(draft.times[day].visits(draft.orders[day]))


def _room(week: Week, number: int) -> int:
    visit = week.visits[number]
    return sum(max(0, each.closes - each.opens - visit.minutes) for each in visit.windows)
