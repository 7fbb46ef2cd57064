"""A person's real week as one to plan: their hours, what they have already, and when each family can be visited.

What stands already is not always possible as it stands (no lunch, a way longer than the time for it). It stays as it is:
what follows too closely is taken as one, and a day that leaves no lunch asks for none. Only what is added must be right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from services.scheduling.domain.availability import common, without
from services.scheduling.domain.busy import Period
from services.scheduling.domain.days import Taken
from services.scheduling.domain.places import Stop as Place
from services.scheduling.domain.places import way
from services.scheduling.domain.slots import Attendee
from services.scheduling.domain.travel import TravelTimes
from services.scheduling.domain.week.model import Day, Fixed, Lunch, Visit, Week, Window
from services.scheduling.domain.week.reasons import NO_WINDOW, TOO_SHORT
from services.scheduling.domain.week.timing import DayTimes
from services.scheduling.domain.week.wall_clock import minute_of, moment
from shared.clock import day_of

STEP = 5
OTHERS_BUSY = "others_busy"
_BASES = 2


@dataclass(frozen=True)
class Due:
    """A visit that is due: when it is wanted (any time when nothing is said), and when those who come can."""

    minutes: int
    value: int
    place: Place
    wanted: Sequence[Period]
    others: Sequence[Attendee]


@dataclass(frozen=True)
class Frame:
    """A week to plan. `ways[i][j]`: minutes from place to place; `hopeless`: why a visit cannot be planned whatever else is."""

    monday: date
    week: Week
    ways: Sequence[Sequence[int]]
    hopeless: dict[int, str]

    def moment(self, day: int, minute: int) -> datetime:
        """A minute of a day on the Dutch clock, as an instant."""
        return moment(self.monday, day, minute)


def frame(monday: date, me: Attendee, dues: Sequence[Due], travel: TravelTimes, not_before: datetime) -> Frame:
    """The week from a Monday. Nothing is planned before `not_before`."""
    taken = [each for each in me.taken if monday <= day_of(each.starts_at) < monday + timedelta(days=7)]
    kept = [each for each in taken if each.stop]
    doors = [me.base.start, me.base.end, *(each.stop for each in kept), *(due.place for due in dues)]
    ways = [[way(travel, one, two).minutes for two in doors] for one in doors]
    around = [[minutes + _pause(me, one, two) for two, minutes in enumerate(row)] for one, row in enumerate(ways)]
    place_of = {each.appointment_id: number for number, each in enumerate(kept, start=_BASES)}
    fixed = [_fixed(monday, each, place_of.get(each.appointment_id)) for each in taken]
    bare = Week(_days(monday, me), [], [*fixed, *_gaps(monday, me)], around, STEP)
    visits, hopeless = list[Visit](), dict[int, str]()
    for number, due in enumerate(dues):
        windows, why = _windows(monday, me, due, not_before)
        visits.append(Visit(due.minutes, due.value, _BASES + len(kept) + number, windows))
        if why:
            hopeless[number] = why
    return Frame(monday, replace(_possible(bare), visits=visits), ways, hopeless)


def _pause(me: Attendee, one: int, two: int) -> int:
    """What somebody wants between two appointments, and not on the way from or to the base."""
    return me.base.buffer_minutes if min(one, two) >= _BASES else 0


def _fixed(monday: date, taken: Taken, place: int | None) -> Fixed:
    day, starts = minute_of(monday, taken.starts_at)
    return Fixed(day, starts, _minutes(taken), place)


def _days(monday: date, me: Attendee) -> dict[int, Day]:
    """The days with hours, from the first until the last of them."""
    found: dict[int, Day] = {}
    for period in me.hours:
        day, opens = minute_of(monday, period.starts_at)
        closes, known = opens + _minutes(period), found.get(day)
        found[day] = replace(known, closes=closes) if known else Day(opens, closes, _lunch(me), 0, 1)
    return {day: hours for day, hours in sorted(found.items()) if 0 <= day < 7}


def _lunch(me: Attendee) -> Lunch | None:
    if me.lunch is None:
        return None
    opens, closes = me.lunch.between.opens, me.lunch.between.closes
    return Lunch(opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute, me.lunch.minutes)


def _gaps(monday: date, me: Attendee) -> list[Fixed]:
    """Between two spans of hours on one day nobody works: nothing is planned there, and one stays where one is."""
    found = []
    for one, two in zip(me.hours, me.hours[1:], strict=False):
        (day, opens), (same, ends) = minute_of(monday, one.starts_at), minute_of(monday, two.starts_at)
        starts = opens + _minutes(one)
        if day == same and starts < ends:
            found.append(Fixed(day, starts, ends - starts, None))
    return found


def _windows(monday: date, me: Attendee, due: Due, not_before: datetime) -> tuple[list[Window], str]:
    """When it can be, by the hours of all, and what makes that nothing, if it is nothing."""
    mine = without(me.hours, [Period(datetime.min.replace(tzinfo=UTC), not_before)])
    wanted = common(_joined(due.wanted), mine) if due.wanted else mine
    free = wanted
    for each in due.others:
        free = without(
            common(free, sorted(each.hours, key=lambda period: period.starts_at)), [taken.period for taken in each.taken]
        )
    windows = [_window(monday, each) for each in free]
    if not wanted:
        return windows, NO_WINDOW
    if not _long_enough(wanted, due.minutes):
        return windows, TOO_SHORT
    return windows, "" if _long_enough(free, due.minutes) else OTHERS_BUSY


def _joined(periods: Sequence[Period]) -> list[Period]:
    """In order, with what overlaps made one."""
    found: list[Period] = []
    for each in sorted(periods, key=lambda period: period.starts_at):
        if found and each.starts_at <= found[-1].ends_at:
            found[-1] = Period(found[-1].starts_at, max(found[-1].ends_at, each.ends_at))
        else:
            found.append(each)
    return found


def _long_enough(periods: Sequence[Period], minutes: int) -> bool:
    return any(each.ends_at - each.starts_at >= timedelta(minutes=minutes) for each in periods)


def _window(monday: date, period: Period) -> Window:
    day, opens = minute_of(monday, period.starts_at)
    return Window(day, opens, opens + _minutes(period))


def _minutes(period: Period | Taken) -> int:
    return int((period.ends_at - period.starts_at).total_seconds() // 60)


def _possible(week: Week) -> Week:
    """With what is fixed made such that every day can be kept as it stands."""
    days, fixed = dict[int, Day](), list[Fixed]()
    for day, hours in week.days.items():
        mine = _joined_where_too_close(week, day)
        longer = _stretched(week, hours, mine)
        for one in (longer, replace(longer, lunch=None)):
            times = DayTimes(replace(week, days={day: one}, fixed=mine), day)
            if times.starts(times.fixed) is not None:
                days[day] = one
                fixed += mine
                break
    return replace(week, days=days, fixed=fixed)


def _joined_where_too_close(week: Week, day: int) -> list[Fixed]:
    """What follows sooner than the way there takes is one with what it follows."""
    found: list[Fixed] = []
    door = week.days[day].begins_at
    for each in week.fixed_on(day):
        needed = 0 if each.place is None else week.travel[door][each.place]
        if found and found[-1].ends + needed > each.starts:
            first = found[-1]
            arrives = each.place if first.place is None else first.place
            leaves = first.left_from if each.left_from is None else each.left_from
            found[-1] = Fixed(day, first.starts, max(first.ends, each.ends) - first.starts, arrives, leaves)
        else:
            found.append(each)
        door = door if each.left_from is None else each.left_from
    return found


def _stretched(week: Week, hours: Day, fixed: Sequence[Fixed]) -> Day:
    """Long enough to be at the first and back from the last: who agreed to an early hour leaves early."""
    if not fixed:
        return hours
    first, last = fixed[0], fixed[-1]
    there = 0 if first.place is None else week.travel[hours.begins_at][first.place]
    back = max((week.travel[each.left_from][hours.ends_at] for each in fixed if each.left_from is not None), default=0)
    closes = max(hours.closes, last.ends + back if any(each.ends + back > hours.closes for each in fixed) else 0)
    return replace(hours, opens=max(0, min(hours.opens, first.starts - there)), closes=min(1440, closes))
