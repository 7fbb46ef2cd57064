"""Who is taken when, across all schools, and not with what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Busy:
    """Somebody is taken from one moment until another; `travel_minutes` of that, or before it, are the way there."""

    person_id: UUID
    starts_at: datetime
    ends_at: datetime
    travel_minutes: int = 0


@dataclass(frozen=True)
class Period:
    """From one moment until another."""

    starts_at: datetime
    ends_at: datetime
