"""A week and its solution as JSON: numbers alone, for the table that keeps them and the process that solves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from services.scheduling.domain.week.model import Day, Fixed, Lunch, Plan, Stop, Visit, Week, Window
from services.scheduling.domain.week.solving import Solution


def week_out(week: Week) -> dict[str, Any]:
    told = asdict(week)
    return told | {"days": {str(day): hours for day, hours in told["days"].items()}}


def week_in(told: dict[str, Any]) -> Week:
    return Week(
        days={int(day): _day(hours) for day, hours in told["days"].items()},
        visits=[Visit(**each | {"windows": [Window(**window) for window in each["windows"]]}) for each in told["visits"]],
        fixed=[Fixed(**each) for each in told["fixed"]],
        travel=told["travel"],
        step=told["step"],
    )


def solution_out(solution: Solution) -> dict[str, Any]:
    told = asdict(solution)
    return told | {"plan": told["plan"]["stops"], "left_out": {str(each): why for each, why in solution.left_out.items()}}


def solution_in(told: dict[str, Any]) -> Solution:
    plan = Plan([Stop(**each) for each in told["plan"]])
    return Solution(**told | {"plan": plan, "left_out": {int(each): why for each, why in told["left_out"].items()}})


def _day(told: dict[str, Any]) -> Day:
    return Day(**told | {"lunch": told["lunch"] and Lunch(**told["lunch"])})
