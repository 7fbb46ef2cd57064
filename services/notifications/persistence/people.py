"""The projections of what `cases` tells: schools, guardians and staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.domain.people import Guardian
from services.notifications.persistence.tables import answers, people, schools, staff, suppressions

_GUARDIAN = (
    "case_id", "first_name", "last_name", "language", "email", "phone", "channel", "interpreter_needed",
)  # fmt: skip
_STAFF = ("name", "first_name", "role", "email", "phone", "valid_from", "valid_until")


class People:
    """Who there is, as of the newest event."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep_school(self, school_id: UUID, name: str) -> None:
        self._upsert(schools, {"school_id": school_id}, {"name": name})

    def all_schools(self) -> list[UUID]:
        """Of the whole alliance; only the worker sees them all."""
        return list(self._session.execute(sa.select(schools.c.school_id).order_by(schools.c.school_id)).scalars())

    def keep_guardian(self, school_id: UUID, data: Mapping[str, Any]) -> None:
        key = {"school_id": school_id, "person_id": data["person_id"]}
        self._upsert(people, key, {name: data[name] for name in _GUARDIAN})

    def keep_staff(self, school_id: UUID, data: Mapping[str, Any]) -> None:
        key = {"school_id": school_id, "person_id": data["person_id"]}
        self._upsert(staff, key, {name: data[name] for name in _STAFF})

    def release_staff(self, school_id: UUID, person_id: UUID, until: date) -> None:
        statement = sa.update(staff).where(staff.c.school_id == school_id, staff.c.person_id == person_id)
        self._session.execute(statement.values(valid_until=until))

    def guardians(self, keys: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Guardian]:
        """By (school, person)."""
        query = sa.select(people).where(sa.tuple_(people.c.school_id, people.c.person_id).in_(keys))
        return {(row["school_id"], row["person_id"]): Guardian(**row) for row in self._session.execute(query).mappings()}

    def host(self, school_id: UUID, person_id: UUID) -> tuple[str, str | None]:
        """The first name and number of a member of staff; nothing of somebody who is not known here."""
        query = sa.select(staff.c.first_name, staff.c.phone).where(staff.c.school_id == school_id, staff.c.person_id == person_id)
        row = self._session.execute(query).one_or_none()
        return (row.first_name, row.phone) if row else ("", None)

    def suppressed(self, keys: Sequence[tuple[UUID, str]], now: datetime) -> set[tuple[UUID, str]]:
        """Of these (school, address), those that mail came back from."""
        pair = sa.tuple_(suppressions.c.school_id, suppressions.c.address)
        query = sa.select(suppressions.c.school_id, suppressions.c.address)
        query = query.where(pair.in_(keys), suppressions.c.expires_at > now)
        return {(row.school_id, row.address) for row in self._session.execute(query)}

    def erase_case(self, school_id: UUID, case_id: UUID, person_ids: Sequence[UUID]) -> None:
        """Its guardians, what they answered, and the addresses that mail to them came back from."""
        for table in (answers, suppressions):
            self._session.execute(sa.delete(table).where(table.c.school_id == school_id, table.c.person_id.in_(person_ids)))
        self._session.execute(sa.delete(people).where(people.c.school_id == school_id, people.c.case_id == case_id))

    def keep_answer(self, school_id: UUID, appointment_id: UUID, person_id: UUID, response: str) -> None:
        key = {"school_id": school_id, "appointment_id": appointment_id, "person_id": person_id}
        self._upsert(answers, key, {"response": response})

    def not_coming(self, keys: Sequence[tuple[UUID, UUID | None, UUID]]) -> set[tuple[UUID, UUID, UUID]]:
        """Of these (school, appointment, person), those who said that they cannot come then."""
        columns = (answers.c.school_id, answers.c.appointment_id, answers.c.person_id)
        query = sa.select(*columns).where(sa.tuple_(*columns).in_(keys), answers.c.response.in_(("declined", "another_time")))
        return {(row.school_id, row.appointment_id, row.person_id) for row in self._session.execute(query)}

    def _upsert(self, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        statement = insert(table).values(**key, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
