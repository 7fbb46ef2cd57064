"""The sets of visits that one day can hold, each in the order with the least travel: what the solver chooses from.

Grown call by call. Of two ways to have been at the same places and to stand at the same door, the one that is both later
and longer under way is dropped, so what remains holds the best of every set. Their number is bounded by what fits in a
day. Where windows are wide and much is due it is still too large: then only what can come to a wanted worth is grown (an
`Aim`), or the most promising go on and the others are left, and the day says that it is not complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from services.scheduling.domain.week.model import Week
from services.scheduling.domain.week.timing import LATE, DayTimes

WIDTH = 16_000
"""How many partial routes of one day may go on from each call to the next; when there are more, `NARROW` of them do."""
NARROW = 1_500


@dataclass(frozen=True)
class Route:
    """What one day can hold: the visits, the calls in order (the day's numbers), and the minutes under way."""

    visits: frozenset[int]
    order: tuple[int, ...]
    travel: int


@dataclass(frozen=True)
class Aim:
    """Only routes whose visits come to `floor`, each counted by its `worth` (by number) less the minutes under way."""

    worth: Sequence[float]
    floor: float


@dataclass(frozen=True)
class DayRoutes:
    """The routes of a day, the empty one among them; every possible one (that comes to the aim) when `complete`.

    `grown`: how many partial ones there were, a measure of the work.
    """

    times: DayTimes
    routes: list[Route]
    complete: bool
    grown: int


# How far one is: hungry and fed moments, minutes under way, the calls in order.
_Partial = tuple[int, int, int, tuple[int, ...]]
# By the calls made (a bit each) and the last of them.
_Layer = dict[tuple[int, int], list[_Partial]]


def routes(week: Week, times: DayTimes, aim: Aim | None = None, widths: tuple[int, int] = (WIDTH, NARROW)) -> DayRoutes:
    """Those of one day. Where no visit fits there is the empty one; none at all when what is fixed is too much by itself."""
    return _Growth(week, times, aim, widths).grown()


def most(times: DayTimes, worth: Sequence[float]) -> float:
    """What no route of the day comes to, whatever the order: visits counted by their worth (by number) less the way."""
    hope = _Hope(times, [worth[each] for each in times.due])
    return hope.beyond(0).within(times.opens, times.opens + times.lunch_minutes)


class _Growth:
    def __init__(self, week: Week, times: DayTimes, aim: Aim | None, widths: tuple[int, int]) -> None:
        self.times, self.aim, self.widths, self.complete = times, aim, widths, True
        self.count = 0
        self.worth = [aim.worth[each] if aim else float(week.visits[each].value) for each in times.due]
        self.hope = _Hope(times, self.worth)

    def grown(self) -> DayRoutes:
        found: dict[int, Route] = {}
        layer: _Layer = {(0, self.times.home): [(*self.times.dawn, 0, ())]}
        while layer:
            self._close(layer, found)
            layer = self._next(layer)
            self.count += sum(map(len, layer.values()))
            layer = self._narrow(layer)
        return DayRoutes(self.times, list(found.values()), self.complete, self.count)

    def _next(self, layer: _Layer) -> _Layer:
        """One call further: any visit that was not made, or the first fixed appointment that was not kept."""
        grown: _Layer = {}
        fixed, latest = self.times.fixed, self.times.latest
        for (been, last), partials in layer.items():
            kept = sum(been >> call & 1 for call in fixed)
            ways, soonest = self.times.way[last], min(min(each[0], each[1]) for each in partials)
            for two in (*self.times.suits, *fixed[kept : kept + 1]):
                if not been >> two & 1 and soonest + ways[two] <= latest[two]:
                    door = self.times.at(last, two)
                    deadline = self.times.deadlines[kept + (two in fixed)][door]
                    self._grow(partials, (last, two, deadline), grown.setdefault((been | 1 << two, door), []))
        return grown

    def _grow(self, partials: list[_Partial], leg: tuple[int, int, int], into: list[_Partial]) -> None:
        one, two, deadline = leg
        way, after = self.times.way[one][two], self.times.after
        for hungry, fed, travel, order in partials:
            later = after((hungry, fed), one, two)
            if later[0] <= deadline or later[1] <= deadline:
                _keep(into, (*later, travel + way, (*order, two)))

    def _narrow(self, layer: _Layer) -> _Layer:
        """Without what cannot come to the aim; when it is too wide still, those that hold the most for the time it took."""
        layer = {key: kept for key, partials in layer.items() if (kept := self._hopeful(key[0], partials))}
        if sum(map(len, layer.values())) <= self.widths[0 if self.complete else 1]:
            return layer
        self.complete = False
        ranked = [(self._promise(key[0], each), key, each) for key, partials in layer.items() for each in partials]
        ranked.sort(key=itemgetter(0), reverse=True)
        narrow: _Layer = {}
        for _, key, partial in ranked[: self.widths[1]]:
            narrow.setdefault(key, []).append(partial)
        return narrow

    def _hopeful(self, been: int, partials: list[_Partial]) -> list[_Partial]:
        if self.aim is None or not partials:
            return partials
        hope = self.hope.beyond(been)
        gained, floor = self.hope.gained(been), self.aim.floor
        lunch = self.times.lunch_minutes
        return [
            each for each in partials if gained - each[2] + hope.within(min(each[:2]), min(each[0] + lunch, each[1])) >= floor
        ]

    def _promise(self, been: int, partial: _Partial) -> float:
        hungry, fed, travel, _ = partial
        return self.hope.gained(been) - self.hope.usual * (min(hungry, fed) + travel)

    def _close(self, layer: _Layer, found: dict[int, Route]) -> None:
        """What of this layer can go home in time, having had lunch and kept what is fixed: the shortest for each set."""
        times, must = self.times, sum(1 << call for call in self.times.fixed)
        for (been, last), partials in layer.items():
            for hungry, fed, travel, order in partials if been & must == must else ():
                if times.after((hungry, fed), last, times.home)[1] == LATE:
                    continue
                whole = travel + (times.way[last][times.home] if last != times.home else 0)
                if been not in found or whole < found[been].travel:
                    found[been] = Route(frozenset(times.visits(order)), order, whole)


class _Hope:
    """What the visits not yet made can add at most: the best for their minutes first, the last of them in part."""

    def __init__(self, times: DayTimes, worth: Sequence[float]) -> None:
        self._times, self._worth = times, worth
        self.shortest = [_shortest(times, call) for call in range(times.home + 1)]
        minutes = [times.lengths[call] + self.shortest[call] for call in times.suits]
        net = [each - self.shortest[call] for call, each in enumerate(worth)]
        order = sorted((call for call in times.suits if net[call] > 0), key=lambda call: -net[call] / minutes[call])
        self._best = [(1 << call, minutes[call], net[call], times.latest[call] - self.shortest[call]) for call in order]
        self.usual = sum(worth) / sum(minutes) if minutes else 0.0

    def gained(self, been: int) -> float:
        return sum(each for call, each in enumerate(self._worth) if been >> call & 1)

    def beyond(self, been: int) -> _Room:
        fixed = [call for call in self._times.fixed if not been >> call & 1]
        taken = sum(self._times.lengths[call] + self.shortest[call] for call in fixed) + self.shortest[self._times.home]
        return _Room(self._times.closes - taken, [each[1:] for each in self._best if not been & each[0]])


@dataclass(frozen=True)
class _Room:
    until: int
    best: Sequence[tuple[int, float, int]]

    def within(self, soonest: int, moment: int) -> float:
        """For one who can leave at the soonest then, and has the time from a moment on: later, while lunch is to come."""
        left, sum_ = self.until - moment, 0.0
        for minutes, net, latest in self.best:
            if latest < soonest:
                continue
            if minutes >= left:
                return sum_ + net * max(0, left) / minutes
            left, sum_ = left - minutes, sum_ + net
        return sum_


def _shortest(times: DayTimes, call: int) -> int:
    """The way to it from wherever is nearest."""
    return min((row[call] for one, row in enumerate(times.way) if one != call), default=0)


def _keep(partials: list[_Partial], new: _Partial) -> None:
    """Unless another is as early and as short; what it makes needless goes."""
    hungry, fed, travel = new[:3]
    if any(each[0] <= hungry and each[1] <= fed and each[2] <= travel for each in partials):
        return
    partials[:] = [each for each in partials if each[0] < hungry or each[1] < fed or each[2] < travel]
    partials.append(new)
