"""When everything of one day takes place, given its order: as early as may be, lunch found a place, or not at all.

Two moments are carried along the day, because they are not comparable: the earliest with lunch still to come (hungry),
and the earliest with lunch behind one (fed). Whichever of an order's lunches is best, it is among what these lead to.
What can be known of a minute beforehand is looked up in tables: a search asks the same a million times.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, product

from services.scheduling.domain.week.model import Day, Fixed, Week, Window

LATE = 1500
"""A moment that never comes: after the last minute of the day."""
_FURTHEST = 720
"""A journey of more than half a day is none that one makes between visits."""

Moments = tuple[int, int]
"""The earliest that one can leave: hungry, fed."""

NEVER: Moments = (LATE, LATE)


class DayTimes:
    """The calls of one day, visits first and fixed appointments last, and the earliest times of any order of them."""

    def __init__(self, week: Week, day: int) -> None:
        hours, self.due, fixed = week.days[day], week.due_on(day), week.fixed_on(day)
        self.day, self.opens, self.closes = day, hours.opens, hours.closes
        visits = [week.visits[number] for number in self.due]
        self.lengths = [visit.minutes for visit in visits] + [each.minutes for each in fixed]
        self.suits, self.fixed = range(len(visits)), range(len(visits), len(self.lengths))
        spans = [[_inside(each, hours) for each in visit.on(day)] for visit in visits]
        spans += [[(each.starts, each.ends)] for each in fixed]
        self.home = len(self.lengths)
        steps = [week.step] * len(visits) + [1] * len(fixed)
        self._ends = [_ends(*each) for each in zip(spans, self.lengths, steps, strict=True)]
        self._ends.append(_ends([(hours.opens, hours.closes)], 0, 1))
        self.latest = [
            max((closes - minutes for _, closes in found), default=-1) for found, minutes in zip(spans, self.lengths, strict=True)
        ]
        self.still = frozenset(self.fixed[number] for number, each in enumerate(fixed) if each.place is None)
        arrived = [*(visit.place for visit in visits), *(each.place for each in fixed), hours.ends_at]
        left = [*(visit.place for visit in visits), *(each.left_from for each in fixed), hours.begins_at]
        self.way = [[_way(week, one, two) for two in arrived] for one in left]
        self.deadlines = self._deadlines(hours, fixed)
        self.lunch_minutes = hours.lunch.minutes if hours.lunch else 0
        self._fed = _after_lunch(hours)
        self.dawn: Moments = (LATE, hours.opens) if hours.lunch is None else (hours.opens, LATE)

    def visits(self, order: Sequence[int]) -> list[int]:
        """The numbers of the visits among these calls."""
        return [self.due[call] for call in order if call in self.suits]

    def without(self, order: Sequence[int], numbers: set[int]) -> tuple[int, ...]:
        """The calls but for the visits with these numbers."""
        return tuple(call for call in order if call not in self.suits or self.due[call] not in numbers)

    def at(self, one: int, two: int) -> int:
        """Where one is after `two`, come from `one`: a telephone call takes one nowhere."""
        return one if two in self.still else two

    def after(self, moments: Moments, one: int, two: int) -> Moments:
        """When one can leave `two`, having left `one` at these moments. `home` is where the day begins and ends."""
        (hungry, fed), way, ends = moments, self.way[one][two], self._ends[two]
        by_then = ends[fed + way]
        if hungry == LATE:
            return LATE, by_then
        lunched = min(ends[self._fed[hungry] + way], ends[self._fed[hungry + way]])
        return ends[hungry + way], min(by_then, lunched)

    def _deadlines(self, hours: Day, fixed: Sequence[Fixed]) -> list[list[int]]:
        """By how many fixed appointments were kept: when one must leave each call to be at the next of them, or home."""
        shortest = _shortest(self.way)
        ahead = [(each.starts, self.fixed[number]) for number, each in enumerate(fixed)] + [(hours.closes, self.home)]
        return [[at - shortest[one][two] for one in range(self.home + 1)] for at, two in ahead]

    def starts(self, order: Sequence[int]) -> list[int] | None:
        """When each call of an order begins; None when the day cannot hold it, with lunch and the way home."""
        known, doors = [self.dawn], self._doors(order)
        for one, two in zip(doors, [*order, self.home], strict=True):
            known.append(self.after(known[-1], one, two))
            if known[-1] == NEVER:
                return None
        return self._traced(order, known) if known[-1][1] < LATE else None

    def travel(self, order: Sequence[int]) -> int:
        """Minutes under way; none on a day that nothing calls one out of the door."""
        if self.still.issuperset(order):
            return 0
        return sum(self.way[one][two] for one, two in zip(self._doors(order), [*order, self.home], strict=True))

    def _doors(self, order: Sequence[int]) -> list[int]:
        """From where one goes to each call of an order, and home."""
        return list(accumulate(order, self.at, initial=self.home))

    def _traced(self, order: Sequence[int], known: Sequence[Moments]) -> list[int]:
        """From the evening back to where lunch was taken; before that the earliest hungry moments hold."""
        starts, fed, doors = list[int](), 1, self._doors(order)
        for at in range(len(order), -1, -1):
            one, two = doors[at], [*order, self.home][at]
            if at < len(order):
                starts.append(known[at + 1][fed] - self.lengths[two])
            if fed and self._ends[two][known[at][1] + self.way[one][two]] != known[at + 1][1]:
                fed = 0
        return starts[::-1]


def _way(week: Week, one: int | None, two: int | None) -> int:
    """To a telephone call there is no way; from one, nobody asks (they ask where one was)."""
    if one is None:
        return _FURTHEST
    return 0 if two is None else min(week.travel[one][two], _FURTHEST)


def _shortest(way: Sequence[Sequence[int]]) -> list[list[int]]:
    """The least minutes from each to each, by whatever stations (Floyd and Warshall): a table of minutes may have short cuts."""
    found = [list(row) for row in way]
    for by, one in product(range(len(found)), repeat=2):
        first, onwards, row = found[one][by], found[by], found[one]
        found[one] = [min(direct, first + rest) for direct, rest in zip(row, onwards, strict=True)]
    return found


def _inside(window: Window, hours: Day) -> tuple[int, int]:
    return max(window.opens, hours.opens), min(window.closes, hours.closes)


def _ends(spans: Sequence[tuple[int, int]], minutes: int, step: int) -> list[int]:
    """For each minute of arrival: when it is over, begun at a multiple of `step` inside the first span that holds it."""
    table = [LATE] * (LATE + _FURTHEST + 1)
    for opens, closes in spans:
        for arrival in range(closes - minutes + 1):
            end = -(-max(arrival, opens) // step) * step + minutes
            if end <= closes and end < table[arrival]:
                table[arrival] = end
    return table


def _after_lunch(hours: Day) -> list[int]:
    """For each minute: when one has had lunch who sits down for it then; LATE when lunch time is over."""
    if hours.lunch is None:
        return [LATE] * (LATE + _FURTHEST + 1)
    ends = [max(minute, hours.lunch.opens) + hours.lunch.minutes for minute in range(LATE + _FURTHEST + 1)]
    return [end if end <= hours.lunch.closes else LATE for end in ends]
