"""Appointments as the domain's tests need them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.scheduling.domain.appointment import Appointment

SCHOOL, CASE, SAMIRA = UUID(int=1), UUID(int=30), UUID(int=10)
FATMA, MEHMET, JOKE = UUID(int=20), UUID(int=21), UUID(int=11)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def appointment(*people: UUID, **more: Any) -> Appointment:
    """A home visit tomorrow, for the given persons (both guardians unless told); 20 to 29 are guardians."""
    values: dict[str, Any] = {
        "school_id": SCHOOL,
        "id": UUID(int=100),
        "case_id": CASE,
        "kind": "home_visit",
        "place": "at_home",
        "starts_at": NOW + DAY,
        "ends_at": NOW + DAY + HOUR,
        "host_id": SAMIRA,
        "host_name": "Samira Bakker",
    }
    made = Appointment(**values | more)
    for person in people or (FATMA, MEHMET):
        made.invite(person, f"Persoon {person.int}", guardian=20 <= person.int < 30)
    return made
