"""Days, weeks and months as the agenda's addresses name them; whatever is not one of them is today's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from services.scheduling.usecases.agenda import Span
from shared.clock import AMSTERDAM

_REACH = timedelta(days=3660)


def day_of(name: str, now: date) -> date:
    """Of `2026-11-26`."""
    return _near(name, "%Y-%m-%d", now)


def monday_of(name: str, now: date) -> date:
    """Of `2026-W48`."""
    day = _near(f"{name}-1", "%G-W%V-%u", now)
    return day - timedelta(days=day.weekday())


def first_of(name: str, now: date) -> date:
    """Of `2026-11`."""
    return _near(f"{name}-01", "%Y-%m-%d", now).replace(day=1)


def next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def span(first: date, until: date) -> Span:
    """From the midnight with which one day begins until that of another, on the Dutch clock."""
    return Span(_midnight(first), _midnight(until))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), AMSTERDAM)


def _near(name: str, pattern: str, now: date) -> date:
    try:
        asked = datetime.strptime(name, pattern).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return now
    return asked if abs(asked - now) < _REACH else now
