"""Other times near one that is taken."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.domain.busy import Busy
from services.scheduling.domain.nearby import CLOSES, OPENS, free_times
from shared.clock import AMSTERDAM
from tests.unit.scheduling.support import FATMA, HOUR, NOW

TUESDAY = datetime(2026, 12, 1, 13, 0, tzinfo=AMSTERDAM)


def local(found: list[datetime]) -> list[str]:
    return [f"{each.astimezone(AMSTERDAM):%a %H:%M}" for each in found]


def test_first_the_same_day_then_the_days_after_at_that_hour() -> None:
    taken = [Busy(FATMA, TUESDAY, TUESDAY + HOUR)]
    assert local(free_times(TUESDAY, 60, taken, NOW)) == [
        "Tue 11:45", "Tue 12:00", "Tue 14:00", "Wed 13:00", "Thu 13:00", "Fri 13:00",
    ]  # fmt: skip


def test_the_weekend_is_left_out() -> None:
    friday = TUESDAY + timedelta(days=3)
    assert {each.split()[0] for each in local(free_times(friday, 60, [], NOW))} == {"Fri", "Mon", "Tue", "Wed"}


def test_a_whole_week_taken_offers_nothing() -> None:
    assert free_times(TUESDAY, 60, [Busy(FATMA, NOW, NOW + timedelta(days=30))], NOW) == []


def test_the_same_hour_over_the_change_of_the_clock() -> None:
    """Summer time begins on Sunday 28 March 2027: Friday 13:00 is 12:00 UTC, Monday 13:00 is 11:00 UTC."""
    friday = datetime(2027, 3, 26, 13, 0, tzinfo=AMSTERDAM)
    found = free_times(friday, 60, [Busy(FATMA, friday - 5 * HOUR, friday + 5 * HOUR)], NOW)
    assert found[0] == datetime(2027, 3, 29, 11, 0, tzinfo=UTC)


spans = st.tuples(st.integers(0, 7 * 24 * 4), st.integers(1, 40))


@given(st.lists(spans, max_size=20), st.sampled_from([15, 45, 60, 120]), st.integers(0, 24 * 4 * 3))
def test_every_offer_is_free_and_within_office_hours(busy: list[tuple[int, int]], minutes: int, later: int) -> None:
    quarter = timedelta(minutes=15)
    taken = [Busy(FATMA, NOW + start * quarter, NOW + (start + length) * quarter) for start, length in busy]
    wanted, length = NOW + later * quarter, timedelta(minutes=minutes)
    found = free_times(wanted, minutes, taken, NOW)
    assert found == sorted(set(found))
    assert len(found) <= 6
    for start in found:
        there = start.astimezone(AMSTERDAM)
        assert start > NOW
        assert there.weekday() < 5
        assert there.time() >= OPENS
        assert (there + length).time() <= CLOSES <= time(17)
        assert not any(each.starts_at < start + length and start < each.ends_at for each in taken)
