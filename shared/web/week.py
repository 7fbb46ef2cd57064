"""A week as a grid: which five minutes of an hour an item starts and ends in, and side by side what overlaps.

Places are CSS classes and not style attributes, because the content security policy forbids those. Knows nothing of
appointments: whoever shows a week turns its things into `Item`s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from shared.web.i18n import local

FIRST_HOUR, LAST_HOUR = 6, 22
_MAX_LANES = 4
# A way of twenty minutes between two visits has a place of its own.
_MINUTES = 5
_ROWS = 60 // _MINUTES
COLOURS = 6


@dataclass(frozen=True)
class Item:
    """One thing in the week.

    `colour` counts from 1 (a school's), 0 is neutral; `waiting`: striped; `travel`: faint; `movable`: may be dragged to
    another time, where there is a script.
    """

    starts_at: datetime
    ends_at: datetime
    title: str
    detail: str = ""
    href: str = ""
    colour: int = 0
    waiting: bool = False
    travel: bool = False
    cancelled: bool = False
    movable: bool = False
    classes: str = ""


@dataclass(frozen=True)
class Day:
    """One day with its items in order of time."""

    date: date
    items: Sequence[Item] = ()
    today: bool = False
    note: str = ""


@dataclass(frozen=True)
class Week:
    """What the `week` macro draws: the days, and the hours from `first_hour` on."""

    days: Sequence[Day]
    first_hour: int
    hours: int
    hour_range: range = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hour_range", range(self.first_hour, self.first_hour + self.hours))


def week_of(monday: date, items: Iterable[Item], today: date, *, notes: dict[date, str] | None = None) -> Week:
    """Monday to Friday, and the weekend when something is in it; from 8 to 18 hours, or wider when needed."""
    by_day: dict[date, list[Item]] = {monday + timedelta(days=number): [] for number in range(7)}
    for item in sorted(items, key=lambda each: (each.starts_at, each.ends_at)):
        by_day.get(local(item.starts_at).date(), []).append(item)
    days = [day for number, day in enumerate(by_day) if number < 5 or any(by_day[each] for each in list(by_day)[number:])]
    first, last = _hours([item for day in days for item in by_day[day]])
    placed = [Day(day, _place(by_day[day], first, last), day == today, (notes or {}).get(day, "")) for day in days]
    return Week(placed, first, last - first)


def colours_of(names: Iterable[str]) -> dict[str, int]:
    """A colour for each name, in order; after the last colour they repeat, so the name is always printed too."""
    return {name: index % COLOURS + 1 for index, name in enumerate(dict.fromkeys(names))}


def _hours(items: Sequence[Item]) -> tuple[int, int]:
    starts = [local(item.starts_at).hour for item in items]
    ends = [_end_hour(item) for item in items]
    first = max(FIRST_HOUR, min([8, *starts]))
    return first, min(LAST_HOUR, max([18, *ends]))


def _end_hour(item: Item) -> int:
    start, end = local(item.starts_at), local(item.ends_at)
    return LAST_HOUR if end.date() > start.date() else end.hour + (end.minute > 0)


def _place(items: Sequence[Item], first: int, last: int) -> list[Item]:
    placed: list[Item] = []
    for group in _overlapping(items):
        lanes = _lanes(group)
        count = min(max(lanes) + 1, _MAX_LANES)
        for item, lane in zip(group, lanes, strict=True):
            placed.append(_with_classes(item, min(lane, count - 1), count, (first, last)))
    return placed


def _overlapping(items: Sequence[Item]) -> list[list[Item]]:
    """Runs of items that touch each other in time."""
    groups: list[list[Item]] = []
    until: datetime | None = None
    for item in items:
        if until is None or item.starts_at >= until:
            groups.append([])
        groups[-1].append(item)
        until = max(until or item.ends_at, item.ends_at)
    return groups


def _lanes(group: Sequence[Item]) -> list[int]:
    """For each item the first column that is free by then."""
    free_at: list[datetime] = []
    lanes = []
    for item in group:
        lane = next((number for number, free in enumerate(free_at) if free <= item.starts_at), len(free_at))
        free_at[lane : lane + 1] = [item.ends_at]
        lanes.append(lane)
    return lanes


def _with_classes(item: Item, lane: int, lanes: int, hours: tuple[int, int]) -> Item:
    names = [*_time_classes(item, *hours), f"colour-{item.colour}"]
    if lanes > 1:
        names += [f"lane-{lane + 1}", f"lanes-{lanes}"]
    names += [f"slot--{name}" for name in ("waiting", "travel", "cancelled") if getattr(item, name)]
    return Item(**{**item.__dict__, "classes": " ".join(names)})


def _time_classes(item: Item, first: int, last: int) -> list[str]:
    """Start and end as hour and row, inside the hours that are drawn, at least one row long."""
    begin, end = _rows(local(item.starts_at), up=False), _rows(local(item.ends_at), up=True)
    if local(item.ends_at).date() > local(item.starts_at).date():
        end = last * _ROWS
    begin = min(max(begin, first * _ROWS), last * _ROWS - 1)
    end = max(min(end, last * _ROWS), begin + 1)
    return [f"h{begin // _ROWS}", f"q{begin % _ROWS}", f"to-h{end // _ROWS}", f"to-q{end % _ROWS}"]


def _rows(moment: datetime, *, up: bool) -> int:
    return moment.hour * _ROWS + (moment.minute + (_MINUTES - 1 if up else 0)) // _MINUTES
