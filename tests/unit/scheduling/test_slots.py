"""Proposals for a time: free for all, with the way there, a lunch, and a reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.adapters.days_off import days_off
from services.scheduling.domain.availability import Availability, Hours, Lunch, common, without
from services.scheduling.domain.busy import Period
from services.scheduling.domain.days import Taken
from services.scheduling.domain.places import NO_BASE, Base, Stop
from services.scheduling.domain.slots import Attendee, Search, Slot, propose
from services.scheduling.domain.travel import CityTravel, Point
from services.scheduling.domain.working_times import WorkingTimes
from shared.clock import AMSTERDAM
from shared.errors import Invalid

MONDAY = date(2026, 11, 30)
NORTH, SOUTH = Stop(UUID(int=1), Point(51.9225, 4.4792)), Stop(UUID(int=2), Point(51.8830, 4.4900))
NOWHERE = Stop(UUID(int=3))
TIMES = CityTravel()


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), AMSTERDAM).astimezone(UTC)


def taken(starts_at: datetime, ends_at: datetime, stop: Stop | None = NORTH) -> Taken:
    return Taken(UUID(int=int(starts_at.timestamp())), starts_at, ends_at, stop)


def week(**more: object) -> Availability:
    return WorkingTimes(**more).availability(days_off(MONDAY, MONDAY + timedelta(days=4)))  # type: ignore[arg-type]


def host(*busy: Taken, base: Base = NO_BASE, last: date = MONDAY + timedelta(days=4), **more: object) -> Attendee:
    known = week(**more)
    return Attendee(known.between(MONDAY, last), busy, travels=True, base=base, lunch=known.lunch)


def search(*people: Attendee, stop: Stop | None = NORTH, **more: object) -> Search:
    values: dict[str, object] = {
        "minutes": 60,
        "stop": stop,
        "not_before": at(8),
        "until": at(23, day=MONDAY + timedelta(days=4)),
    }
    return Search(people, **values | {"times": TIMES} | more)  # type: ignore[arg-type]


def starts(found: list[Slot], day: date = MONDAY) -> list[datetime]:
    return [each.starts_at for each in found if each.starts_at.astimezone(AMSTERDAM).date() == day]


def test_a_family_that_is_visited_already_that_day_is_asked_for_another_day_first() -> None:
    """The host stands at their door then, and yet nobody wants two visits on one morning."""
    found = propose(search(host(taken(at(9), at(10)))))
    assert (found[0].why, found[0].starts_at.date()) == ("there", MONDAY)
    later = propose(search(host(taken(at(9), at(10))), met={MONDAY}))
    assert MONDAY not in [each.starts_at.date() for each in later[:-2]]
    assert [each.starts_at.date() for each in later[-2:]] == [MONDAY, MONDAY]


def test_a_day_is_its_hours_and_lunch_has_no_fixed_time() -> None:
    assert week().on(MONDAY) == [Period(at(8, 30), at(17))]
    lunch = week().lunch
    assert lunch is not None
    assert lunch.fits(MONDAY, [Period(at(8), at(13))])
    assert not lunch.fits(MONDAY, [Period(at(8), at(13, 5))])
    assert not lunch.fits(MONDAY, [Period(at(12, 20), at(13, 10))])


def test_an_exception_takes_the_place_of_the_week() -> None:
    half = Availability({1: [Hours(time(8, 30), time(17))]}, {MONDAY: [Hours(time(9), time(11))]})
    assert half.on(MONDAY) == [Period(at(9), at(11))]


@pytest.mark.parametrize("hours", [[(9, 9)], [(10, 9)], [(9, 12), (11, 13)]])
def test_hours_that_cannot_be_are_refused(hours: list[tuple[int, int]]) -> None:
    with pytest.raises(Invalid) as refused:
        Availability({1: [Hours(time(first), time(last)) for first, last in hours]})
    assert set(refused.value.fields) == {"weekly"}


@pytest.mark.parametrize(("day", "offset"), [(date(2027, 3, 28), 2), (date(2027, 3, 27), 1), (date(2027, 10, 31), 1)])
def test_hours_follow_the_dutch_clock_when_it_changes(day: date, offset: int) -> None:
    found = Hours(time(9), time(10)).on(day)
    assert found.starts_at == datetime.combine(day, time(9 - offset), UTC)
    assert found.ends_at - found.starts_at == timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "utc"), [(date(2027, 3, 26), 8), (date(2027, 3, 28), 7), (date(2027, 10, 30), 7), (date(2027, 10, 31), 8)]
)
def test_slots_keep_to_the_dutch_clock_on_the_days_that_it_changes(day: date, utc: int) -> None:
    """Around and on 28 March and 31 October 2027: somebody who works on Sundays too, from nine until eleven."""
    times = WorkingTimes({day: [Hours(time(9), time(11))] for day in range(1, 8)}, lunch=None)
    person = Attendee(times.availability().between(day, day), travels=True)
    until = datetime.combine(day + timedelta(days=1), time(12), UTC)
    found = propose(Search([person], 60, NORTH, datetime.combine(day, time(0), UTC), until, TIMES))
    assert found[0].starts_at == datetime.combine(day, time(utc), UTC)
    assert f"{found[0].starts_at.astimezone(AMSTERDAM):%H:%M}" == "09:00"
    assert all(each.ends_at <= at(11, day=day) for each in found)


def test_a_kilometre_or_two_in_a_city() -> None:
    assert NORTH.point
    assert SOUTH.point
    assert TIMES.minutes(NORTH.point, NORTH.point) == 0
    assert TIMES.minutes(NORTH.point, SOUTH.point) == TIMES.minutes(SOUTH.point, NORTH.point) == 25


def test_first_where_the_host_is_anyway_then_what_joins_with_the_way_there() -> None:
    found = propose(search(host(taken(at(14), at(15)))))
    assert [(each.starts_at, each.why, each.travel_minutes) for each in found[:2]] == [
        (at(12, 45), "there", 0),
        (at(15), "there", 0),
    ]
    away = propose(search(host(taken(at(14), at(15))), stop=SOUTH))
    assert [(each.starts_at, each.why, each.before_minutes, each.after_minutes) for each in away[:2]] == [
        (at(12, 30), "joins", 0, 25),
        (at(15, 30), "joins", 25, 0),
    ]
    assert {slot.why for slot in away[2:]} == {"room"}


def test_a_place_that_nobody_knows_keeps_a_fixed_time_free_and_says_so() -> None:
    found = propose(search(host(taken(at(14), at(15))), stop=NOWHERE))
    assert (found[0].starts_at, found[0].after_minutes, found[0].travel_known) == (at(12, 30), 20, False)


def test_a_day_begins_and_ends_at_its_base_and_has_its_buffers() -> None:
    base = Base(SOUTH, SOUTH, buffer_minutes=10)
    found = propose(search(host(taken(at(9), at(16)), base=base, last=MONDAY, lunch=None), minutes=30))
    assert found == []
    found = propose(search(host(taken(at(10), at(15)), base=base, last=MONDAY, lunch=None), minutes=30))
    assert starts(found) == [at(9, 15), at(15, 15)]
    assert [(each.before_minutes, each.after_minutes) for each in found] == [(25, 0), (0, 25)]


def test_a_call_between_two_visits_is_no_place() -> None:
    """From the south to the north it takes 25 minutes, with a call on the way: only a visit that leaves time for both."""
    day = [taken(at(9), at(10), SOUTH), taken(at(11), at(11, 30), None), taken(at(12), at(13), NORTH)]
    person = host(*day, last=MONDAY, lunch=None)
    assert starts(propose(search(person, minutes=30, stop=SOUTH))) == [at(8, 30), at(10)]
    assert [each.after_minutes for each in propose(search(person, minutes=30, stop=SOUTH))] == [0, 25]
    late = [taken(at(9), at(10), SOUTH), taken(at(11), at(11, 40), None), taken(at(12), at(13), SOUTH)]
    assert at(10, 15) not in starts(propose(search(host(*late, last=MONDAY, lunch=None), minutes=30, stop=NORTH)))


def test_lunch_is_left() -> None:
    found = propose(search(host(taken(at(8, 30), at(12)), taken(at(14), at(17)), last=MONDAY), minutes=60))
    assert starts(found) == [at(12), at(13)], "12:15 would leave a quarter on either side"
    assert propose(search(host(taken(at(8, 30), at(12)), taken(at(13, 15), at(17)), last=MONDAY), minutes=60)) == []


def test_what_a_day_is_is_said_and_puts_it_last() -> None:
    found = propose(search(host(), notes={MONDAY: ["Suikerfeest"]}))
    assert [each.notes for each in found[-2:]] == [["Suikerfeest"], ["Suikerfeest"]]
    assert not found[0].notes


def test_a_guardian_who_can_come_on_one_morning_decides() -> None:
    mother = Attendee([Period(at(9), at(10, 30))])
    assert starts(propose(search(host(), mother))) == [at(9)]


moments = st.tuples(st.integers(0, 5 * 96), st.integers(1, 30), st.sampled_from([NORTH, SOUTH, NOWHERE, None]))
spans = st.lists(moments, max_size=12)


@given(spans, spans, st.sampled_from([NORTH, SOUTH, NOWHERE, None]), st.integers(0, 20))
def test_every_proposal_is_free_for_all_with_the_way_there(
    mine: list[tuple[int, int, Stop | None]], theirs: list[tuple[int, int, Stop | None]], stop: Stop | None, buffer: int
) -> None:
    def periods(found: list[tuple[int, int, Stop | None]]) -> list[Taken]:
        quarter, free_from, made = timedelta(minutes=15), at(0), list[Taken]()
        for start, length, where in sorted(found, key=lambda each: each[0]):
            begin = at(0) + start * quarter
            if begin >= free_from:  # nobody is in two places: that is what the database is for
                free_from = begin + length * quarter
                made.append(taken(begin, free_from, where))
        return made

    busy, others = periods(mine), periods(theirs)
    other = Attendee(week().between(MONDAY, MONDAY + timedelta(days=4)), others)
    asked = search(host(*busy, base=Base(None, None, buffer)), other, stop=stop)
    for slot in propose(asked):
        leaves = slot.starts_at - timedelta(minutes=slot.before_minutes)
        assert any(each.starts_at <= slot.starts_at and slot.ends_at <= each.ends_at for each in asked.people[0].hours)
        for each in busy:
            if each.ends_at.astimezone(AMSTERDAM).date() == slot.starts_at.astimezone(AMSTERDAM).date():
                assert slot.ends_at <= each.starts_at or each.ends_at + timedelta(minutes=buffer) <= leaves
        assert all(slot.ends_at <= each.starts_at or each.ends_at <= slot.starts_at for each in others)


@given(spans, spans)
def test_common_is_what_is_in_both(one: list[tuple[int, int, Stop | None]], two: list[tuple[int, int, Stop | None]]) -> None:
    def merged(found: list[tuple[int, int, Stop | None]]) -> list[Period]:
        quarter = timedelta(minutes=15)
        gaps = [Period(at(0) + start * quarter, at(0) + (start + length) * quarter) for start, length, _ in found]
        return without([Period(at(0), at(0) + timedelta(days=8))], gaps)

    left, right = merged(one), merged(two)
    both = common(left, right)
    for minute in range(0, 8 * 1440, 45):
        moment = at(0) + timedelta(minutes=minute)
        inside = [any(each.starts_at <= moment < each.ends_at for each in periods) for periods in (left, right, both)]
        assert inside[2] == (inside[0] and inside[1])


def test_nothing_is_left_of_what_is_wholly_taken() -> None:
    assert without([Period(at(9), at(10))], [Period(at(8), at(11))]) == []


def test_a_lunch_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Invalid):
        Lunch(Hours(time(12), time(12, 20)), 30)
