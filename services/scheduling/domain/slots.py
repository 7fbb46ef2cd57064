"""Proposals for a time: when everybody is free, those first that join what is planned already, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.scheduling.domain.availability import without
from services.scheduling.domain.busy import Period
from shared.clock import AMSTERDAM

LEAD = timedelta(hours=2)
_STEP = timedelta(minutes=15)
_CLOSE_BY = timedelta(minutes=30)
_EACH_DAY, _AT_MOST = 2, 12


@dataclass(frozen=True)
class Slot:
    """A time that suits everybody. `why` is `joins` (beside another appointment of the host) or `room` (nothing near)."""

    starts_at: datetime
    ends_at: datetime
    travel_minutes: int
    why: str


@dataclass(frozen=True)
class Search:
    """What a slot must fit: `open` hours, the host's own appointments (with the way there and back), and everybody else's."""

    open: Sequence[Period]
    host: Sequence[Period]
    others: Sequence[Period]
    minutes: int
    travel_minutes: int
    not_before: datetime


def propose(search: Search) -> list[Slot]:
    """At most twelve, two a day, best first: beside what the host has that day, then the soonest."""
    way = timedelta(minutes=search.travel_minutes)
    host = [Period(each.starts_at - way, each.ends_at + way) for each in search.host]
    found = [_slot(start, search, host) for start in _starts(without(search.open, [*host, *search.others]), search)]
    chosen, days = list[Slot](), Counter[object]()
    for slot in sorted(found, key=lambda slot: (slot.why != "joins", slot.starts_at)):
        day = slot.starts_at.astimezone(AMSTERDAM).date()
        if days[day] < _EACH_DAY and not any(_overlap(slot, each) for each in chosen):
            days[day] += 1
            chosen.append(slot)
    return chosen[:_AT_MOST]


def _starts(free: Sequence[Period], search: Search) -> Iterator[datetime]:
    """Every quarter of an hour from which the length fits."""
    length = timedelta(minutes=search.minutes)
    for period in free:
        start = _quarter(max(period.starts_at, search.not_before))
        while start + length <= period.ends_at:
            yield start
            start += _STEP


def _quarter(at: datetime) -> datetime:
    past = timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    return at - past + _STEP if past else at


def _slot(start: datetime, search: Search, host: Sequence[Period]) -> Slot:
    end = start + timedelta(minutes=search.minutes)
    gaps = [gap for each in host for gap in (start - each.ends_at, each.starts_at - end)]
    joins = any(timedelta(0) <= gap < _CLOSE_BY for gap in gaps)
    return Slot(start, end, search.travel_minutes, "joins" if joins else "room")


def _overlap(one: Slot, two: Slot) -> bool:
    return one.starts_at < two.ends_at and two.starts_at < one.ends_at
