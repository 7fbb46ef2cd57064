"""Time, injected. Instants are always aware and in UTC; people see them in Europe/Amsterdam."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Clock(Protocol):
    """Whoever needs the time asks a clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set: for tests and for demo data of past weeks."""

    def __init__(self, at: datetime) -> None:
        self._at = _aware(at)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        self._at = _aware(at)

    def advance(self, by: timedelta) -> None:
        self._at += by


def today(clock: Clock) -> date:
    """The calendar day in the Netherlands, which near midnight is not the day in UTC."""
    return day_of(clock.now())


def day_of(at: datetime) -> date:
    """The day on the clocks of the Netherlands."""
    return at.astimezone(AMSTERDAM).date()


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC)
