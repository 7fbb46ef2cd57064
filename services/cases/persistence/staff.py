"""Queries on schools and on who works for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.domain.accounts import Assignment, School, User
from services.cases.persistence.tables import alliances, assignments, schools, users

_SCHOOL = (schools.c.school_id.label("id"), schools.c.name, schools.c.brin, schools.c.stopped_on, schools.c.version)


class Staff:
    """Within the transaction of `session`; the policies decide which rows there are."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def schools(self) -> Sequence[School]:
        """The schools that the caller may see, by name."""
        return [School(**row._asdict()) for row in self._session.execute(sa.select(*_SCHOOL).order_by(schools.c.name))]

    def school(self, school_id: UUID) -> School | None:
        row = self._session.execute(sa.select(*_SCHOOL).where(schools.c.school_id == school_id)).one_or_none()
        return School(**row._asdict()) if row else None

    def working_at(self, school_ids: Sequence[UUID], on: date) -> list[Assignment]:
        """Who works for these schools on a day, by name."""
        found = sa.select(assignments).where(assignments.c.school_id.in_(school_ids), current(on))
        return self._assignments(found.order_by(assignments.c.name))

    def place(self, school_id: UUID) -> tuple[School, dict[UUID, str]] | None:
        """A school, and the names of all who work or have worked there: of whoever a record may mention."""
        who = (assignments.c.user_id, assignments.c.name.label("who"))
        joined = schools.outerjoin(assignments, assignments.c.school_id == schools.c.school_id)
        found = sa.select(*_SCHOOL, *who).select_from(joined).where(schools.c.school_id == school_id)
        rows = self._session.execute(found.order_by(assignments.c.valid_from)).all()
        if not rows:
            return None
        names = {row.user_id: row.who for row in rows if row.user_id is not None}
        first = rows[0]
        return School(first.id, first.name, first.brin, first.stopped_on, first.version), names

    def schools_of(self, user_id: UUID, on: date) -> frozenset[UUID]:
        """Where somebody works on a day."""
        found = sa.select(assignments.c.school_id).where(assignments.c.user_id == user_id, current(on))
        return frozenset(self._session.execute(found).scalars())

    def assignments_of(self, user_id: UUID) -> list[Assignment]:
        found = sa.select(assignments).where(assignments.c.user_id == user_id)
        return self._assignments(found.order_by(assignments.c.valid_from))

    def add_alliance(self, alliance_id: UUID, name: str) -> None:
        self._session.execute(sa.insert(alliances).values(id=alliance_id, name=name))

    def save_school(self, alliance_id: UUID, school: School) -> None:
        values = {"name": school.name, "brin": school.brin, "stopped_on": school.stopped_on, "version": school.version}
        statement = insert(schools).values(school_id=school.id, alliance_id=alliance_id, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=["school_id"], set_=values))

    def add_user(self, user: User) -> None:
        self._session.execute(sa.insert(users).values(**user.__dict__))

    def user(self, user_id: UUID, *, to_change: bool = False) -> User | None:
        found = sa.select(users).where(users.c.id == user_id)
        row = self._session.execute(found.with_for_update() if to_change else found).one_or_none()
        return User(**row._asdict()) if row else None

    def users(self) -> list[User]:
        """Everybody whom the caller administers, by name."""
        return [User(**row._asdict()) for row in self._session.execute(sa.select(users).order_by(users.c.name))]

    def save_user(self, user: User) -> None:
        values = {name: value for name, value in user.__dict__.items() if name not in ("id", "alliance_id")}
        self._session.execute(sa.update(users).where(users.c.id == user.id).values(**values))

    def administrators(self) -> list[UUID]:
        """The active ones; locked, so that two who shut each other out are one after the other."""
        found = sa.select(users.c.id).where(users.c.role == "administrator", users.c.active).order_by(users.c.id)
        return list(self._session.execute(found.with_for_update()).scalars())

    def assignments(self) -> list[Assignment]:
        """At the schools of this transaction, past ones too: newest first."""
        return self._assignments(sa.select(assignments).order_by(assignments.c.valid_from.desc(), assignments.c.name))

    def assign(self, assignment: Assignment) -> None:
        """Begin a period, or change one that began that day."""
        values = {name: getattr(assignment, name) for name in ("name", "role", "valid_until")}
        keys = {"school_id": assignment.school_id, "user_id": assignment.user_id, "valid_from": assignment.valid_from}
        statement = insert(assignments).values(**keys, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))

    def _assignments(self, query: sa.Select[tuple[object, ...]]) -> list[Assignment]:
        return [Assignment(**row._asdict()) for row in self._session.execute(query)]


def current(on: date) -> sa.ColumnElement[bool]:
    """The assignment holds on that day."""
    ends = assignments.c.valid_until
    return sa.and_(assignments.c.valid_from <= on, sa.or_(ends.is_(None), ends >= on))
