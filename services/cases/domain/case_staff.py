"""Who accompanies a case: a liaison, and a deputy for some time, each between two days. Periods are ended, never removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.cases.domain.case import Case
from shared.errors import Conflict, Invalid

PLACES = ("liaison", "deputy")
_LONGEST = timedelta(days=366)


@dataclass
class Place:
    """Somebody's place beside a case from a day until, and including, another. One that ends before it began never was."""

    id: UUID
    place: str
    user_id: UUID
    user_name: str
    valid_from: date
    valid_until: date | None
    assigned_by_name: str
    assigned_at: datetime

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def was(self) -> bool:
        """It lasted a day at least, or goes on."""
        return self.valid_until is None or self.valid_until >= self.valid_from

    def end_before(self, day: date) -> None:
        """The day before is the last, unless it was over earlier."""
        last = day - timedelta(days=1)
        if self.valid_until is None or self.valid_until > last:
            self.valid_until = last


@dataclass(frozen=True)
class Period:
    """From a day until, and including, another; without the other, until somebody ends it."""

    valid_from: date
    valid_until: date | None = None

    def meets(self, other: Place) -> bool:
        starts_before = other.valid_until is None or self.valid_from <= other.valid_until
        return other.was and starts_before and (self.valid_until is None or other.valid_from <= self.valid_until)


def deputy_on(places: Iterable[Place], day: date) -> Place | None:
    """Who stands in for the liaison on a day."""
    return next((each for each in places if each.place == "deputy" and each.covers(day)), None)


def check_deputy(case: Case, user_id: UUID, period: Period, places: Iterable[Place], today: date) -> None:
    """Raises Conflict, and Invalid naming the field."""
    if case.closed:
        raise Conflict("Dit dossier is afgerond.")
    if user_id == case.assigned_to:
        raise Invalid({"user_id": ["Deze persoon begeleidt het dossier al."]})
    if period.valid_from < today:
        raise Invalid({"valid_from": ["Kies vandaag of een dag die nog komt."]})
    if period.valid_until is not None and period.valid_until < period.valid_from:
        raise Invalid({"valid_until": ["Kies een dag na de eerste."]})
    if period.valid_until is not None and period.valid_until - period.valid_from > _LONGEST:
        raise Invalid({"valid_until": ["Een vervanging duurt hoogstens een jaar. Draag het dossier anders over."]})
    if any(each.place == "deputy" and period.meets(each) for each in places):
        raise Conflict("In deze tijd is er al een vervanger. Beëindig die eerst.")


def end_deputy(places: Iterable[Place], place_id: UUID, today: date) -> Place | None:
    """From today on no longer; None for one that is not there. Raises Conflict when it was over already."""
    found = next((each for each in places if each.id == place_id and each.place == "deputy"), None)
    if found is None:
        return None
    if not found.was or (found.valid_until is not None and found.valid_until < today):
        raise Conflict("Deze vervanging is al voorbij.")
    found.end_before(today)
    return found
