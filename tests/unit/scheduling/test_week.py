"""Planning a week: what a day can hold, a first plan, the proven best, and the checker that shares no code with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations, product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.scheduling.adapters.week_solver import CpSatSolver
from services.scheduling.domain.week.check import Fault, faults
from services.scheduling.domain.week.insertion import first, improve
from services.scheduling.domain.week.model import Day, Fixed, Plan, Stop, Visit, Week, Window
from services.scheduling.domain.week.routes import routes
from services.scheduling.domain.week.solving import Progress, Solution, Unsolvable
from services.scheduling.domain.week.timing import DayTimes
from tests.weeks import CLOSES, LUNCH, OPENS, drawn, read
from tests.weeks import FOLDER as WEEKS

ALL_DAY = (OPENS, CLOSES)


def week(*visits: Visit, fixed: tuple[Fixed, ...] = (), hours: Day | None = None, apart: int = 20) -> Week:
    """One day; whatever is not at the same place is so many minutes apart."""
    size = 2 + len(visits) + len(fixed)
    travel = [[0 if one == two else apart for two in range(size)] for one in range(size)]
    return Week({0: hours or Day(OPENS, CLOSES, LUNCH)}, visits, fixed, travel)


def visit(place: int, *spans: tuple[int, int], minutes: int = 60, value: int = 30) -> Visit:
    return Visit(minutes, value, place, [Window(0, *each) for each in spans or [ALL_DAY]])


def solved(planned: Week, seed: int = 1) -> Solution:
    return CpSatSolver().solve(planned, seed, lambda _: None)


def best_by_trying_all(planned: Week) -> tuple[int, int]:
    """Every visit on every day or not at all, in every order, at every earliest minute: the best score there is."""
    found = (0, -10_000)
    choices: list[list[int | None]] = [[None, *sorted({each.day for each in visit.windows})] for visit in planned.visits]
    for days in product(*choices):
        by_day = [[number for number, day in enumerate(days) if day == each] for each in planned.days]
        ways = [shortest_day(planned, day, numbers) for day, numbers in zip(planned.days, by_day, strict=True)]
        if None not in ways:
            value = sum(planned.visits[number].value for number, day in enumerate(days) if day is not None)
            found = max(found, (value, -sum(way for way in ways if way is not None)))
    return found


def shortest_day(planned: Week, day: int, numbers: list[int]) -> int | None:
    plans = (plan for order in permutations(numbers) for plan in timings(planned, day, list(order)))
    return min((plan.travel(replace(planned, days={day: planned.days[day]})) for plan in plans), default=None)


def timings(planned: Week, day: int, order: list[int]) -> Iterator[Plan]:
    """The plans of an order with times on the half hour, as the checker lets them through."""
    starts = range(planned.days[day].opens, planned.days[day].closes, 30)
    for times in combinations(starts, len(order)):
        plan = Plan([Stop(day, at, number) for at, number in zip(times, order, strict=True)])
        if not faults(replace(planned, fixed=planned.fixed_on(day)), plan):
            yield plan
            return


def test_a_visit_is_planned_as_early_as_the_way_there_lets_it() -> None:
    assert solved(week(visit(1))).plan.stops == [Stop(0, OPENS + 20, 0)]


def test_lunch_is_kept_free_before_or_after_the_way_and_never_during_it() -> None:
    around_noon = visit(1, (690, 750)), visit(2, (760, 900))
    assert solved(week(*around_noon)).plan.stops == [Stop(0, 690, 0), Stop(0, 800, 1)]
    no_rest = week(visit(1, (690, 780)), visit(2, (780, 850)), apart=0)
    assert [stop.visit for stop in solved(no_rest).plan.stops] == [0, 1]
    assert len(solved(week(visit(1, (710, 770)), visit(2, (790, 850)))).plan.stops) == 1


def test_what_is_fixed_stays_and_the_way_to_it_is_kept() -> None:
    planned = week(visit(1, (540, 700)), fixed=(Fixed(0, 600, 60, 2),))
    assert solved(planned).left_out == {0: "travel"}
    assert solved(replace(planned, visits=[visit(1, (530, 700), minutes=45)])).plan.stops == [Stop(0, 530, 0)]


def test_on_the_telephone_one_stays_where_one_is() -> None:
    call = Fixed(0, 600, 30, None)
    planned = week(visit(1, (540, 600)), visit(1, (630, 690)), fixed=(call,))
    assert (len(solved(planned).plan.stops), solved(planned).travel) == (2, 40)
    assert faults(planned, solved(planned).plan) == []
    assert solved(week(fixed=(call,))).travel == 0


def test_a_visit_begins_at_a_multiple_of_the_step() -> None:
    assert solved(replace(week(visit(1), apart=17), step=5)).plan.stops == [Stop(0, 530, 0)]


@pytest.mark.parametrize(
    ("spans", "fixed", "reason"),
    [
        ([(1100, 1200)], (), "outside_hours"),
        ([(990, 1100)], (), "window_too_short"),
        ([(600, 660)], (Fixed(0, 600, 60, 2),), "fixed"),
        ([(540, 600)], (Fixed(0, 610, 60, 2),), "travel"),
    ],
)
def test_what_is_left_out_says_why(spans: list[tuple[int, int]], fixed: tuple[Fixed, ...], reason: str) -> None:
    assert solved(week(visit(1, *spans), fixed=fixed)).left_out == {0: reason}


def test_the_weightier_of_two_is_planned_and_the_other_says_that_it_had_to_give_way() -> None:
    found = solved(week(visit(1, (600, 660), value=30), visit(2, (600, 660), value=100)))
    assert ([stop.visit for stop in found.plan.stops], found.left_out) == ([1], {0: "outweighed"})


def test_a_day_that_cannot_be_kept_as_it_is_is_named() -> None:
    with pytest.raises(Unsolvable) as refused:
        solved(week(fixed=(Fixed(0, 700, 130, 1),)))
    assert refused.value.day == 0


@pytest.mark.parametrize("seed", range(4))
def test_small_weeks_are_planned_as_well_as_trying_everything_does(seed: int) -> None:
    planned = drawn(4, seed, fixed=1)
    halves = [[-(-minutes // 30) * 30 for minutes in row] for row in planned.travel]
    visits = [_within(replace(each, minutes=60), 2) for each in planned.visits]
    fixed = [replace(each, day=seed % 2) for each in planned.fixed]
    small = replace(planned, travel=halves, visits=visits, days={0: planned.days[0], 1: planned.days[1]}, fixed=fixed, step=30)
    found = solved(small)
    assert (found.value, -found.travel) == best_by_trying_all(small)
    assert found.proven


def _within(visit: Visit, days: int) -> Visit:
    return replace(visit, windows=[each for each in visit.windows if each.day < days])


@pytest.mark.parametrize(
    ("name", "value", "travel"), [("week-25-1", 1360, 524), ("week-25-6", 1135, 455), ("week-35-2", 1365, 646)]
)
def test_weeks_of_which_the_best_is_known(name: str, value: int, travel: int) -> None:
    found = solved(read(WEEKS / f"{name}.json"))
    assert (found.value, found.travel, found.proven) == (value, travel, True)


@given(st.integers(0, 10_000), st.integers(1, 12))
@example(7270, 8)  # the relaxation is half a minute above the best
@settings(max_examples=20, deadline=None)
def test_every_plan_passes_the_checker_and_its_figures_are_true(seed: int, visits: int) -> None:
    planned = drawn(visits, seed)
    found = solved(planned)
    assert faults(planned, found.plan) == []
    assert (found.plan.value(planned), found.plan.travel(planned)) == (found.value, found.travel)
    assert found.plan.visits | found.left_out.keys() == set(range(visits))
    assert found.proven


def test_where_too_much_fits_to_list_the_plan_holds_and_its_bound_is_honest() -> None:
    planned = drawn(16, 3)
    best, narrow = solved(planned), CpSatSolver(widths=(40, 10)).solve(planned, 1, lambda _: None)
    assert faults(planned, narrow.plan) == []
    assert (narrow.value, -narrow.travel) <= (best.value, -best.travel)
    assert (narrow.value_bound, -narrow.travel_bound) >= (best.value, -best.travel)


def test_the_same_seed_gives_the_same_plan() -> None:
    planned = drawn(20, 7)
    assert solved(planned, 5) == solved(planned, 5)


def test_insertion_gives_a_plan_that_holds_and_improving_never_makes_it_worse() -> None:
    planned = drawn(25, 3)
    draft = first(planned, {day: DayTimes(planned, day) for day in planned.days})
    better = improve(draft, 1, 30, lambda _done, _best: None)
    assert faults(planned, draft.plan()) == faults(planned, better.plan()) == []
    assert draft.score() <= better.score() <= (solved(planned).value, -solved(planned).travel)


def test_a_narrow_search_says_that_it_is_not_complete_and_holds_only_what_fits() -> None:
    planned = drawn(12, 5)
    whole, narrow = (routes(planned, DayTimes(planned, 2), widths=widths) for widths in ((9_999, 9_999), (3, 3)))
    assert (whole.complete, narrow.complete) == (True, False)
    assert {each.visits for each in narrow.routes} <= {each.visits for each in whole.routes}


def test_it_tells_how_far_it_is() -> None:
    told: list[Progress] = []
    CpSatSolver().solve(drawn(10, 1), 1, told.append)
    assert [each.percent for each in told] == sorted(each.percent for each in told)
    assert told[-1].visits > 0


PLANNED = week(visit(1, (540, 700)), visit(2), fixed=(Fixed(0, 840, 60, 3),))


@pytest.mark.parametrize(
    ("stops", "found"),
    [
        ([Stop(0, 560, 0), Stop(0, 640, 1)], []),
        ([Stop(0, 530, 0)], [Fault("outside_window", 0, (0,))]),
        ([Stop(1, 560, 0)], [Fault("outside_hours", 1, (0,))]),
        ([Stop(0, 1000, 1)], [Fault("outside_hours", 0, (1,))]),
        ([Stop(0, 515, 1)], [Fault("travel", 0, (1,), 15)]),
        ([Stop(0, 560, 0), Stop(0, 630, 1)], [Fault("travel", 0, (0, 1), 10)]),
        ([Stop(0, 560, 0), Stop(0, 600, 1)], [Fault("overlap", 0, (0, 1), 40)]),
        ([Stop(0, 800, 1)], [Fault("overlap", 0, (1,), 40)]),
        ([Stop(0, 900, 1)], [Fault("travel", 0, (1,), 20)]),
        ([Stop(0, 560, 0), Stop(0, 640, 0)], [Fault("twice", 0, (0,))]),
        ([Stop(0, 730, 1)], [Fault("lunch", 0)]),
    ],
)
def test_the_checker_says_everything_that_is_wrong(stops: list[Stop], found: list[Fault]) -> None:
    assert faults(PLANNED, Plan(stops)) == found


def test_without_lunch_nothing_is_asked_of_noon() -> None:
    hours = Day(OPENS, CLOSES, None)
    assert faults(replace(PLANNED, days={0: hours}), Plan([Stop(0, 730, 1)])) == []
