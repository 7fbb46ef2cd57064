"""What administrators did, and what everybody did with their own account: only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.persistence.administration_tables import administration_log
from services.cases.persistence.tables import users
from shared.ids import new_id
from shared.pagination import Page, PageRequest, cut


@dataclass(frozen=True)
class Act:
    """Somebody did something. `about_name` as it was then; `data` says what was chosen."""

    id: UUID
    at: datetime
    actor_id: UUID
    actor_name: str
    action: str
    about_id: UUID | None
    about_name: str | None
    data: Mapping[str, Any] = field(default_factory=dict)


class Audit:
    """Within the transaction of `session`; the policies let the caller add their own acts, and administrators read all."""

    def __init__(self, session: Session, actor_id: UUID | None) -> None:
        self._session = session
        self._actor_id = actor_id

    def note(self, at: datetime, action: str, about: tuple[UUID, str] | None, data: Mapping[str, Any]) -> None:
        """In the caller's name, which is looked up along."""
        about_id, about_name = about or (None, None)
        values = {
            "id": new_id(), "at": at, "action": action, "about_id": about_id, "about_name": about_name, "data": dict(data),
        }  # fmt: skip
        columns = [administration_log.c[name] for name in values]
        given = [sa.literal(value, column.type) for value, column in zip(values.values(), columns, strict=True)]
        who = sa.select(users.c.alliance_id, users.c.id, users.c.name, *given).where(users.c.id == self._actor_id)
        self._session.execute(sa.insert(administration_log).from_select(["alliance_id", "actor_id", "actor_name", *columns], who))

    def newest(self, page: PageRequest) -> Page[Act]:
        of = administration_log.c
        found = sa.select(of.id, of.at, of.actor_id, of.actor_name, of.action, of.about_id, of.about_name, of.data)
        after = page.after(datetime.fromisoformat, UUID)
        if after is not None:
            found = found.where(sa.tuple_(of.at, of.id) < sa.tuple_(*after))
        rows = self._session.execute(found.order_by(of.at.desc(), of.id.desc()).limit(page.limit + 1))
        return cut([Act(**row._asdict()) for row in rows], page, lambda act: (act.at, act.id))

    def last(self, action: str) -> Act | None:
        of = administration_log.c
        found = sa.select(of.id, of.at, of.actor_id, of.actor_name, of.action, of.about_id, of.about_name, of.data)
        row = self._session.execute(found.where(of.action == action).order_by(of.at.desc()).limit(1)).one_or_none()
        return Act(**row._asdict()) if row else None
