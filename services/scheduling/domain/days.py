"""Somebody's day on the road: where they are before and after each appointment, how long the way is, what still fits in.

The way to an appointment lies directly before it and belongs to its taken time; so two appointments can only follow each
other when there is time to get from the one to the other. A telephone call is no place: one stays where one was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from services.scheduling.domain.busy import Period
from services.scheduling.domain.places import Base, Stop, Way, way
from services.scheduling.domain.travel import TravelTimes
from shared.clock import day_of


@dataclass(frozen=True)
class Taken:
    """One appointment in somebody's time, the way there not counted. `travel_minutes` is what is kept for that now."""

    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    stop: Stop | None = None
    travel_minutes: int = 0

    @property
    def leaves_at(self) -> datetime:
        """From when on one is taken: the way there included."""
        return self.starts_at - timedelta(minutes=self.travel_minutes)

    @property
    def period(self) -> Period:
        return Period(self.leaves_at, self.ends_at)


@dataclass(frozen=True)
class Road:
    """The day of somebody who travels, as it is, and where it begins."""

    person_id: UUID
    day: Sequence[Taken]
    start: Stop | None


@dataclass(frozen=True)
class Clash:
    """What a new appointment runs into; `travel_minutes`: it is the way between the two that does not fit."""

    starts_at: datetime
    ends_at: datetime
    travel_minutes: int = 0


@dataclass(frozen=True)
class Opening:
    """A visit at some stop can be anywhere in it, from its begin to its end; `before` and `after` are the ways then."""

    starts_at: datetime
    ends_at: datetime
    before: Way
    after: Way
    previous: Taken | None = None
    following: Taken | None = None


def by_day(taken: Sequence[Taken]) -> dict[date, list[Taken]]:
    """Soonest first within each day."""
    found: dict[date, list[Taken]] = {}
    for each in sorted(taken, key=lambda one: one.starts_at):
        found.setdefault(day_of(each.starts_at), []).append(each)
    return found


def with_ways(day: Sequence[Taken], start: Stop | None, times: TravelTimes) -> list[Taken]:
    """A whole day anew, soonest first: each with the way from where one is by then.

    Only what is known is kept, and no more than the time there is: what was planned already stands.
    """
    found: list[Taken] = []
    at, free_from = start, None
    for each in sorted(day, key=lambda one: one.starts_at):
        step = way(times, at, each.stop)
        minutes = step.minutes if step.known else 0
        if free_from is not None:
            minutes = min(minutes, max(0, int((each.starts_at - free_from).total_seconds() // 60)))
        found.append(replace(each, travel_minutes=minutes))
        at, free_from = each.stop or at, each.ends_at
    return found


def in_the_way(day: Sequence[Taken], new: Taken, start: Stop | None, times: TravelTimes) -> list[Clash]:
    """What of a day leaves no time for `new`, or no time to get there or to get away from there."""
    over = [Clash(each.starts_at, each.ends_at) for each in day if each.starts_at < new.ends_at and new.starts_at < each.ends_at]
    if over:
        return over
    earlier = sorted((each for each in day if each.starts_at < new.starts_at), key=lambda one: one.starts_at)
    later = sorted((each for each in day if each.starts_at > new.starts_at), key=lambda one: one.starts_at)
    at = next((each.stop for each in reversed(earlier) if each.stop), start)
    found = []
    there = way(times, at, new.stop)
    if earlier and _late(earlier[-1].ends_at, there, new.starts_at):
        found.append(Clash(earlier[-1].starts_at, earlier[-1].ends_at, there.minutes))
    number, following = next(((at, each) for at, each in enumerate(later) if each.stop), (0, None))
    if following is not None and (number == 0 or new.stop):
        onward = way(times, new.stop or at, following.stop)
        if _late(later[number - 1].ends_at if number else new.ends_at, onward, following.starts_at):
            found.append(Clash(following.starts_at, following.ends_at, onward.minutes))
    return found


def openings(
    hours: Sequence[Period], day: Sequence[Taken], stop: Stop | None, base: Base, times: TravelTimes
) -> Iterator[Opening]:
    """Where a visit at `stop` fits into the hours of one day, beside what is taken that day (soonest first)."""
    order: list[Taken | None] = [None, *day, None]
    at = base.start
    for number, (previous, following) in enumerate(pairwise(order)):
        at = (previous.stop if previous else None) or at
        next_stop = next((each for each in day[number:] if each.stop), None)
        before, after = way(times, at, stop), way(times, stop or at, next_stop.stop if next_stop else base.end)
        calls = day[number : day.index(next_stop)] if next_stop else day[number:]
        if next_stop and calls and _late(calls[-1].ends_at, after, next_stop.starts_at):
            continue
        gap = _Gap(previous, following, before.minutes, 0 if calls else after.minutes, base.buffer_minutes)
        for each in map(gap.within, hours):
            if each.starts_at < each.ends_at:
                yield Opening(each.starts_at, each.ends_at, before, after, previous, following)


@dataclass(frozen=True)
class _Gap:
    """Between two appointments, or before the first or after the last of a day, with the minutes to get there and away."""

    previous: Taken | None
    following: Taken | None
    there: int
    onward: int
    buffer: int

    def within(self, hours: Period) -> Period:
        """What is left of some hours; where nothing is, it ends before it begins.

        At the begin and the end of a day the way is in working time, and needs no buffer.
        """
        there, onward, buffer = (timedelta(minutes=each) for each in (self.there, self.onward, self.buffer))
        starts, ends = hours.starts_at, hours.ends_at
        starts = max(starts, self.previous.ends_at + there + buffer) if self.previous else starts + there
        ends = min(ends, self.following.starts_at - onward - buffer) if self.following else ends - onward
        return Period(starts, ends)


def _late(free_from: datetime, step: Way, starts_at: datetime) -> bool:
    """There is no time left for the way, as far as it is known how long that takes."""
    return step.known and free_from + timedelta(minutes=step.minutes) > starts_at
