"""A person's real week as one to plan: hours, lunch, what stands, who can when, and the days that the clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from services.scheduling.adapters.week_solver import CpSatSolver
from services.scheduling.domain.availability import Availability, Hours, Lunch
from services.scheduling.domain.busy import Period
from services.scheduling.domain.days import Taken
from services.scheduling.domain.places import Base, Stop
from services.scheduling.domain.slots import Attendee
from services.scheduling.domain.travel import CityTravel, Point
from services.scheduling.domain.week.check import faults
from services.scheduling.domain.week.framing import Due, Frame, frame
from services.scheduling.domain.week.wall_clock import minute_of, moment
from services.scheduling.domain.week_plan import monday_of
from shared.errors import Invalid

MONDAY = date(2026, 11, 30)
CENTRE, SOUTH = Point(51.9225, 4.4792), Point(51.8830, 4.4900)
OFFICE, SCHOOL, HOME = Stop(UUID(int=1), CENTRE), Stop(UUID(int=2), SOUTH), Stop(UUID(int=3), SOUTH)
LUNCH = Lunch(Hours(time(12), time(13, 30)))
BEFORE = moment(MONDAY, -3, 0)


def hours(monday: date = MONDAY, *spans: tuple[int, int]) -> list[Period]:
    daily = [Hours(time(first), time(last)) for first, last in spans or [(9, 17)]]
    return Availability(dict.fromkeys(range(1, 8), daily)).between(monday, monday + timedelta(days=6))


def taken(day: int, hour: int, minutes: int, stop: Stop | None = SCHOOL, number: int = 0) -> Taken:
    starts = moment(MONDAY, day, hour * 60)
    return Taken(UUID(int=100 + number + hour), starts, starts + timedelta(minutes=minutes), stop)


def me(*busy: Taken, lunch: Lunch | None = LUNCH, buffer: int = 0, spans: tuple[tuple[int, int], ...] = ()) -> Attendee:
    return Attendee(hours(MONDAY, *spans), busy, travels=True, base=Base(OFFICE, OFFICE, buffer), lunch=lunch)


def due(*wanted: Period, others: tuple[Attendee, ...] = ()) -> Due:
    return Due(60, 30, HOME, wanted, others)


def on(day: int, first: int, last: int, monday: date = MONDAY) -> Period:
    return Period(moment(monday, day, first * 60), moment(monday, day, last * 60))


def framed(who: Attendee, *dues: Due, not_before: datetime = BEFORE) -> Frame:
    return frame(MONDAY, who, dues, CityTravel(), not_before)


def test_the_way_is_from_the_base_and_a_pause_is_kept_between_appointments_alone() -> None:
    found = framed(me(taken(0, 10, 60), buffer=10), due())
    assert found.week.travel[0][2] == found.ways[0][2] == 25
    assert (found.ways[2][3], found.week.travel[2][3]) == (5, 15)
    solution = CpSatSolver().solve(found.week, 1, lambda _: None)
    assert faults(found.week, solution.plan) == []


def test_what_stands_too_close_or_leaves_no_lunch_stays_as_it_is() -> None:
    tight = framed(me(taken(0, 9, 240, OFFICE), taken(0, 13, 120, SCHOOL, 1)), due(on(0, 9, 17)))
    assert [(each.starts, each.minutes) for each in tight.week.fixed] == [(540, 360)]
    assert tight.week.days[0].lunch is None
    assert tight.week.days[1].lunch is not None
    solution = CpSatSolver().solve(tight.week, 1, lambda _: None)
    assert [stop.starts for stop in solution.plan.stops] == [905]


def test_who_starts_early_or_ends_late_keeps_it_and_visits_stay_in_working_hours() -> None:
    found = framed(me(taken(0, 8, 30), taken(0, 19, 60, SCHOOL, 1)), due(on(0, 0, 24)))
    assert (found.week.days[0].opens, found.week.days[0].closes) == (455, 1225)
    assert [(each.opens, each.closes) for each in found.week.visits[0].windows] == [(540, 1020)]


def test_between_two_spans_of_hours_nobody_is_visited() -> None:
    found = framed(me(spans=((9, 11), (15, 17)), lunch=None), due(on(0, 9, 17)))
    assert [(each.opens, each.closes) for each in found.week.visits[0].windows] == [(540, 660), (900, 1020)]
    assert [(each.starts, each.minutes, each.place) for each in found.week.fixed_on(0)] == [(660, 240, None)]


@pytest.mark.parametrize(
    ("wanted", "others", "why"),
    [
        (on(0, 18, 20), (), "outside_hours"),
        (Period(moment(MONDAY, 0, 990), moment(MONDAY, 0, 1100)), (), "window_too_short"),
        (on(0, 9, 11), (Attendee([on(0, 0, 24)], [taken(0, 9, 90)]),), "others_busy"),
        (on(0, 9, 11), (Attendee([on(1, 9, 11)]),), "others_busy"),
    ],
)
def test_what_cannot_be_whatever_else_is_known_beforehand(wanted: Period, others: tuple[Attendee, ...], why: str) -> None:
    assert framed(me(), due(wanted, others=others)).hopeless == {0: why}


def test_nothing_is_planned_in_the_past() -> None:
    found = framed(me(), due(), not_before=moment(MONDAY, 4, 15 * 60))
    assert [(each.day, each.opens) for each in found.week.visits[0].windows] == [(4, 900), (5, 540), (6, 540)]


@pytest.mark.parametrize(("monday", "offset"), [(date(2027, 3, 22), 2), (date(2027, 10, 25), 1)])
def test_the_sunday_on_which_the_clock_changes_has_its_own_hours(monday: date, offset: int) -> None:
    who = Attendee(hours(monday), (), travels=True, lunch=LUNCH)
    found = frame(monday, who, [due(on(6, 10, 11, monday))], CityTravel(), moment(monday, -3, 0))
    solution = CpSatSolver().solve(found.week, 1, lambda _: None)
    [stop] = solution.plan.stops
    assert (stop.day, stop.starts) == (6, 600)
    assert found.moment(stop.day, stop.starts).hour == 10 - offset
    assert minute_of(monday, found.moment(stop.day, stop.starts)) == (6, 600)


@pytest.mark.parametrize("text", ["2026-W54", "2026", "", "W", "2026-12-01", "2026-W01", "2031-W01", "2026-11-30T00:00"])
def test_what_names_no_week_to_plan_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        monday_of(text, date(2026, 11, 24))
    assert set(refused.value.fields) == {"week"}


@pytest.mark.parametrize("text", ["2026-W49", "2026-11-30"])
def test_a_week_is_named_by_its_number_or_its_monday(text: str) -> None:
    assert monday_of(text, MONDAY + timedelta(days=6)) == MONDAY


def test_a_telephone_call_is_taken_where_one_is() -> None:
    found = framed(me(taken(0, 10, 30, None)), replace(due(on(0, 9, 17)), minutes=45))
    assert found.week.fixed_on(0)[0].place is None
    assert faults(found.week, CpSatSolver().solve(found.week, 1, lambda _: None).plan) == []
