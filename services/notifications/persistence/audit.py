"""What people did to the mail service. Rows are added and read; nobody may change one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notifications.persistence.desk_tables import audit
from services.notifications.persistence.tables import schools
from shared.ids import new_id
from shared.pagination import Page, PageRequest, cut
from shared.tenancy import Principal, Scope


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, and when."""

    id: UUID
    school_id: UUID
    at: datetime
    actor_id: UUID
    actor_name: str
    action: str
    subject: str
    details: Mapping[str, Any]
    school_name: str | None


class Audit:
    """The log as the caller may read it: of their schools, or of all for an administrator."""

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session = session
        self._scope = scope

    def note(self, who: Principal, school_id: UUID, action: str, subject: object, now: datetime, **details: object) -> None:
        row = {"id": new_id(), "school_id": school_id, "at": now, "actor_id": who.user_id, "actor_name": who.name}
        self._session.execute(sa.insert(audit).values(row | {"action": action, "subject": str(subject), "details": details}))

    def page(self, request: PageRequest, subject: str | None = None) -> Page[AuditEntry]:
        """Newest first, of everything or of one subject."""
        query = sa.select(audit, schools.c.name.label("school_name")).outerjoin(schools, schools.c.school_id == audit.c.school_id)
        if self._scope.audience != "administration":
            query = query.where(audit.c.school_id.in_(sorted(self._scope.schools)))
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        if after := request.after(UUID):
            query = query.where(audit.c.id < after[0])
        rows = self._session.execute(query.order_by(audit.c.id.desc()).limit(request.limit + 1)).mappings()
        return cut([AuditEntry(**row) for row in rows], request, lambda row: (row.id,))
