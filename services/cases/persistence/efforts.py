"""Queries on time given and on coaching."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.efforts import Coaching, TimeEntry
from services.cases.persistence.effort_tables import coaching, time_entries


class Efforts:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_time(self, case: Case, entry: TimeEntry) -> None:
        self._add(time_entries, case, entry)

    def add_coaching(self, case: Case, entry: Coaching, readers: Sequence[str]) -> None:
        self._add(coaching, case, entry, readers=list(readers))

    def time_entries(self, case: Case) -> list[TimeEntry]:
        """Newest first."""
        return [TimeEntry(**row._asdict()) for row in self._session.execute(_of(time_entries, TimeEntry, case))]

    def coaching(self, case: Case) -> list[Coaching]:
        """Those that the caller may read, newest first."""
        return [Coaching(**row._asdict()) for row in self._session.execute(_of(coaching, Coaching, case))]

    def _add(self, table: sa.Table, case: Case, entry: TimeEntry | Coaching, **more: Any) -> None:
        self._session.execute(sa.insert(table).values(school_id=case.school_id, case_id=case.id, **vars(entry), **more))


def _of(table: sa.Table, kind: type[Any], case: Case) -> sa.Select[Any]:
    columns = [table.c[each.name] for each in fields(kind)]
    mine = (table.c.school_id == case.school_id, table.c.case_id == case.id)
    return sa.select(*columns).where(*mine).order_by(table.c.on.desc(), table.c.id.desc())
