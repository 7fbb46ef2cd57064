"""When mail may leave."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.kinds import KINDS
from services.notifications.domain.reminders import is_quiet_day
from services.notifications.domain.timing import QuietHours, Timing
from shared.clock import AMSTERDAM

QUIET = QuietHours()
TIMING = Timing(AMSTERDAM, QUIET)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-23T08:00", None),
        ("2026-11-23T19:59", None),
        ("2026-11-23T20:00", "2026-11-24T08:00"),
        ("2026-11-24T07:59", "2026-11-24T08:00"),
        ("2026-11-28T20:30", "2026-11-30T08:00"),  # Saturday evening: the Sunday too
        ("2026-11-29T12:00", "2026-11-30T08:00"),
        ("2026-12-24T21:00", "2026-12-28T08:00"),  # two days of Christmas, and a Sunday
        ("2027-04-27T10:00", "2027-04-28T08:00"),  # the King's birthday
        ("2027-03-27T22:00", "2027-03-30T08:00"),  # Easter, and the night that the clock goes forward
    ],
)
def test_not_at_night_nor_on_a_sunday_nor_on_a_holiday(now: str, opens: str | None) -> None:
    assert QUIET.over_at(local(now), AMSTERDAM) == (local(opens) if opens else None)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # hypothesis adds the zone
def test_what_is_held_leaves_later_by_day(now: datetime) -> None:
    opens = QUIET.over_at(now, AMSTERDAM)
    if opens is None:
        return
    assert now < opens < now + timedelta(days=5)
    assert opens.astimezone(AMSTERDAM).time() == time(8)
    assert not is_quiet_day(opens.astimezone(AMSTERDAM).date())
    assert QUIET.over_at(opens, AMSTERDAM) is None


def test_only_kinds_with_a_reason_leave_at_night() -> None:
    night = local("2026-11-23T22:00")
    leaving = {name for name, kind in KINDS.items() if TIMING.held_until(kind, night, None) is None}
    assert leaving == {name for name, kind in KINDS.items() if kind.at_any_hour}
    assert {"one_time_code", "appointment_cancelled", "appointment_changed"} <= leaving
    assert not leaving & {"address_changed", "appointment_reminder", "evaluation_request", "satisfaction_request"}


def test_what_would_have_lost_its_sense_by_the_morning_goes_at_once() -> None:
    night, kind = local("2026-11-23T22:00"), KINDS["appointment_invitation"]
    assert TIMING.held_until(kind, night, local("2026-11-24T07:30")) is None
    assert TIMING.held_until(kind, night, local("2026-11-24T09:00")) == local("2026-11-24T08:00")


@pytest.mark.parametrize("text", ["", "20:00", "08:00-20:00", "x-y", "20:00-20:00"])
def test_broken_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        QuietHours.read(text)


def test_hours_are_read_as_written() -> None:
    assert QuietHours.read("21:30-07:15") == QuietHours(time(21, 30), time(7, 15))
