"""When parents are reminded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.reminders import is_quiet_day, reminders
from shared.clock import AMSTERDAM


@pytest.mark.parametrize(
    "day",
    [
        "2026-11-29", "2027-01-01", "2027-03-28", "2027-03-29", "2026-04-27", "2025-04-26", "2026-05-05", "2026-05-14",
        "2026-05-25", "2026-12-26",
    ],
)  # fmt: skip
def test_quiet_days(day: str) -> None:
    assert is_quiet_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-11-28", "2026-04-03", "2025-04-25", "2026-12-24"])
def test_other_days(day: str) -> None:
    assert not is_quiet_day(date.fromisoformat(day))


def test_a_reminder_that_would_fall_on_a_sunday_comes_the_day_before() -> None:
    monday = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
    found = reminders(monday, datetime(2026, 11, 1, tzinfo=UTC), AMSTERDAM)
    assert [each.not_before.date().isoformat() for each in found] == ["2026-11-27", "2026-11-28"]


@given(
    st.integers(0, 6 * 365 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_reminders_come_by_day_between_invitation_and_appointment(asked_at: datetime, ahead: timedelta) -> None:
    starts_at = asked_at + ahead
    found = reminders(starts_at, asked_at, AMSTERDAM)
    assert len(found) <= 2
    for each in found:
        assert asked_at < each.not_before < each.expires_at <= starts_at
        assert 8 <= each.not_before.astimezone(AMSTERDAM).hour < 20
        assert each.expires_at.astimezone(AMSTERDAM).hour <= 20
        assert not is_quiet_day(each.not_before.astimezone(AMSTERDAM).date())
    assert len({each.not_before for each in found}) == len(found)
