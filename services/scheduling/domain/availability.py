"""When somebody can work: weekly hours, days that differ, and a lunch; on the Dutch clock, given as instants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
class Lunch:
    """A break of some minutes, at whatever time within `between`."""

    between: Hours
    minutes: int = 30

    def __post_init__(self) -> None:
        """Raises Invalid on `lunch` when the break does not fit."""
        window = self.between.on(date(2026, 1, 5))
        if self.minutes <= 0 or window.ends_at - window.starts_at < timedelta(minutes=self.minutes):
            raise Invalid({"lunch": ["De pauze past niet tussen deze tijden."]})

    def fits(self, day: date, taken: Sequence[Period]) -> bool:
        """There is still a break to be had beside what is taken that day."""
        length = timedelta(minutes=self.minutes)
        return any(each.ends_at - each.starts_at >= length for each in without([self.between.on(day)], taken))


@dataclass(frozen=True)
class Availability:
    """`weekly` by ISO weekday (1 is Monday); a day in `exceptions` has those hours instead, none when it is a day off.

    Raises Invalid naming the field when hours end before they begin, or overlap.
    """

    weekly: Mapping[int, Sequence[Hours]]
    exceptions: Mapping[date, Sequence[Hours]] = field(default_factory=dict)
    lunch: Lunch | None = None

    def __post_init__(self) -> None:
        for name in ("weekly", "exceptions"):
            if not all(in_order(hours) for hours in getattr(self, name).values()):
                raise Invalid({name: ["Kies uren die na elkaar komen, en niet door elkaar lopen."]})

    def on(self, day: date) -> list[Period]:
        """The hours of a day. Lunch is among them: it has no fixed time, so whoever plans asks whether it still `fits`."""
        hours = self.exceptions.get(day, self.weekly.get(day.isoweekday(), ()))
        return sorted((each.on(day) for each in hours), key=lambda period: period.starts_at)

    def between(self, first: date, last: date) -> list[Period]:
        """The hours of these days, both included, soonest first."""
        return [each for number in range((last - first).days + 1) for each in self.on(first + timedelta(days=number))]


def without(periods: Sequence[Period], taken: Sequence[Period]) -> list[Period]:
    """What is left of the periods, both soonest first or not, when what is taken is cut out of them."""
    left = sorted(periods, key=lambda period: period.starts_at)
    for cut in taken:
        left = [piece for period in left for piece in _cut(period, cut)]
    return left


def common(one: Sequence[Period], two: Sequence[Period]) -> list[Period]:
    """What is in both, each soonest first and without overlap in itself."""
    found, left, right = list[Period](), 0, 0
    while left < len(one) and right < len(two):
        starts = max(one[left].starts_at, two[right].starts_at)
        ends = min(one[left].ends_at, two[right].ends_at)
        if starts < ends:
            found.append(Period(starts, ends))
        if one[left].ends_at < two[right].ends_at:
            left += 1
        else:
            right += 1
    return found


def _cut(period: Period, cut: Period) -> list[Period]:
    if cut.ends_at <= period.starts_at or period.ends_at <= cut.starts_at:
        return [period]
    pieces = (Period(period.starts_at, cut.starts_at), Period(cut.ends_at, period.ends_at))
    return [piece for piece in pieces if piece.starts_at < piece.ends_at]


def in_order(hours: Sequence[Hours]) -> bool:
    """One after the other, each ending after it begins."""
    spans = sorted(hours)
    return all(each.opens < each.closes for each in spans) and all(one.closes <= two.opens for one, two in pairwise(spans))


def _instant(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, AMSTERDAM).astimezone(UTC)
