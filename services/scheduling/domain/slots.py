"""Proposals for a time: when everybody is free and can get there, those first that cost the least, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial, reduce

from services.scheduling.domain.availability import Lunch, common, without
from services.scheduling.domain.busy import Period
from services.scheduling.domain.days import Opening, Taken, by_day, openings
from services.scheduling.domain.places import NO_BASE, Base, Stop
from services.scheduling.domain.travel import TravelTimes
from shared.clock import day_of

_STEP = timedelta(minutes=15)
_CLOSE_BY = timedelta(minutes=30)
_EACH_DAY, _AT_MOST = 2, 12
_RANK = {"there": 0, "joins": 1, "room": 2}


@dataclass(frozen=True)
class Slot:
    """A time that suits everybody.

    `why`: `there` (the host is at that place then), `joins` (beside another appointment of the host) or `room` (nothing near).
    `notes` name what the day is, for everybody alike: a feast, a school break.
    """

    starts_at: datetime
    ends_at: datetime
    before_minutes: int
    after_minutes: int
    why: str
    travel_known: bool = True
    notes: Sequence[str] = ()

    @property
    def travel_minutes(self) -> int:
        return self.before_minutes + self.after_minutes


@dataclass(frozen=True)
class Attendee:
    """Somebody who takes part. `hours`: when they can, soonest first; `taken`: by what, across schools.

    Who does not travel is where they are, and needs no base.
    """

    hours: Sequence[Period]
    taken: Sequence[Taken] = ()
    travels: bool = False
    base: Base = NO_BASE
    lunch: Lunch | None = None


@dataclass(frozen=True)
class Search:
    """What a slot must fit. The first of `people` is the host, whose way counts. `notes`: what is to be said of a day.

    `met`: days on which the family has an appointment already, and would rather not have another.
    """

    people: Sequence[Attendee]
    minutes: int
    stop: Stop | None
    not_before: datetime
    until: datetime
    times: TravelTimes
    notes: Mapping[date, Sequence[str]] = field(default_factory=dict)
    met: Collection[date] = ()


def propose(search: Search) -> list[Slot]:
    """At most twelve, two a day, best first.

    First ordinary days, then those on which the family has nothing yet, then where the host is anyway, then the least travel.
    """
    chosen, days = list[Slot](), Counter[date]()
    for slot in sorted(_candidates(search), key=partial(_order, search.met)):
        day = day_of(slot.starts_at)
        if days[day] < _EACH_DAY and not any(_overlap(slot, each) for each in chosen):
            days[day] += 1
            chosen.append(slot)
    return chosen[:_AT_MOST]


def _order(met: Collection[date], slot: Slot) -> tuple[bool, bool, int, int, datetime]:
    return bool(slot.notes), day_of(slot.starts_at) in met, _RANK[slot.why], slot.travel_minutes, slot.starts_at


def _candidates(search: Search) -> Iterator[Slot]:
    host, *others = search.people
    free = [_free(each, search) for each in others]
    lunches = [_Lunches(each) for each in search.people if each.lunch]
    for opening in _openings(host, search):
        periods = reduce(common, free, [Period(opening.starts_at, opening.ends_at)])
        for start in _starts(periods, search):
            slot = _slot(start, search, opening)
            if all(each.allows(slot) for each in lunches):
                yield slot


def _openings(person: Attendee, search: Search) -> Iterator[Opening]:
    """Day by day, as far as there are hours."""
    hours, taken = dict[date, list[Period]](), by_day(person.taken)
    for each in person.hours:
        hours.setdefault(day_of(each.starts_at), []).append(each)
    for day, periods in hours.items():
        yield from openings(periods, taken.get(day, []), search.stop, person.base, search.times)


def _free(person: Attendee, search: Search) -> list[Period]:
    if person.travels:
        return sorted((Period(each.starts_at, each.ends_at) for each in _openings(person, search)), key=lambda one: one.starts_at)
    return without(person.hours, [each.period for each in person.taken])


def _starts(free: Sequence[Period], search: Search) -> Iterator[datetime]:
    """Every quarter of an hour from which the length fits."""
    length = timedelta(minutes=search.minutes)
    for period in free:
        start = _quarter(max(period.starts_at, search.not_before))
        last = min(period.ends_at, search.until) - length
        while start <= last:
            yield start
            start += _STEP


def _quarter(at: datetime) -> datetime:
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + _STEP if past else at


def _slot(start: datetime, search: Search, opening: Opening) -> Slot:
    end = start + timedelta(minutes=search.minutes)
    return Slot(
        starts_at=start,
        ends_at=end,
        before_minutes=opening.before.minutes,
        after_minutes=opening.after.minutes,
        why=_why(start, end, search.stop, opening),
        travel_known=opening.before.known and opening.after.known,
        notes=search.notes.get(day_of(start), ()),
    )


def _why(start: datetime, end: datetime, stop: Stop | None, opening: Opening) -> str:
    """By what lies beside it, when that is at most half an hour more than the way."""
    near = []
    if opening.previous and start - opening.previous.ends_at - timedelta(minutes=opening.before.minutes) < _CLOSE_BY:
        near.append(opening.previous)
    if opening.following and opening.following.starts_at - end - timedelta(minutes=opening.after.minutes) < _CLOSE_BY:
        near.append(opening.following)
    if stop is not None and any(each.stop and each.stop.door == stop.door for each in near):
        return "there"
    return "joins" if near else "room"


class _Lunches:
    """Somebody's breaks: whether one is left beside what is planned and a slot with its ways."""

    def __init__(self, person: Attendee) -> None:
        self._lunch = person.lunch
        self._taken = {day: [each.period for each in taken] for day, taken in by_day(person.taken).items()}
        self._travels = person.travels

    def allows(self, slot: Slot) -> bool:
        day, lunch = day_of(slot.starts_at), self._lunch
        before, after = (slot.before_minutes, slot.after_minutes) if self._travels else (0, 0)
        whole = Period(slot.starts_at - timedelta(minutes=before), slot.ends_at + timedelta(minutes=after))
        window = lunch.between.on(day) if lunch else whole
        if lunch is None or whole.ends_at <= window.starts_at or window.ends_at <= whole.starts_at:
            return True
        return lunch.fits(day, [*self._taken.get(day, ()), whole])


def _overlap(one: Slot, two: Slot) -> bool:
    return one.starts_at < two.ends_at and two.starts_at < one.ends_at
