"""A working day as somebody walks it: one appointment after the other, and whether there is time to get there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from services.scheduling.domain.appointment import Appointment


@dataclass(frozen=True)
class Leg:
    """An appointment and the way to it. `gap_minutes`: since the one before, None for the first of the day."""

    appointment: Appointment
    travel_minutes: int = 0
    gap_minutes: int | None = None

    @property
    def tight(self) -> bool:
        """There is less time than the way takes."""
        return self.gap_minutes is not None and self.gap_minutes < self.travel_minutes


def day_sheet(appointments: Sequence[Appointment], ways: Mapping[UUID, int]) -> list[Leg]:
    """In order of time; what was called off is left out. `ways`: minutes to get there, by appointment, where there is a way."""
    going_on = sorted((each for each in appointments if each.status != "cancelled"), key=lambda each: each.starts_at)
    gaps = [None, *[_minutes(after.starts_at - before.ends_at) for before, after in pairwise(going_on)]]
    return [Leg(each, ways.get(each.id, 0), gap) for each, gap in zip(going_on, gaps, strict=False)]


def _minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))
