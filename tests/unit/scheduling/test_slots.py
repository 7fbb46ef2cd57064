"""Working hours, travel, and proposals for a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.adapters.days_off import days_off
from services.scheduling.domain.availability import Availability, Hours, office_hours, without
from services.scheduling.domain.busy import Period
from services.scheduling.domain.slots import Search, propose
from services.scheduling.domain.travel import CityTravel, Point
from shared.clock import AMSTERDAM
from shared.errors import Invalid

MONDAY = date(2026, 11, 30)


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time(hour, minute), AMSTERDAM).astimezone(UTC)


def search(host: list[Period], others: list[Period], travel: int = 20) -> Search:
    return Search(office_hours().between(MONDAY, MONDAY + timedelta(days=4)), host, others, 60, travel, at(8))


def test_a_day_is_its_hours_without_lunch() -> None:
    assert office_hours().on(MONDAY) == [Period(at(8, 30), at(12)), Period(at(12, 30), at(17))]


def test_an_exception_takes_the_place_of_the_week() -> None:
    half = Availability({1: [Hours(time(8, 30), time(17))]}, {MONDAY: [Hours(time(9), time(11))]})
    assert half.on(MONDAY) == [Period(at(9), at(11))]
    assert office_hours([MONDAY]).on(MONDAY) == []


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


def test_public_holidays_are_days_off() -> None:
    assert date(2027, 4, 27) in days_off(date(2027, 4, 20), date(2027, 5, 1))
    assert days_off(date(2027, 6, 1), date(2027, 6, 30)) == []


def test_a_kilometre_or_two_in_a_city() -> None:
    centre, south = Point(51.9225, 4.4792), Point(51.8830, 4.4900)
    assert CityTravel().minutes(centre, centre) == 0
    assert CityTravel().minutes(centre, south) == CityTravel().minutes(south, centre) == 25


def test_first_what_joins_another_appointment_with_time_to_get_there() -> None:
    found = propose(search([Period(at(14), at(15))], []))
    assert (found[0].starts_at, found[0].why) == (at(12, 30), "joins")
    assert (found[1].starts_at, found[1].why) == (at(15, 30), "joins")
    assert {slot.why for slot in found[2:]} == {"room"}


moments = st.tuples(st.integers(0, 5 * 96), st.integers(1, 30))


@given(st.lists(moments, max_size=12), st.lists(moments, max_size=12), st.sampled_from([0, 20]))
def test_every_proposal_is_free_for_all_with_the_way_there(
    host: list[tuple[int, int]], others: list[tuple[int, int]], travel: int
) -> None:
    def periods(spans: list[tuple[int, int]]) -> list[Period]:
        quarter = timedelta(minutes=15)
        return [Period(at(0) + start * quarter, at(0) + (start + length) * quarter) for start, length in spans]

    asked, way = search(periods(host), periods(others), travel), timedelta(minutes=travel)
    for slot in propose(asked):
        assert any(each.starts_at <= slot.starts_at and slot.ends_at <= each.ends_at for each in asked.open)
        assert all(slot.ends_at + way <= each.starts_at or each.ends_at + way <= slot.starts_at for each in asked.host)
        assert all(slot.ends_at <= each.starts_at or each.ends_at <= slot.starts_at for each in asked.others)


def test_nothing_is_left_of_what_is_wholly_taken() -> None:
    assert without([Period(at(9), at(10))], [Period(at(8), at(11))]) == []
