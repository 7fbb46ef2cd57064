"""A secret address is shown to the one who visits, around the visit, and to nobody else: also not to another liaison.

From the day before, to find the way, until the day after. A home is protected (ECHR, article 8; Constitution, article 12),
and who hides from somebody is found through whoever may look without need.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from services.cases.domain.planning import Appointment
from shared.clock import AMSTERDAM

AROUND = timedelta(days=1)
# A visit that was called off, or of which nobody knows any more whether it was, leads to no door.
_VISITS = ("invited", "confirmed", "held", "no_show")


def shown_to(user_id: UUID, appointments: Iterable[Appointment], today: date) -> frozenset[UUID]:
    """The people whom this member of staff visits at home about today."""
    visits = (each for each in appointments if _is_around(each, today) and _goes_there(each, user_id))
    return frozenset(person.person_id for visit in visits for person in visit.participants)


def _is_around(appointment: Appointment, today: date) -> bool:
    day = appointment.starts_at.astimezone(AMSTERDAM).date()
    return appointment.kind == "home_visit" and appointment.status in _VISITS and abs(day - today) <= AROUND


def _goes_there(appointment: Appointment, user_id: UUID) -> bool:
    return user_id == appointment.host_id or any(user_id == each.person_id for each in appointment.participants)
