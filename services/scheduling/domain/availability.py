"""When somebody can work: weekly hours, days that differ, and lunch; on the Dutch clock, given as instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from services.scheduling.domain.busy import Period
from shared.clock import AMSTERDAM
from shared.errors import Invalid


@dataclass(frozen=True, order=True)
class Hours:
    """From one hour until another, of some day."""

    opens: time
    closes: time

    def on(self, day: date) -> Period:
        """These hours as instants: on the days that the clock changes too."""
        return Period(_instant(day, self.opens), _instant(day, self.closes))


@dataclass(frozen=True)
class Availability:
    """`weekly` by ISO weekday (1 is Monday); a day in `exceptions` has those hours instead, none when it is a day off.

    Raises Invalid naming the field when hours end before they begin, or overlap.
    """

    weekly: Mapping[int, Sequence[Hours]]
    exceptions: Mapping[date, Sequence[Hours]] = field(default_factory=dict)
    lunch: Hours | None = None

    def __post_init__(self) -> None:
        for name in ("weekly", "exceptions"):
            if not all(_in_order(hours) for hours in getattr(self, name).values()):
                raise Invalid({name: ["Kies uren die na elkaar komen, en niet door elkaar lopen."]})

    def on(self, day: date) -> list[Period]:
        """The free intervals of a day, lunch left out."""
        hours = self.exceptions.get(day, self.weekly.get(day.isoweekday(), ()))
        return without([each.on(day) for each in hours], [self.lunch.on(day)] if self.lunch else [])

    def between(self, first: date, last: date) -> list[Period]:
        """The free intervals of these days, both included, soonest first."""
        return [each for number in range((last - first).days + 1) for each in self.on(first + timedelta(days=number))]


def office_hours(days_off: Iterable[date] = ()) -> Availability:
    """Half past eight until five on working days with half an hour of lunch, and none on `days_off`."""
    hours = [Hours(time(8, 30), time(17))]
    return Availability(dict.fromkeys(range(1, 6), hours), dict.fromkeys(days_off, ()), Hours(time(12), time(12, 30)))


def without(periods: Sequence[Period], taken: Sequence[Period]) -> list[Period]:
    """What is left of the periods, both soonest first or not, when what is taken is cut out of them."""
    left = sorted(periods, key=lambda period: period.starts_at)
    for cut in taken:
        left = [piece for period in left for piece in _cut(period, cut)]
    return left


def _cut(period: Period, cut: Period) -> list[Period]:
    if cut.ends_at <= period.starts_at or period.ends_at <= cut.starts_at:
        return [period]
    pieces = (Period(period.starts_at, cut.starts_at), Period(cut.ends_at, period.ends_at))
    return [piece for piece in pieces if piece.starts_at < piece.ends_at]


def _in_order(hours: Sequence[Hours]) -> bool:
    spans = sorted(hours)
    return all(each.opens < each.closes for each in spans) and all(one.closes <= two.opens for one, two in pairwise(spans))


def _instant(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, AMSTERDAM).astimezone(UTC)
