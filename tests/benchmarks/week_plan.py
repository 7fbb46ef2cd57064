"""Weeks planned by our solver, and beside it by PyVRP in the same time; every plan looked at by the independent checker.

Seconds are of the processor, by this process, so that what else the machine does counts for little. The weeks are those in
`weeks` and others of the kind, drawn by a seed. PyVRP knows no lunch: it gets one as a stop that can be made at any of the
day's places.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pyvrp

from services.scheduling.adapters.week_solver import CpSatSolver
from services.scheduling.domain.week.check import faults
from services.scheduling.domain.week.model import Week
from services.scheduling.domain.week.solving import Solution
from tests.weeks import FOLDER, drawn, read

# How many visits, how many drawn weeks beside those in the folder, the seconds, and the part of the value that may lack.
_KINDS = ((25, 8, 2.0, 0.0), (35, 4, 5.0, 0.01), (50, 2, 10.0, None))
_PRIZE = 1_000


def run(out: dict[str, Any]) -> None:
    """Some minute and a half, of which PyVRP has the most."""
    rows = []
    for visits, more, seconds, lacking in _KINDS:
        for name, week in _weeks(visits, more):
            rows.append(_row(name, week, seconds, lacking))
    out["week_plan"] = rows


def _weeks(visits: int, more: int) -> Iterator[tuple[str, Week]]:
    for path in sorted(FOLDER.glob(f"week-{visits}-*.json")):
        yield path.stem, read(path)
    for seed in range(1, more + 1):
        yield f"drawn-{visits}-{seed}", drawn(visits, seed)


def _row(name: str, week: Week, seconds: float, lacking: float | None) -> dict[str, Any]:
    begin = time.process_time()
    solution = CpSatSolver().solve(week, 1, lambda _: None)
    used = time.process_time() - begin
    row = {"week": name, "cpu s": used, "visits": len(solution.plan.stops), "value": solution.value}
    row |= {"under way": solution.travel, "at most": solution.value_bound, "proven": solution.proven}
    good = used <= seconds and not faults(week, solution.plan) and _adds_up(week, solution)
    if lacking is None:
        row["pyvrp value"] = other = _pyvrp(week, seconds)
        return row | {"reached": good and solution.value >= other}
    return row | {"reached": good and (solution.proven if lacking == 0 else solution.gap <= lacking)}


def _adds_up(week: Week, solution: Solution) -> bool:
    """The figures are those of the plan, and every visit is either planned or has a reason."""
    told = (solution.plan.value(week), solution.plan.travel(week)) == (solution.value, solution.travel)
    return told and set(solution.plan.visits) | set(solution.left_out) == set(range(len(week.visits)))


def _pyvrp(week: Week, seconds: float) -> int:
    """The value of what PyVRP plans in as many seconds: a vehicle is a day, lunch a client at one of its places."""
    model = pyvrp.Model()
    places = [model.add_location(0, 0) for _ in week.travel]
    for one, row in zip(places, week.travel, strict=True):
        for two, minutes in zip(places, row, strict=True):
            model.add_edge(one, two, minutes, minutes)
    office = model.add_depot(places[0])
    for day, hours in week.days.items():
        early, late = _on(day, hours.opens), _on(day, hours.closes)
        model.add_vehicle_type(1, start_depot=office, end_depot=office, tw_early=early, tw_late=late)
        _lunch(model, week, day, places)
    for each in week.fixed:
        at = _on(each.day, each.starts)
        model.add_client(places[each.place or 0], service_duration=each.minutes, tw_early=at, tw_late=at)
    names = _offer(model, week, places)
    best = model.solve(_Until(seconds), seed=1, display=False, collect_stats=False).best
    if not best.is_feasible():
        return 0
    made = {names[each] for route in best.routes() for each in _clients(route) if each in names}
    return sum(week.visits[number].value for number in made)


class _Until:
    """So many seconds of the processor, as our own are counted."""

    def __init__(self, seconds: float) -> None:
        self._end = time.process_time() + seconds

    def __call__(self, best_cost: int) -> bool:
        return time.process_time() > self._end


def _offer(model: pyvrp.Model, week: Week, places: list[Any]) -> dict[int, int]:
    """A client for each window of each visit, of which one at most is served; the visits by the clients' numbers."""
    names = {}
    for number, visit in enumerate(week.visits):
        group = model.add_client_group(required=False)
        for each in visit.windows:
            early, late = _on(each.day, each.opens), _on(each.day, each.closes - visit.minutes)
            names[len(model.clients)] = number
            model.add_client(
                places[visit.place],
                service_duration=visit.minutes,
                tw_early=early,
                tw_late=late,
                prize=visit.value * _PRIZE,
                required=False,
                group=group,
            )
    return names


def _lunch(model: pyvrp.Model, week: Week, day: int, places: list[Any]) -> None:
    lunch = week.days[day].lunch
    assert lunch is not None
    here = {0, *(week.visits[number].place for number in week.due_on(day)), *(each.place or 0 for each in week.fixed_on(day))}
    group = model.add_client_group(required=True)
    for place in sorted(here):
        early, late = _on(day, lunch.opens), _on(day, lunch.closes - lunch.minutes)
        model.add_client(places[place], service_duration=lunch.minutes, tw_early=early, tw_late=late, required=False, group=group)


def _clients(route: Any) -> Iterator[int]:
    return (each.idx for each in route if each.is_client())


def _on(day: int, minute: int) -> int:
    """Minutes since Monday's midnight."""
    return day * 1440 + minute
