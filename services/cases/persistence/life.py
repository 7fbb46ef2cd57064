"""Queries on how long a case was given."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.ends import ChangedEnd
from services.cases.persistence.beside import Beside, beside_of
from services.cases.persistence.life_tables import changed_ends
from services.cases.persistence.tables import addresses, cases


class Life:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def beside(self, case: Case) -> Beside:
        """What the page of the case shows beside the record, in one query."""
        return beside_of(self._session, case)

    def add_end(self, case: Case, changed: ChangedEnd) -> None:
        self._session.execute(sa.insert(changed_ends).values(school_id=case.school_id, case_id=case.id, **vars(changed)))

    def ends(self, case: Case) -> list[ChangedEnd]:
        """Newest first."""
        columns = [changed_ends.c[each.name] for each in fields(ChangedEnd)]
        mine = (changed_ends.c.school_id == case.school_id, changed_ends.c.case_id == case.id)
        found = sa.select(*columns).where(*mine).order_by(changed_ends.c.written_at.desc(), changed_ends.c.id.desc())
        return [ChangedEnd(**row._asdict()) for row in self._session.execute(found)]

    def reopened_as(self, case: Case) -> str | None:
        """The reference of the case that goes on from this one."""
        later = (cases.c.school_id == case.school_id, cases.c.reopened_from == case.id)
        return self._session.execute(sa.select(cases.c.reference).where(*later)).scalar()

    def copy_address(self, case: Case, from_id: UUID, to_id: UUID) -> None:
        """From one guardian to another. A secret one stays where it is, and is asked for anew."""
        of = addresses.c
        kept = (of.secret, of.street, of.house_number, of.postcode, of.city)
        seen = sa.select(of.school_id, sa.literal(to_id, sa.Uuid), *kept).where(
            of.school_id == case.school_id, of.guardian_id == from_id, ~of.secret
        )
        names = ["school_id", "guardian_id", *(column.name for column in kept)]
        self._session.execute(sa.insert(addresses).from_select(names, seen))
