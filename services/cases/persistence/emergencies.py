"""Queries on emergency access. The policies show somebody their own, and an office those of its alliance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.emergency import EmergencyAccess
from services.cases.persistence.tables import accounts, cases, schools, users
from services.cases.persistence.watch_tables import emergency_accesses
from shared.errors import NotFound

_SOUGHT = sa.text("select set_config('app.reference', :reference, true)")
_MOST = 200


class Emergencies:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find_case(self, school_id: UUID, reference: str) -> UUID:
        """The id of the case with this number, and nothing else of it, for this one statement. Raises NotFound."""
        self._session.execute(_SOUGHT, {"reference": reference})
        found = sa.select(cases.c.id).where(cases.c.school_id == school_id, cases.c.reference == reference)
        case_id: UUID | None = self._session.execute(found).scalar()
        self._session.execute(_SOUGHT, {"reference": ""})
        if case_id is None:
            raise NotFound
        return case_id

    def coordinators(self) -> list[UUID]:
        """Of the caller's alliance."""
        return list(
            self._session.execute(sa.select(users.c.id).where(users.c.role == "coordinator").order_by(users.c.id)).scalars()
        )

    def opened_since(self, user_id: UUID, moment: datetime) -> list[datetime]:
        """By this user. Their account is locked: of several at once each counts those before it."""
        self._session.execute(sa.select(accounts.c.user_id).where(accounts.c.user_id == user_id).with_for_update())
        of = emergency_accesses.c
        return list(self._session.execute(sa.select(of.at).where(of.user_id == user_id, of.at > moment)).scalars())

    def add(self, access: EmergencyAccess) -> None:
        self._session.execute(sa.insert(emergency_accesses).values(**vars(access)))

    def get(self, access_id: UUID) -> EmergencyAccess:
        """Raises NotFound."""
        row = self._session.execute(sa.select(emergency_accesses).where(emergency_accesses.c.id == access_id)).one_or_none()
        if row is None:
            raise NotFound
        return EmergencyAccess(**row._asdict())

    def all(self) -> Sequence[tuple[EmergencyAccess, str]]:
        """Newest first, each with the name of its school where the caller sees that."""
        joined = emergency_accesses.outerjoin(schools, schools.c.school_id == emergency_accesses.c.school_id)
        found = sa.select(emergency_accesses, schools.c.name.label("school")).select_from(joined)
        rows = self._session.execute(found.order_by(emergency_accesses.c.at.desc(), emergency_accesses.c.id.desc()).limit(_MOST))
        known = [row._asdict() for row in rows]
        return [
            (EmergencyAccess(**{name: value for name, value in each.items() if name != "school"}), each["school"] or "")
            for each in known
        ]
