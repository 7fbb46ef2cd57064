"""Queries on how parents, school and child look back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.satisfaction import ANSWERS, Satisfaction
from services.cases.persistence.parent_tables import asks
from services.cases.persistence.satisfaction_tables import CLOSED, satisfaction, satisfaction_scores

_SCORES = ("case_id", "moment", "of", "grade", *CLOSED)


@dataclass(frozen=True)
class Heard:
    """Of a case: who was heard at which moment, as far as the caller may know, and when parents were last asked."""

    given: frozenset[tuple[str, str]] = frozenset()
    asked_on: date | None = None


@dataclass(frozen=True)
class Figures:
    """Over the answers of one school, party and moment; `yes` and the others by question. Small groups are not left out here."""

    school_id: UUID
    of: str
    moment: str
    answers: int
    grade: float | None
    said: dict[str, dict[str, int]]


class SatisfactionAnswers:
    """Within the transaction of `session`; the policies decide whose answers there are."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case: Case, made: Satisfaction, on: date) -> bool:
        """With its bare scores, for figures. False when this one was heard at this moment already."""
        statement = insert(satisfaction).values(school_id=case.school_id, **vars(made)).on_conflict_do_nothing()
        if self._session.execute(statement.returning(satisfaction.c.id)).scalar() is None:
            return False
        scores = {name: getattr(made, name) for name in _SCORES}
        self._session.execute(sa.insert(satisfaction_scores).values(school_id=case.school_id, id=made.id, on=on, **scores))
        return True

    def of(self, case: Case) -> list[Satisfaction]:
        """Of a case, the oldest first."""
        columns = [satisfaction.c[name] for name in Satisfaction.__dataclass_fields__]
        found = sa.select(*columns).where(satisfaction.c.school_id == case.school_id, satisfaction.c.case_id == case.id)
        return [Satisfaction(**row._asdict()) for row in self._session.execute(found.order_by(satisfaction.c.id))]

    def heard(self, school_ids: Sequence[UUID], case_ids: Sequence[UUID]) -> dict[UUID, Heard]:
        """By case."""
        if not case_ids:
            return {}
        said = sa.select(satisfaction.c.case_id, satisfaction.c.of, satisfaction.c.moment, sa.null().cast(sa.Date).label("on"))
        asked_on = sa.func.max(asks.c.asked_at).cast(sa.Date)
        asked = sa.select(asks.c.case_id, sa.literal("asked"), sa.literal(""), asked_on).where(*_in(asks, school_ids, case_ids))
        asked = asked.where(asks.c.what == "satisfaction_request").group_by(asks.c.case_id)
        rows = self._session.execute(said.where(*_in(satisfaction, school_ids, case_ids)).union_all(asked)).all()
        return {each: _heard([row for row in rows if row.case_id == each]) for each in {row.case_id for row in rows}}

    def figures(self, since: date, until: date) -> list[Figures]:
        """Over the answers of these days, for who sees figures: no words, no names."""
        of = satisfaction_scores.c
        group = (of.school_id, of.of, of.moment)
        figures = (sa.func.count().label("answers"), sa.func.avg(of.grade).label("grade"), *(_counted(name) for name in CLOSED))
        found = sa.select(*group, *figures).where(of.on.between(since, until)).group_by(*group).order_by(*group)
        return [_figures(row) for row in self._session.execute(found)]


def _counted(name: str) -> Any:
    """How often each answer was given to a question, as JSON."""
    column = satisfaction_scores.c[name]
    counted: list[Any] = []
    for answer in ANSWERS:
        counted += [sa.literal_column(f"'{answer}'"), sa.func.count().filter(column == answer)]
    return sa.func.jsonb_build_object(*counted).label(name)


def _figures(row: Any) -> Figures:
    grade = float(row.grade) if row.grade is not None else None
    return Figures(row.school_id, row.of, row.moment, row.answers, grade, {name: getattr(row, name) for name in CLOSED})


def _heard(rows: Sequence[Any]) -> Heard:
    given = frozenset((row.of, row.moment) for row in rows if row.on is None)
    return Heard(given, next((row.on for row in rows if row.on is not None), None))


def _in(table: sa.Table, school_ids: Sequence[UUID], case_ids: Sequence[UUID]) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.school_id.in_(school_ids), table.c.case_id.in_(case_ids)
