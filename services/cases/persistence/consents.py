"""Queries on consents and on what parents were informed of."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.consents import Consent, Informed
from services.cases.persistence.consent_tables import consents, informed
from shared.errors import NotFound


class Consents:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, case: Case) -> list[Consent]:
        """Newest first, those withdrawn among them."""
        found = _all(consents, Consent, case).order_by(consents.c.given_on.desc(), consents.c.id.desc())
        return [Consent(**row._asdict()) for row in self._session.execute(found)]

    def one(self, case: Case, consent_id: UUID) -> Consent:
        """Locked, to be withdrawn. Raises NotFound."""
        found = _all(consents, Consent, case).where(consents.c.id == consent_id).with_for_update()
        row = self._session.execute(found).one_or_none()
        if row is None:
            raise NotFound
        return Consent(**row._asdict())

    def add(self, case: Case, consent: Consent) -> None:
        self._session.execute(sa.insert(consents).values(school_id=case.school_id, case_id=case.id, **vars(consent)))

    def keep_withdrawal(self, case: Case, consent: Consent) -> None:
        one = sa.and_(consents.c.school_id == case.school_id, consents.c.id == consent.id)
        values = {"withdrawn_at": consent.withdrawn_at, "withdrawn_by_name": consent.withdrawn_by_name}
        self._session.execute(sa.update(consents).where(one).values(**values))

    def informed(self, case: Case) -> list[Informed]:
        """Newest first."""
        found = _all(informed, Informed, case).order_by(informed.c.on.desc(), informed.c.id.desc())
        return [Informed(**row._asdict()) for row in self._session.execute(found)]

    def add_informed(self, case: Case, told: Informed) -> None:
        self._session.execute(sa.insert(informed).values(school_id=case.school_id, case_id=case.id, **vars(told)))


def _all(table: sa.Table, kind: type[Any], case: Case) -> sa.Select[Any]:
    columns = [table.c[each.name] for each in fields(kind)]
    return sa.select(*columns).where(table.c.school_id == case.school_id, table.c.case_id == case.id)
