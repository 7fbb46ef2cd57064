"""Weeks to plan: drawn by a seed, of the kind that a liaison in a city has, or read from `tests/benchmarks/weeks`."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.scheduling.domain.travel import CityTravel, Point
from services.scheduling.domain.week.model import VALUES, Day, Fixed, Lunch, Visit, Week, Window

OPENS, CLOSES, LUNCH = 510, 1020, Lunch(720, 810, 30)
_SPANS = ((510, 1020), (510, 720), (540, 660), (780, 930), (900, 1020))
_FIXED = (540, 570, 600, 840, 870, 900, 930)
FOLDER = Path(__file__).parent / "benchmarks" / "weeks"


def drawn(visits: int, seed: int, fixed: int = 6) -> Week:
    """The office first, then what is fixed, then the visits: 45 or 60 minutes, on one to three days."""
    chance = random.Random(f"{visits} {seed}")
    points = _points(chance, 1 + fixed + visits)
    travel = [[CityTravel().minutes(one, two) for two in points] for one in points]
    visited = [_visit(chance, place) for place in range(1 + fixed, 1 + fixed + visits)]
    return Week({day: Day(OPENS, CLOSES, LUNCH) for day in range(5)}, visited, _fixed(chance, travel[0], fixed), travel)


def read(path: Path) -> Week:
    """A week as it is written in a file."""
    told = json.loads(path.read_text())
    lunch = Lunch(told["minutes"]["lunch_from"], told["minutes"]["lunch_until"], told["minutes"]["lunch"])
    hours = Day(told["minutes"]["day_start"], told["minutes"]["day_end"], lunch)
    fixed = [Fixed(each["day"], each["start"], each["minutes"], each["location"]) for each in told["fixed"]]
    return Week(dict.fromkeys(range(5), hours), [_told(each) for each in told["visits"]], fixed, told["travel_minutes"])


def _told(visit: dict[str, Any]) -> Visit:
    windows = [Window(each["day"], each["from"], each["until"]) for each in visit["windows"]]
    return Visit(visit["minutes"], VALUES[visit["priority"]], visit["location"], windows)


def _points(chance: random.Random, count: int) -> Sequence[Point]:
    """Around a city of some ten kilometres across."""
    return [Point(51.92 + chance.uniform(-0.045, 0.045), 4.48 + chance.uniform(-0.07, 0.07)) for _ in range(count)]


def _visit(chance: random.Random, place: int) -> Visit:
    days = sorted(chance.sample(range(5), chance.choices((1, 2, 3), (1, 2, 1))[0]))
    windows = [Window(day, *chance.choice(_SPANS)) for day in days]
    value = VALUES[chance.choices((1, 2, 3, 4), (2, 4, 3, 1))[0]]
    return Visit(chance.choice((45, 60)), value, place, windows)


def _fixed(chance: random.Random, ways: Sequence[int], count: int) -> list[Fixed]:
    """An hour each, for which one need not leave the office before it opens; two on one day have lunch between them."""
    found: list[Fixed] = []
    while len(found) < count:
        day, starts = chance.randrange(5), chance.choice(_FIXED)
        far = starts - ways[len(found) + 1] < OPENS or starts + 60 + ways[len(found) + 1] > CLOSES
        if not far and all(each.day != day or abs(each.starts - starts) >= 180 for each in found):
            found.append(Fixed(day, starts, 60, len(found) + 1))
    return found
