"""Queries on where places are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.scheduling.domain.places import with_areas
from services.scheduling.domain.travel import Point
from services.scheduling.persistence.tables import postcodes, school_times

_AT_ONCE = 5_000


class Places:
    """Within the transaction of `session`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def points(self, codes: Sequence[str | None]) -> dict[str, Point]:
        """By postcode: those of these that the table knows, and of their areas."""
        wanted = with_areas(codes)
        if not wanted:
            return {}
        rows = self._session.execute(sa.select(postcodes).where(postcodes.c.code.in_(wanted)))
        return {row.code: Point(row.latitude, row.longitude) for row in rows}

    def school(self, school_id: UUID) -> Point | None:
        """Where a school is, as far as that was said."""
        mine = (school_times.c.school_id.in_(self._schools), school_times.c.school_id == school_id)
        code = sa.select(school_times.c.postcode).where(*mine)
        found = sa.select(postcodes).where(_stands_for(code.scalar_subquery()))
        row = self._session.execute(found.order_by(sa.func.length(postcodes.c.code).desc()).limit(1)).one_or_none()
        return Point(row.latitude, row.longitude) if row else None

    def replace(self, found: Mapping[str, Point]) -> None:
        """These, and no others any more."""
        self._session.execute(sa.delete(postcodes))
        rows = [{"code": code, "latitude": at.latitude, "longitude": at.longitude} for code, at in found.items()]
        for start in range(0, len(rows), _AT_ONCE):
            self._session.execute(insert(postcodes), rows[start : start + _AT_ONCE])

    def count(self) -> int:
        return self._session.execute(sa.select(sa.func.count()).select_from(postcodes)).scalar_one()


def _stands_for(code: sa.ScalarSelect[str]) -> sa.ColumnElement[bool]:
    return postcodes.c.code.in_([code, sa.func.left(code, 4)])
