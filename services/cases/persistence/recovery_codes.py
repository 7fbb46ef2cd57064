"""Queries on recovery codes; the policies show a user their own alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.persistence.administration_tables import recovery_codes


class RecoveryCodeHashes:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def replace(self, user_id: UUID, hashes: Iterable[bytes], at: datetime | None) -> None:
        """The codes from before are worth nothing any more."""
        self._session.execute(sa.delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
        rows = [{"user_id": user_id, "code_hash": each, "made_at": at} for each in hashes]
        if rows:
            self._session.execute(sa.insert(recovery_codes).values(rows))

    def use(self, user_id: UUID, code_hash: bytes, at: datetime) -> bool:
        """False for one that is not there or was used before."""
        mine = sa.and_(recovery_codes.c.user_id == user_id, recovery_codes.c.code_hash == code_hash)
        statement = sa.update(recovery_codes).where(mine, recovery_codes.c.used_at.is_(None)).values(used_at=at)
        return self._session.execute(statement.returning(recovery_codes.c.user_id)).one_or_none() is not None

    def left(self, user_id: UUID) -> int:
        mine = sa.and_(recovery_codes.c.user_id == user_id, recovery_codes.c.used_at.is_(None))
        return int(self._session.execute(sa.select(sa.func.count()).where(mine)).scalar_one())
