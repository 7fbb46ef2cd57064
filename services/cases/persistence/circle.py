"""Queries on who else is involved, and on how the child sees it. The policies show each reader what is theirs."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.child_view import ChildView
from services.cases.domain.involved import Involved
from services.cases.persistence.circle_tables import child_views, involved
from shared.errors import NotFound


class Circle:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def involved(self, case: Case) -> list[Involved]:
        """Those whom the caller may read of, the latest written first."""
        found = _all(involved, Involved, case).order_by(involved.c.written_at.desc(), involved.c.id.desc())
        return [Involved(**row._asdict()) for row in self._session.execute(found)]

    def one_involved(self, case: Case, involved_id: UUID) -> Involved:
        """Locked, to be changed. Raises NotFound."""
        found = _all(involved, Involved, case).where(involved.c.id == involved_id).with_for_update()
        row = self._session.execute(found).one_or_none()
        if row is None:
            raise NotFound
        return Involved(**row._asdict())

    def add_involved(self, case: Case, new: Involved) -> None:
        self._add(involved, case, new)

    def keep_involved(self, case: Case, changed: Involved) -> None:
        one = sa.and_(involved.c.school_id == case.school_id, involved.c.id == changed.id)
        kept = ("id", "readers", "written_by", "written_by_name", "written_at")
        values = {name: value for name, value in vars(changed).items() if name not in kept}
        self._session.execute(sa.update(involved).where(one).values(**values))

    def child_views(self, case: Case) -> list[ChildView]:
        """Those that the caller may read, the latest first."""
        found = _all(child_views, ChildView, case).order_by(child_views.c.heard_on.desc(), child_views.c.id.desc())
        return [ChildView(**row._asdict()) for row in self._session.execute(found)]

    def add_child_view(self, case: Case, new: ChildView) -> None:
        self._add(child_views, case, new)

    def _add(self, table: sa.Table, case: Case, new: Involved | ChildView) -> None:
        values = vars(new) | {"readers": list(new.readers)}
        self._session.execute(sa.insert(table).values(school_id=case.school_id, case_id=case.id, **values))


def _all(table: sa.Table, kind: type[Any], case: Case) -> sa.Select[Any]:
    columns = [table.c[each.name] for each in fields(kind)]
    return sa.select(*columns).where(table.c.school_id == case.school_id, table.c.case_id == case.id)
