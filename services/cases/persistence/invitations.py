"""Invitations, and what an administrator may know of an account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.cases.domain.administration import Invitation
from services.cases.persistence.administration_tables import account_facts, invitations


@dataclass(frozen=True)
class Facts:
    """No secret among them. `totp_since`: None for who logs in by password alone."""

    user_id: UUID
    alliance_id: UUID
    made_at: datetime
    password_set_at: datetime | None = None
    totp_since: datetime | None = None
    last_login_at: datetime | None = None


class Invitations:
    """Within the transaction of `session`; the policies show a user their own, and administrators their alliance's."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, invitation: Invitation) -> None:
        self._session.execute(sa.insert(invitations).values(**invitation.__dict__))

    def get(self, invitation_id: UUID) -> Invitation | None:
        """Locked: a link that is followed twice at once is used once."""
        found = sa.select(invitations).where(invitations.c.id == invitation_id).with_for_update()
        row = self._session.execute(found).one_or_none()
        return Invitation(**row._asdict()) if row else None

    def newest_of(self, user_ids: Iterable[UUID]) -> dict[UUID, Invitation]:
        found = sa.select(invitations).where(invitations.c.user_id.in_(list(user_ids)))
        newest = found.order_by(invitations.c.user_id, invitations.c.invited_at.desc(), invitations.c.id.desc())
        rows = self._session.execute(newest.ext(distinct_on(invitations.c.user_id)))
        return {row.user_id: Invitation(**row._asdict()) for row in rows}

    def use(self, invitation_id: UUID, at: datetime) -> None:
        self._session.execute(sa.update(invitations).where(invitations.c.id == invitation_id).values(used_at=at))

    def withdraw_all(self, user_id: UUID, at: datetime) -> int:
        """How many were open."""
        is_open = sa.and_(invitations.c.used_at.is_(None), invitations.c.withdrawn_at.is_(None), invitations.c.expires_at > at)
        statement = sa.update(invitations).where(invitations.c.user_id == user_id, is_open).values(withdrawn_at=at)
        return len(self._session.execute(statement.returning(invitations.c.id)).all())

    def asked_since(self, user_id: UUID, purpose: str, since: datetime) -> int:
        of = invitations.c
        found = sa.select(sa.func.count()).where(of.user_id == user_id, of.purpose == purpose, of.invited_at >= since)
        return int(self._session.execute(found).scalar_one())

    def know(self, facts: Facts) -> None:
        """A new account."""
        self._session.execute(sa.insert(account_facts).values(**facts.__dict__))

    def learn(self, user_id: UUID, **values: Any) -> None:
        """Something new of an account."""
        self._session.execute(sa.update(account_facts).where(account_facts.c.user_id == user_id).values(**values))

    def facts_of(self, user_ids: Iterable[UUID]) -> dict[UUID, Facts]:
        found = sa.select(account_facts).where(account_facts.c.user_id.in_(list(user_ids)))
        return {row.user_id: Facts(**row._asdict()) for row in self._session.execute(found)}
