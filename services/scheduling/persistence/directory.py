"""Queries on what `cases` told: schools, people and cases. Built with the caller's schools; the policies are the second wall."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.scheduling.domain.people import ENDED, Person, PlannedCase
from services.scheduling.domain.travel import Point
from services.scheduling.persistence.tables import cases, people, postcodes, schools
from shared.errors import NotFound
from shared.prepared import Prepared, Question, array

_CASE = (cases.c.school_id, cases.c.case_id, cases.c.reference, cases.c.phase, cases.c.guardian_ids, cases.c.liaison_id)
_NAMED_CASE = (*_CASE, schools.c.name.label("school_name"))
_PERSON = (*(people.c[each.name] for each in fields(Person) if each.name != "home"), postcodes.c.latitude, postcodes.c.longitude)
_HOME = postcodes.c.code == people.c.postcode_area
_PROJECTIONS = {"schools": schools, "people": people, "cases": cases}

_ids = partial(sa.bindparam, type_=ARRAY(sa.Uuid))
_CASE_AND_PEOPLE = Prepared(
    sa.select(*_NAMED_CASE, *_PERSON)
    .join(schools, schools.c.school_id == cases.c.school_id)
    .outerjoin(people, sa.and_(people.c.school_id == cases.c.school_id, people.c.person_id == sa.any_(_ids("person_ids"))))
    .outerjoin(postcodes, _HOME)
    .where(cases.c.school_id == sa.any_(_ids("school_ids")), cases.c.case_id == sa.bindparam("case_id"))
)


class Directory:
    """The projections, at `school_ids`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)
        self._met: defaultdict[UUID, dict[UUID, Person]] = defaultdict(dict)

    @staticmethod
    def question(school_ids: Iterable[UUID], case_id: UUID, and_people: Sequence[UUID]) -> Question:
        """What `case` asks, for whoever wants to ask it ahead."""
        values = {"case_id": case_id, "person_ids": array(and_people), "school_ids": array(sorted(school_ids))}
        return Question(_CASE_AND_PEOPLE, values)

    def case(self, case_id: UUID, and_people: Sequence[UUID] = ()) -> PlannedCase:
        """Raises NotFound. `and_people`: those of its school whom `people` will be asked for next come along."""
        question = self.question(self._schools, case_id, and_people)
        rows = question.statement.rows(self._session, question.values)
        if not rows:
            raise NotFound
        found = [_person(row[len(_NAMED_CASE) :]) for row in rows if row[len(_NAMED_CASE)] is not None]
        for person in found:
            self._met[person.school_id][person.person_id] = person
        return PlannedCase(*rows[0][: len(_NAMED_CASE)])

    def cases(self, case_ids: Sequence[UUID]) -> list[PlannedCase]:
        """Those of these that are at the schools."""
        return self._cases(cases.c.case_id.in_(case_ids)) if case_ids else []

    def open_cases(self) -> list[PlannedCase]:
        """The cases that have not ended, by school and reference."""
        return self._cases(cases.c.phase != ENDED)

    def people(self, school_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, Person]:
        """Asked for once in a transaction: who books, and who tells of it, need the same people."""
        met = self._met[school_id]
        missing = [each for each in person_ids if each not in met]
        if missing:
            found = self._people(people.c.school_id == school_id, people.c.person_id.in_(missing))
            met |= {person.person_id: person for person in found}
        return {each: met[each] for each in person_ids if each in met}

    def named(self, person_ids: Sequence[UUID]) -> dict[UUID, Person]:
        """Guardians by id, of whatever of the schools."""
        return {person.person_id: person for person in self._people(people.c.person_id.in_(person_ids))}

    def guardians(self, case: PlannedCase) -> list[Person]:
        """Those who take part today, in the order of the case."""
        found = self._people(people.c.school_id == case.school_id, people.c.person_id.in_(case.guardian_ids))
        return sorted(found, key=lambda person: list(case.guardian_ids).index(person.person_id))

    def staff(self, role: str | None = None) -> list[Person]:
        """Members of staff, by name; one who works for two schools is there twice."""
        return self._people(people.c.case_id.is_(None), *([people.c.role == role] if role else []))

    def staff_of(self, school_id: UUID) -> list[Person]:
        """Members of staff of one school, by name."""
        return self._people(people.c.school_id == school_id, people.c.case_id.is_(None))

    def school_names(self) -> dict[UUID, str]:
        found = sa.select(schools).where(schools.c.school_id.in_(self._schools)).order_by(schools.c.name)
        return {row.school_id: row.name for row in self._session.execute(found)}

    def keep(self, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """The newest state of a projection's row."""
        statement = insert(_PROJECTIONS[table]).values({**key, **values})
        self._session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))

    def release(self, school_id: UUID, person_id: UUID, values: Mapping[str, Any]) -> None:
        """Change what is known of a member of staff, if anything is."""
        mine = sa.and_(people.c.school_id == school_id, people.c.person_id == person_id)
        self._session.execute(sa.update(people).where(mine).values(dict(values)))

    def erase_case(self, school_id: UUID, case_id: UUID) -> None:
        """The case and its guardians."""
        for table in (people, cases):
            self._session.execute(sa.delete(table).where(table.c.school_id == school_id, table.c.case_id == case_id))

    def _cases(self, *conditions: sa.ColumnElement[bool]) -> list[PlannedCase]:
        found = (
            sa.select(*_NAMED_CASE)
            .join(schools, schools.c.school_id == cases.c.school_id)
            .where(cases.c.school_id.in_(self._schools), *conditions)
            .order_by(schools.c.name, cases.c.reference)
        )
        return [PlannedCase(**row) for row in self._session.execute(found).mappings()]

    def _people(self, *conditions: sa.ColumnElement[bool]) -> list[Person]:
        mine = (people.c.school_id.in_(self._schools), *conditions)
        found = sa.select(*_PERSON).select_from(people).outerjoin(postcodes, _HOME).where(*mine).order_by(people.c.name)
        return [_person(row) for row in self._session.execute(found)]


def _person(row: Sequence[Any]) -> Person:
    *known, latitude, longitude = row
    home = None if latitude is None else Point(latitude, longitude)
    return Person(*[*known, home])
