"""Queries on subscribed calendars: whose they are, and where that person works."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.scheduling.persistence.tables import feeds, people


class Feeds:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, user_id: UUID, secret_hash: bytes, at: datetime) -> None:
        """In place of the one there was: its address is worth nothing any more."""
        values = {"secret_hash": secret_hash, "made_at": at}
        statement = insert(feeds).values(user_id=user_id, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=values))

    def drop(self, user_id: UUID) -> None:
        self._session.execute(sa.delete(feeds).where(feeds.c.user_id == user_id))

    def made_at(self, user_id: UUID) -> datetime | None:
        """When somebody's feed was made, if they have one."""
        return self._session.execute(sa.select(feeds.c.made_at).where(feeds.c.user_id == user_id)).scalar_one_or_none()

    def owner(self, secret_hash: bytes) -> UUID | None:
        return self._session.execute(sa.select(feeds.c.user_id).where(feeds.c.secret_hash == secret_hash)).scalar_one_or_none()

    def workplaces(self, user_id: UUID, day: date) -> dict[UUID, str]:
        """The schools where the person of this transaction works on a day, with their role there."""
        begun = people.c.valid_from.is_(None) | (people.c.valid_from <= day)
        not_over = people.c.valid_until.is_(None) | (people.c.valid_until >= day)
        mine = (people.c.person_id == user_id, people.c.case_id.is_(None), begun, not_over)
        return {
            row.school_id: row.role for row in self._session.execute(sa.select(people.c.school_id, people.c.role).where(*mine))
        }
