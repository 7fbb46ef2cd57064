"""When parents are reminded: three days and one day before, in the morning, never on a Sunday or a holiday.

Reminders are what helps most against missed appointments; one at night or on a feast day costs the trust they live on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_AT = time(9, 0)
_DAYS_BEFORE = (3, 1)
# A reminder right behind the invitation says nothing new.
_AFTER_INVITATION = timedelta(hours=24)
# Later than this it is no morning any more: rather none than one at night.
_USEFUL_FOR = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: from when it may leave, and until when it makes sense."""

    days_before: int
    not_before: datetime
    expires_at: datetime


def reminders(starts_at: datetime, asked_at: datetime, zone: tzinfo) -> list[Reminder]:
    """Those that are still to come, for an appointment that starts then and was asked for at `asked_at`."""
    found: list[Reminder] = []
    for days in _DAYS_BEFORE:
        local = datetime.combine(_workday_before(starts_at.astimezone(zone).date(), days), _AT, zone)
        if local - asked_at >= _AFTER_INVITATION and local not in [each.not_before for each in found]:
            found.append(Reminder(days, local, min(local + _USEFUL_FOR, starts_at)))
    return found


def is_quiet_day(day: date) -> bool:
    """A Sunday or a Dutch public holiday."""
    return day.weekday() == 6 or day in _holidays(day.year)


def _workday_before(day: date, days: int) -> date:
    found = day - timedelta(days=days)
    while is_quiet_day(found):
        found -= timedelta(days=1)
    return found


def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    # Easter Monday, Ascension and Whit Monday; their Sundays are quiet anyway.
    moving = (easter + timedelta(days=days) for days in (1, 39, 50))
    return frozenset({*moving, *_fixed(year)})


def _fixed(year: int) -> Iterator[date]:
    yield date(year, 1, 1)
    kings_day = date(year, 4, 27)
    yield kings_day if kings_day.weekday() != 6 else date(year, 4, 26)
    yield date(year, 5, 5)
    yield date(year, 12, 25)
    yield date(year, 12, 26)


def _easter(year: int) -> date:
    """Easter Sunday (J.-M. Oudin, in Seidelmann, Explanatory Supplement to the Astronomical Almanac, 1992, p. 582)."""
    century = year // 100
    golden = year % 19
    moon = (century - century // 4 - (century - (century - 17) // 25) // 3 + 19 * golden + 15) % 30
    moon -= moon // 28 * (1 - moon // 28 * (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    offset = moon - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))
