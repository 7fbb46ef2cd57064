"""When a case is expected to be over: every change of that day is kept, with why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.case import Case
from shared.errors import Conflict, Invalid


@dataclass(frozen=True)
class ChangedEnd:
    """The expected end moved from one day to another. `reason`: None where it was corrected, not extended."""

    id: UUID
    was_on: date
    is_on: date
    reason: str | None
    written_by: UUID
    written_by_name: str
    written_at: datetime


def extend(case: Case, on: date, today: date) -> date:
    """Give a case more time; gives the day on which it would have ended. Raises Conflict, and Invalid naming the field."""
    if case.closed:
        raise Conflict("Dit dossier is afgerond. Heropen het als er meer tijd nodig is.")
    before = case.planned_end_on
    if on <= before:
        raise Invalid({"planned_end_on": ["Kies een dag na het einde dat nu is gepland."]})
    case.plan_end(on, today)
    return before
