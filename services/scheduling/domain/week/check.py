"""Is a plan right? Written apart from what makes plans, and shares nothing with it: the one checks the other.

The way and lunch are looked at between each thing of a day and the next, as they stand; nothing is moved to make it fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.scheduling.domain.week.model import Day, Plan, Stop, Week


@dataclass(frozen=True)
class Fault:
    """What is wrong: `what`, on which day, with which visits (none where it is the day's), and the minutes that lack."""

    what: str
    day: int
    visits: tuple[int, ...] = ()
    minutes: int = 0


@dataclass(frozen=True)
class _Thing:
    """Something of a day that takes time. `visit` is None for what is fixed and for the day's begin and end."""

    starts: int
    ends: int
    arrive_at: int | None
    leave_from: int | None
    visit: int | None = None

    @property
    def edge(self) -> bool:
        """The day's begin or end, which takes no time."""
        return self.starts == self.ends


def faults(week: Week, plan: Plan) -> list[Fault]:
    """Everything that is wrong, by day; nothing for a plan that can be kept."""
    found = [Fault("twice", stop.day, (stop.visit,)) for at, stop in enumerate(plan.stops) if _before(plan, at, stop)]
    for stop in plan.stops:
        found += _of_stop(week, stop)
    for day in sorted({stop.day for stop in plan.stops} & week.days.keys()):
        found += _of_day(week, plan, day)
    return sorted(found, key=lambda fault: (fault.day, fault.visits))


def _before(plan: Plan, at: int, stop: Stop) -> bool:
    return any(each.visit == stop.visit for each in plan.stops[:at])


def _of_stop(week: Week, stop: Stop) -> Iterator[Fault]:
    """In working hours, and in one of the visit's windows."""
    visit, hours = week.visits[stop.visit], week.days.get(stop.day)
    ends = stop.starts + visit.minutes
    if hours is None or not (hours.opens <= stop.starts and ends <= hours.closes):
        yield Fault("outside_hours", stop.day, (stop.visit,))
    elif not any(each.day == stop.day and each.opens <= stop.starts and ends <= each.closes for each in visit.windows):
        yield Fault("outside_window", stop.day, (stop.visit,))


def _of_day(week: Week, plan: Plan, day: int) -> Iterator[Fault]:
    """Nothing at the same time, the way from each to the next, and lunch somewhere."""
    hours, gaps = week.days[day], list(_gaps(week, _things(week, plan, day)))
    for one, two, way in gaps:
        concerned = tuple(sorted(each.visit for each in (one, two) if each.visit is not None))
        lacks = one.ends + way - two.starts
        if not concerned or lacks <= 0:
            continue
        if two.starts >= one.ends:
            yield Fault("travel", day, concerned, lacks)
        elif not (one.edge or two.edge):  # before the day begins or after it ends was said already
            yield Fault("overlap", day, concerned, lacks)
    if hours.lunch is not None and not any(_holds_lunch(hours, *gap) for gap in gaps):
        yield Fault("lunch", day)


def _gaps(week: Week, things: Sequence[_Thing]) -> Iterator[tuple[_Thing, _Thing, int]]:
    """Each thing and the next, and the minutes under way between: none to a telephone call, which is taken where one is."""
    door = things[0].leave_from
    for one, two in pairwise(things):
        door = door if one.leave_from is None else one.leave_from
        assert door is not None
        yield one, two, 0 if two.arrive_at is None else week.travel[door][two.arrive_at]


def _holds_lunch(hours: Day, one: _Thing, two: _Thing, way: int) -> bool:
    """Before the journey or after it, whole and at lunch time."""
    lunch = hours.lunch
    assert lunch is not None
    sits_from = (max(one.ends, lunch.opens), max(one.ends + way, lunch.opens))
    gone_by = (min(two.starts - way, lunch.closes), min(two.starts, lunch.closes))
    return any(begin + lunch.minutes <= end for begin, end in zip(sits_from, gone_by, strict=True))


def _things(week: Week, plan: Plan, day: int) -> Sequence[_Thing]:
    hours = week.days[day]
    found = [_Thing(hours.opens, hours.opens, hours.begins_at, hours.begins_at)]
    fixed = [each for each in week.fixed if each.day == day]
    found += [_Thing(each.starts, each.starts + each.minutes, each.place, each.left_from) for each in fixed]
    for stop in plan.stops:
        if stop.day == day:
            visit = week.visits[stop.visit]
            found.append(_Thing(stop.starts, stop.starts + visit.minutes, visit.place, visit.place, stop.visit))
    found.append(_Thing(hours.closes, hours.closes, hours.ends_at, hours.ends_at))
    return sorted(found, key=lambda thing: (thing.starts, thing.ends))
