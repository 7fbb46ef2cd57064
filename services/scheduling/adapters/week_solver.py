"""Planning a week with OR-Tools: of each day's possible routes exactly one, of each visit at most one.

First most value, then least travel, as one sum in which all minutes together never outweigh the smallest value. The linear
relaxation (GLOP) is nearly whole for this problem: its prices tell which routes can be in a better plan at all, and of the
few that are left CP-SAT proves the best. Where a day has too many routes to list, the prices also tell which to grow. One
worker, a fixed seed and a limit in CP-SAT's own units of work, not in seconds: the same week gives the same plan anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil, gcd

from ortools.linear_solver import pywraplp

from services.scheduling.domain.week.insertion import Draft, Order, first, improve
from services.scheduling.domain.week.model import Week
from services.scheduling.domain.week.reasons import reasons
from services.scheduling.domain.week.routes import NARROW, WIDTH, Aim, DayRoutes, Route, most, routes
from services.scheduling.domain.week.solving import Progress, Solution, Unsolvable
from services.scheduling.domain.week.timing import DayTimes

_ROUNDS, _TURNS = 200, 8
_FEW = 600
"""So many of the routes that fall least short go to CP-SAT first, to find a good week."""
_UNIT = 1_000
"""A unit of value in minutes: values differ by five of them at least, and no week has so many minutes under way."""
_NOISE = 0.1
"""What the relaxation may be off by. Weeks come in whole minutes, so a bound less than one above the best proves it."""
_EFFORT = 20.0
_GROWN = 250_000
"""So many partial routes are grown before it is content with what it has; some five seconds."""
_WIDTHS = (16_000, 500)

Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class _Column:
    """A route of a day, and what it brings."""

    day: int
    route: Route
    worth: int


@dataclass(frozen=True)
class _Prices:
    """What the relaxation comes to, and what each visit and each day costs in it."""

    total: float
    visits: list[float]
    days: dict[int, float]

    def loss(self, column: _Column) -> float:
        """By how much a week with this column falls short of the total, at least."""
        return self.days[column.day] - column.worth + sum(self.visits[each] for each in column.route.visits)


class CpSatSolver:
    """A `Solver`. `widths`: how many partial routes of a day are listed, and how many go on when there are more.

    `effort` is in CP-SAT's deterministic units, about a third of a second each.
    """

    def __init__(self, effort: float = _EFFORT, widths: tuple[int, int] = (WIDTH, NARROW)) -> None:
        self._effort, self._widths = effort, widths

    def solve(self, week: Week, seed: int, tell: Tell) -> Solution:
        """Raises Unsolvable when what is fixed leaves no way to keep a day at all."""
        days = list(_listed(week, self._widths, tell))
        draft = first(week, {each.times.day: each.times for each in days})
        if not all(each.complete for each in days):
            draft = improve(draft, seed, _ROUNDS, lambda done, best: tell(_progress(30 + 20 * done // _ROUNDS, best)))
        return _Search(days, draft, seed, self._effort).solution(tell)


def _listed(week: Week, widths: tuple[int, int], tell: Tell) -> Iterator[DayRoutes]:
    for number, day in enumerate(week.days, start=1):
        found = routes(week, DayTimes(week, day), widths=widths)
        if not found.routes:
            raise Unsolvable(day)
        yield found
        tell(Progress(30 * number // len(week.days), 0, 0))


class _Search:
    """The columns known so far, and the best week of them. `partly`: the days of which not all routes are known."""

    def __init__(self, days: Sequence[DayRoutes], draft: Draft, seed: int, effort: float) -> None:
        self.week, self.draft, self.seed, self.effort = draft.week, draft, seed, effort
        self.partly = [each.times for each in days if not each.complete]
        self.columns: dict[tuple[int, frozenset[int]], _Column] = {}
        self.grown = 0
        for each in days:
            self._add(each.times.day, each.routes)
        for day, order in sorted(draft.seen | set(draft.orders.items())):
            self._add(day, [_route(draft.times[day], order)])

    def solution(self, tell: Tell) -> Solution:
        for turn in range(_TURNS):
            tell(_progress(50 + 40 * turn // _TURNS, self.draft))
            prices = _relaxed(self.week, list(self.columns.values()))
            beyond = sum(self._priced(times, prices) for times in self.partly)
            self._choose(sorted(self.columns.values(), key=prices.loss)[:_FEW])
            if beyond < 1 or self.grown > _GROWN:
                break
        bound = prices.total + beyond
        return _solution(self.draft, self._proven(prices, bound) if beyond < 1 else bound)

    def _priced(self, times: DayTimes, prices: _Prices) -> float:
        """Add the routes of a day that are worth more than the day costs; by how much at most, known or not."""
        found = self._grow(times, prices, 0.0)
        gains = [-prices.loss(self._column(times.day, route)) for route in found.routes]
        return (
            max([0.0, *gains])
            if found.complete
            else max(0.0, most(times, self._aim(times, prices, 0.0).worth) - prices.days[times.day])
        )

    def _proven(self, prices: _Prices, bound: float) -> float:
        """A closer bound, when every route that can be in a better week can be listed and chosen from."""
        gap = bound - self.worth + 1
        if gap < 2 - _NOISE:
            return bound
        for times in self.partly:
            if not self._grow(times, prices, gap).complete:
                return bound
        return min(bound, self._choose([each for each in self.columns.values() if prices.loss(each) <= gap]))

    @property
    def worth(self) -> int:
        """Of the best week so far."""
        value, shortness = self.draft.score()
        return _UNIT * value + shortness

    def _choose(self, columns: Sequence[_Column]) -> float:
        """The best week of these columns, if it is better; what none of them exceeds."""
        mine = [self.columns[day, _route(self.draft.times[day], order).visits] for day, order in self.draft.orders.items()]
        orders, bound = _chosen(
            self.week, [*columns, *(each for each in mine if each not in columns)], mine, (self.seed, self.effort)
        )
        if orders is not None:
            better = replace(self.draft, orders=orders)
            self.draft = better if better.score() > self.draft.score() else self.draft
        return bound

    def _grow(self, times: DayTimes, prices: _Prices, gap: float) -> DayRoutes:
        """Know the routes of a day that fall no more than the gap short."""
        found = routes(self.week, times, self._aim(times, prices, gap), _WIDTHS)
        self.grown += found.grown
        self._add(times.day, found.routes)
        return found

    def _aim(self, times: DayTimes, prices: _Prices, gap: float) -> Aim:
        worth = [_UNIT * visit.value - price for visit, price in zip(self.week.visits, prices.visits, strict=True)]
        return Aim(worth, prices.days[times.day] - gap)

    def _add(self, day: int, found: Iterable[Route]) -> None:
        for route in found:
            known = self.columns.get((day, route.visits))
            if known is None or route.travel < known.route.travel:
                self.columns[day, route.visits] = self._column(day, route)

    def _column(self, day: int, route: Route) -> _Column:
        return _Column(day, route, _UNIT * sum(self.week.visits[each].value for each in route.visits) - route.travel)


def _relaxed(week: Week, columns: Sequence[_Column]) -> _Prices:
    """The relaxation, in which parts of routes are chosen."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    _, visits, days = _model(solver, week, columns, whole=False)
    solver.Solve()
    prices = [visits[number].dual_value() if number in visits else 0.0 for number in range(len(week.visits))]
    return _Prices(solver.Objective().Value(), prices, {day: row.dual_value() for day, row in days.items()})


