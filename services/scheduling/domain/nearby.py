"""Other times near one that is taken: first that same day, then the days after at about the same hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from services.scheduling.domain.busy import Busy
from shared.clock import AMSTERDAM

OPENS, CLOSES = time(8, 30), time(17)
DAYS_AHEAD = 7
_STEP = timedelta(minutes=15)
_SAME_DAY, _EACH_DAY, _AT_MOST = 3, 1, 6


def free_times(wanted: datetime, minutes: int, taken: Sequence[Busy], now: datetime) -> list[datetime]:
    """At most six starts at which nobody in `taken` is busy, on working days within office hours, soonest first."""
    length = timedelta(minutes=minutes)
    wanted_day = wanted.astimezone(AMSTERDAM).date()
    found: list[datetime] = []
    for number in range(DAYS_AHEAD + 1):
        day = wanted_day + timedelta(days=number)
        free = [start for start in _starts(day, length) if start > now and not _clashes(start, start + length, taken)]
        near = sorted(free, key=lambda start: abs(start - _same_hour(wanted, day)))
        found += near[: _SAME_DAY if number == 0 else _EACH_DAY]
    return sorted(found[:_AT_MOST])


def _starts(day: date, length: timedelta) -> Iterator[datetime]:
    """Every quarter of an hour from which the length fits, on the Dutch clock, in UTC."""
    if day.weekday() > 4:
        return
    start = datetime.combine(day, OPENS, AMSTERDAM).astimezone(UTC)
    closes = datetime.combine(day, CLOSES, AMSTERDAM).astimezone(UTC)
    while start + length <= closes:
        yield start
        start += _STEP


def _clashes(start: datetime, end: datetime, taken: Sequence[Busy]) -> bool:
    return any(each.starts_at < end and start < each.ends_at for each in taken)


def _same_hour(wanted: datetime, day: date) -> datetime:
    return datetime.combine(day, wanted.astimezone(AMSTERDAM).time(), AMSTERDAM).astimezone(UTC)
