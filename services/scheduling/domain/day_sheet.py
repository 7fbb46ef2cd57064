"""A working day as somebody walks it: one appointment after the other, and whether there is time to get there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.travel import ALLOWANCE

Way = Callable[[Appointment, Appointment], int]


@dataclass(frozen=True)
class Stop:
    """One appointment, and what comes before it; both in whole minutes, None before the first of the day."""

    appointment: Appointment
    gap_minutes: int | None = None
    travel_minutes: int | None = None

    @property
    def tight(self) -> bool:
        """There is less time than the way takes."""
        return self.gap_minutes is not None and self.gap_minutes < (self.travel_minutes or 0)


def allowance(before: Appointment, after: Appointment) -> int:
    """The way between two while it is not known where people live: none within one school, nor between telephone calls."""
    if before.school_id == after.school_id and before.place == after.place == "at_school":
        return 0
    return max(ALLOWANCE[before.kind], ALLOWANCE[after.kind])


def day_sheet(appointments: Sequence[Appointment], way: Way = allowance) -> list[Stop]:
    """In order of time; what was called off is left out."""
    going_on = sorted((each for each in appointments if each.status != "cancelled"), key=lambda each: each.starts_at)
    stops = [Stop(each) for each in going_on[:1]]
    for before, after in pairwise(going_on):
        stops.append(Stop(after, _minutes(after.starts_at - before.ends_at), way(before, after)))
    return stops


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))
