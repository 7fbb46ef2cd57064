"""The caller's own alliance, and what it has chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.persistence.tables import alliances
from shared.errors import Forbidden


@dataclass(frozen=True)
class Alliance:
    """`totp_required_from`: from this day nobody logs in by password alone; None: whoever wants a code, has one."""

    id: UUID
    name: str
    retention_years: int
    purges_daily: bool
    purge_set_by: UUID | None
    totp_required_from: date | None
    version: int


class Alliances:
    """Within the transaction of `session`; the policies show nobody another's."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def own(self, *, to_change: bool = False) -> Alliance:
        """Raises Forbidden for who has none."""
        found = sa.select(alliances)
        row = self._session.execute(found.with_for_update() if to_change else found).one_or_none()
        if row is None:
            raise Forbidden
        return Alliance(**row._asdict())

    def change(self, alliance_id: UUID, **values: Any) -> None:
        self._session.execute(sa.update(alliances).where(alliances.c.id == alliance_id).values(**values))
