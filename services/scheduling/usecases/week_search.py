"""The search for a week plan, in the worker: one at a time, and told of while it goes on.

A plan is claimed for a while, and the claim is drawn out as long as the search goes on. When the worker goes away the claim
ends, and the next one begins anew; what fails three times is given up. No transaction is open while it is searched.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from services.scheduling.adapters import week_process
from services.scheduling.adapters.week_wire import solution_in
from services.scheduling.domain.week.solving import Solution
from services.scheduling.domain.week.wall_clock import moment
from services.scheduling.persistence.week_plans import Task, WeekPlans
from shared.clock import Clock
from shared.database import Database
from shared.tenancy import NOBODY, Scope

_CLAIM = timedelta(seconds=60)
_MOST_ATTEMPTS = 3
Solve = Callable[[dict[str, Any], int, Callable[[dict[str, int] | None], bool]], dict[str, Any] | None]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Searcher:
    """What it takes. `solve` is the process that does the work; tests have another."""

    database: Database
    clock: Clock
    solve: Solve = week_process.solve

    def search_one(self, stop: threading.Event) -> bool:
        """Make the plan that waits longest; False when none does."""
        now = self.clock.now()
        with self.database.transaction(NOBODY) as session:
            task = WeekPlans(session, frozenset()).claim(now, now + _CLAIM)
        if task is None:
            return False
        if task.attempts > _MOST_ATTEMPTS:
            self._settle(task, None)
            return True
        try:
            answer = self.solve(task.problem, task.seed, lambda told: not stop.is_set() and self._tell(task, told))
        except week_process.Ended:
            _log.warning("week plan without an answer", plan=str(task.plan_id), attempts=task.attempts)
            self._release(task)
            return True
        if answer is None:
            self._release(task)  # to whoever starts next; nobody, when it was cancelled
            return True
        self._settle(task, solution_in(answer["solution"]) if "solution" in answer else None)
        return True

    def _tell(self, task: Task, told: dict[str, int] | None) -> bool:
        """False when it was cancelled."""
        progress = {"percent": told["percent"], "planned": told["visits"], "travel": told["travel"]} if told else {}
        with self.database.transaction(NOBODY) as session:
            return WeekPlans(session, frozenset()).tell(task, progress, self.clock.now() + _CLAIM)

    def _release(self, task: Task) -> None:
        with self.database.transaction(NOBODY) as session:
            WeekPlans(session, frozenset()).release(task)

    def _settle(self, task: Task, solution: Solution | None) -> None:
        with self.database.transaction(Scope.of_schools(task.school_ids)) as session:
            plans = WeekPlans(session, task.school_ids)
            if solution is None:
                plans.fail(task)
                return
            names = ("value", "value_bound", "travel_bound", "travel")
            found = {name: getattr(solution, name) for name in names} | {"planned": len(solution.plan.stops)}
            times = {stop.visit: {"starts_at": moment(task.monday, stop.day, stop.starts)} for stop in solution.plan.stops}
            left_out = {number: {"reason": why} for number, why in solution.left_out.items()}
            plans.propose(task, found, {**times, **left_out})
