"""The minutes of a week on the Dutch clock, as instants and back: on the days that the clock changes too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from shared.clock import AMSTERDAM


def moment(monday: date, day: int, minute: int) -> datetime:
    """A minute of a day, both counted from the first, as an instant."""
    days, rest = divmod(minute, 24 * 60)
    at = datetime.combine(monday + timedelta(days=day + days), time(rest // 60, rest % 60), AMSTERDAM)
    return at.astimezone(UTC)


def minute_of(monday: date, at: datetime) -> tuple[int, int]:
    """The day counted from Monday, and the minute."""
    there = at.astimezone(AMSTERDAM)
    return (there.date() - monday).days, there.hour * 60 + there.minute
