"""Cases as they stand in a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.case import Child


@dataclass(frozen=True)
class ListedCase:
    """A case in a list. `next_at`: when parents and staff meet next; `next_status`: whether that is certain.

    In a list of somebody's own: whether they stand in, and from when it is handed over to them, until they have read that.
    """

    school_id: UUID
    id: UUID
    reference: str
    phase: str
    planned_end_on: date
    opened_at: datetime
    assigned_to: UUID | None
    child: Child | None
    school_name: str
    assigned_to_name: str | None
    next_at: datetime | None
    next_status: str | None
    coaching_of: str | None = None
    resume_on: date | None = None
    standing_in: bool = False
    handed_over_on: date | None = None

    @property
    def kind(self) -> str:
        return "family" if self.child else "coaching"


@dataclass(frozen=True)
class Filters:
    """Which cases to list.

    `open_to`: those that are not closed and are this liaison's, or nobody's. Theirs are also those in which they stand in
    on the day `on`, and that are handed over to them.

    `q`: how names or the reference begin; with `similar`, what they resemble.
    """

    school_id: UUID | None = None
    phase: str | None = None
    assigned_to: UUID | None = None
    q: str | None = None
    similar: bool = False
    only_open: bool = False
    open_to: UUID | None = None
    on: date | None = None
