"""Days, weeks and months in addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.scheduling.pages import periods

NOW = date(2026, 11, 25)


@pytest.mark.parametrize("name", ["", "x", "2026-02-30", "9999-01-01", "0001-01-01", "2026-11-25T10", "２０２６-x"])
def test_what_is_no_day_is_today(name: str) -> None:
    assert periods.day_of(name, NOW) == NOW


def test_a_week_begins_on_monday_and_a_month_on_its_first() -> None:
    assert periods.monday_of("2027-W12", NOW) == date(2027, 3, 22)
    assert periods.monday_of("niets", NOW) == date(2026, 11, 23)
    assert periods.first_of("2027-02", NOW) == date(2027, 2, 1)
    assert periods.first_of("2027-13", NOW) == date(2026, 11, 1)


def test_months_follow_each_other() -> None:
    assert periods.next_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert periods.month_before(date(2027, 1, 1)) == date(2026, 12, 1)
    assert periods.month_before(periods.next_month(date(2027, 1, 1))) == date(2027, 1, 1)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 6, 1), 24)])
def test_a_day_has_as_many_hours_as_the_clock_gives_it(day: date, hours: int) -> None:
    found = periods.span(day, date.fromordinal(day.toordinal() + 1))
    assert (found.until.astimezone(UTC) - found.since.astimezone(UTC)).total_seconds() / 3600 == hours
    assert datetime(day.year, day.month, day.day, 12, tzinfo=UTC) > found.since
