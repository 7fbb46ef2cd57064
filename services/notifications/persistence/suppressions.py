"""Queries on suppressed addresses and on dead letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.persistence.tables import suppressions
from shared.messaging import parking
from shared.pagination import Page, PageRequest, cut


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """An address that this school writes to no more, until `expires_at`."""

    id: UUID
    school_id: UUID
    address: str
    person_id: UUID | None
    reason: str
    answer: str | None
    created_at: datetime
    expires_at: datetime


class Suppressions:
    """Of the caller's schools."""

    def __init__(self, session: Session, school_ids: Iterable[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def add(self, row: SuppressionRow) -> None:
        """The newest reason counts."""
        values = {field.name: getattr(row, field.name) for field in fields(row)}
        newer = {name: values[name] for name in ("person_id", "reason", "answer", "created_at", "expires_at")}
        statement = insert(suppressions).values(values)
        self._session.execute(statement.on_conflict_do_update(index_elements=["school_id", "address"], set_=newer))

    def page(self, request: PageRequest) -> Page[SuppressionRow]:
        query = sa.select(suppressions).where(suppressions.c.school_id.in_(self._schools))
        if after := request.after(UUID):
            query = query.where(suppressions.c.id < after[0])
        query = query.order_by(suppressions.c.id.desc()).limit(request.limit + 1)
        rows = [SuppressionRow(**row) for row in self._session.execute(query).mappings()]
        return cut(rows, request, lambda row: (row.id,))

    def lift(self, suppression_id: UUID) -> UUID | None:
        """The school of the address that may be used again; None when there is none such."""
        condition = suppressions.c.school_id.in_(self._schools), suppressions.c.id == suppression_id
        lifted = sa.delete(suppressions).where(*condition).returning(suppressions.c.school_id)
        return self._session.execute(lifted).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Replayed:
    """An event that is tried again."""

    school_id: UUID | None
    type: str


class DeadLetters:
    """Events that could not be applied; the platform keeps them, its policies say whose they are."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, request: PageRequest) -> Page[parking.DeadLetter]:
        return parking.dead_letters(self._session, request)

    def count(self) -> int:
        return parking.dead_count(self._session)

    def replay(self, letter_id: UUID, now: datetime) -> Replayed | None:
        """What is tried again; None when there is none such among the caller's."""
        query = sa.text("select school_id, type from parked_events where id = :id and state = 'dead'")
        found = self._session.execute(query, {"id": letter_id}).one_or_none()
        if found is None or not parking.replay(self._session, letter_id, now):
            return None
        return Replayed(found.school_id, found.type)
