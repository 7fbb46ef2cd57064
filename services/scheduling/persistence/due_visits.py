"""Queries on when families were seen, and when they will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.scheduling.persistence.tables import appointments


@dataclass(frozen=True)
class Contacts:
    """The last appointment that took place (or was to), and the first that is still to come."""

    last: datetime | None = None
    following: datetime | None = None


class DueVisits:
    """At `school_ids`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def contacts(self, case_ids: Sequence[UUID], now: datetime) -> dict[UUID, Contacts]:
        """By case, of those that had or have any."""
        starts, status = appointments.c.starts_at, appointments.c.status
        last = sa.func.max(starts).filter(starts <= now, status.in_(("invited", "confirmed", "held")))
        following = sa.func.min(starts).filter(starts > now, status.in_(("invited", "confirmed")))
        mine = (appointments.c.school_id.in_(self._schools), appointments.c.case_id.in_(case_ids))
        found = sa.select(appointments.c.case_id, last, following).where(*mine).group_by(appointments.c.case_id)
        return {row[0]: Contacts(row[1], row[2]) for row in self._session.execute(found)}
