"""Queries on the times that parents are offered. Built with the caller's schools; the policies are the second wall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.scheduling.domain.choice import Choice
from services.scheduling.persistence.tables import choice_invitees, choice_slots, choices
from shared.database import hold
from shared.errors import NotFound
from shared.pagination import Page, PageRequest, cut


class Choices:
    """At `school_ids`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def add(self, choice: Choice) -> None:
        self._session.add(choice)
        self._session.flush()

    def get(self, choice_id: UUID, *, to_change: bool = False) -> Choice:
        """Raises NotFound. `to_change` locks the row: of two who pick at once, the second waits and then sees the first."""
        found = sa.select(Choice).where(choices.c.school_id.in_(self._schools), choices.c.id == choice_id)
        choice = self._session.execute(found.with_for_update(of=choices) if to_change else found).scalar_one_or_none()
        if choice is None:
            raise NotFound
        return choice

    def open(self, now: datetime, page: PageRequest, case_id: UUID | None = None) -> Page[Choice]:
        """Those that end first, first."""
        mine = [choices.c.school_id.in_(self._schools), choices.c.status == "open", choices.c.expires_at > now]
        if case_id is not None:
            mine.append(choices.c.case_id == case_id)
        key = (choices.c.expires_at, choices.c.id)
        after = page.after(datetime.fromisoformat, UUID)
        if after:
            mine.append(sa.tuple_(*key) > after)
        found = sa.select(Choice).where(*mine).order_by(*key).limit(page.limit + 1)
        return cut(self._session.execute(found).scalars().all(), page, lambda choice: (choice.expires_at, choice.id))

    def lock_case(self, case_id: UUID) -> None:
        """Who offers times for a case and what ends it go one after the other: neither misses what the other did."""
        hold(self._session, [case_id])

    def still_open(self, school_id: UUID, case_id: UUID, now: datetime) -> Sequence[Choice]:
        """Of a case, locked: who picks one meanwhile is waited for."""
        mine = (choices.c.school_id == school_id, choices.c.case_id == case_id)
        found = sa.select(Choice).where(*mine, choices.c.status == "open", choices.c.expires_at > now)
        return self._session.execute(found.order_by(choices.c.id).with_for_update(of=choices)).scalars().all()

    def erase_of(self, school_id: UUID, case_id: UUID) -> None:
        """In the worker, who alone may delete."""
        mine = sa.select(choices.c.id).where(choices.c.school_id == school_id, choices.c.case_id == case_id)
        tables: Sequence[sa.Table] = (choice_slots, choice_invitees)
        for table in tables:
            self._session.execute(sa.delete(table).where(table.c.school_id == school_id, table.c.choice_id.in_(mine)))
        self._session.execute(sa.delete(choices).where(choices.c.school_id == school_id, choices.c.case_id == case_id))