def _chosen(
    week: Week, columns: Sequence[_Column], known: Sequence[_Column], how: tuple[int, float]
) -> tuple[dict[int, Order] | None, float]:
    """Proven by CP-SAT within its effort, beginning from the week that is known; None when it found no week."""
    solver = pywraplp.Solver.CreateSolver("SAT")
    solver.SetSolverSpecificParametersAsString(f"num_workers:1 random_seed:{how[0]} max_deterministic_time:{how[1]}")
    literals, _, _ = _model(solver, week, columns, whole=True)
    solver.SetHint(literals, [float(each in known) for each in columns])
    if solver.Solve() not in (solver.OPTIMAL, solver.FEASIBLE):
        return None, float("inf")
    chosen = [each for each, literal in zip(columns, literals, strict=True) if literal.solution_value() > 0.5]
    return {each.day: each.route.order for each in chosen}, solver.Objective().BestBound()


Rows = dict[int, pywraplp.Constraint]


def _model(
    solver: pywraplp.Solver, week: Week, columns: Sequence[_Column], *, whole: bool
) -> tuple[list[pywraplp.Variable], Rows, Rows]:
    """A variable a column; a row for each visit (at most once) and for each day (exactly one route)."""
    literals, goal = [], solver.Objective()
    visits: Rows = {}
    days = {day: solver.Constraint(1, 1) for day in week.days}
    for column in columns:
        literal = solver.BoolVar("") if whole else solver.NumVar(0, solver.infinity(), "")
        literals.append(literal)
        goal.SetCoefficient(literal, column.worth)
        days[column.day].SetCoefficient(literal, 1)
        for each in column.route.visits:
            if each not in visits:
                visits[each] = solver.Constraint(-solver.infinity(), 1)
            visits[each].SetCoefficient(literal, 1)
    goal.SetMaximization()
    return literals, visits, days


def _route(times: DayTimes, order: Order) -> Route:
    return Route(frozenset(times.visits(order)), order, times.travel(order))


def _progress(percent: int, draft: Draft) -> Progress:
    return Progress(percent, len(draft.planned()), -draft.score()[1])


def _solution(draft: Draft, bound: float) -> Solution:
    """The bound is of the sum of both; values come in steps of what divides them all."""
    value, travel = draft.score()[0], -draft.score()[1]
    step, most_value = gcd(*(visit.value for visit in draft.week.visits)) or 1, ceil((bound - 0.5) / _UNIT)
    possible = sum(visit.value for visit in draft.week.visits)
    value_bound = max(value, min(possible, most_value // step * step))
    travel_bound = max(0, min(travel, ceil(value * _UNIT - bound - _NOISE))) if value_bound == value else 0
    return Solution(draft.plan(), value, travel, value_bound, travel_bound, reasons(draft.week, draft))
