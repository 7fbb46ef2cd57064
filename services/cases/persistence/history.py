"""Queries on what happened in a case, and on who looked. Both are only ever added to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.readers import SHARED
from services.cases.persistence.tables import access_log, timeline
from shared.ids import new_id
from shared.pagination import Page, PageRequest, cut

Row = TypeVar("Row", bound="Happening | Access")


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened in a case. `about_id`: the appointment, message or text that it is about."""

    at: datetime
    kind: str
    actor_id: UUID | None = None
    actor_name: str | None = None
    about_id: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)
    readers: tuple[str, ...] = SHARED
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class Access:
    """Somebody looked, or changed something: the fields of NEN 7513."""

    at: datetime
    user_id: UUID
    user_name: str
    role: str
    action: str
    what: str
    basis: str
    on_behalf_of: str | None = None
    readers: tuple[str, ...] = SHARED
    id: UUID = field(default_factory=new_id)


class History:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, school_id: UUID, case_id: UUID, happening: Happening) -> None:
        self._add(timeline, school_id, case_id, happening)

    def log(self, school_id: UUID, case_id: UUID, access: Access) -> None:
        self._add(access_log, school_id, case_id, access)

    def log_all(self, accesses: Sequence[tuple[UUID, UUID, Access]]) -> None:
        """By school and case, in one statement."""
        rows = [_row(school_id, case_id, access) for school_id, case_id, access in accesses]
        if rows:
            self._session.execute(sa.insert(access_log), rows)

    def timeline(self, school_id: UUID, case_id: UUID, page: PageRequest) -> Page[Happening]:
        """Newest first."""
        return self._page(timeline, Happening, (school_id, case_id), page)

    def access_log(self, school_id: UUID, case_id: UUID, page: PageRequest) -> Page[Access]:
        """Newest first."""
        return self._page(access_log, Access, (school_id, case_id), page)

    def _add(self, table: sa.Table, school_id: UUID, case_id: UUID, row: Happening | Access) -> None:
        self._session.execute(sa.insert(table).values(**_row(school_id, case_id, row)))

    def _page(self, table: sa.Table, kind: type[Row], of: tuple[UUID, UUID], page: PageRequest) -> Page[Row]:
        columns = [table.c[name] for name in kind.__dataclass_fields__]
        found = sa.select(*columns).where(table.c.school_id == of[0], table.c.case_id == of[1])
        after = page.after(datetime.fromisoformat, UUID)
        if after is not None:
            # The first half alone can be answered from the index under a policy.
            found = found.where(table.c.at <= after[0], sa.tuple_(table.c.at, table.c.id) < sa.tuple_(*after))
        rows = self._session.execute(found.order_by(table.c.at.desc(), table.c.id.desc()).limit(page.limit + 1))
        return cut([kind(**row._asdict()) for row in rows], page, lambda row: (row.at, row.id))


def _row(school_id: UUID, case_id: UUID, row: Happening | Access) -> dict[str, Any]:
    return row.__dict__ | {"readers": list(row.readers), "school_id": school_id, "case_id": case_id}
