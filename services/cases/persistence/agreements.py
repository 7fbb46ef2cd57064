"""Queries on expectations and agreements. Rows are only ever added; an agreement's own row says how often, and whether it ended.

A whole agreement comes in one query, its versions and what was said of them as JSON beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from services.cases.domain.agreement import Agreement, Ending, Endorsement, LookBack, Version
from services.cases.domain.expectation import Evaluation, Expectation
from services.cases.persistence.agreement_tables import (
    agreement_evaluations,
    agreement_expectations,
    agreement_versions,
    agreements,
    endorsements,
    expectation_evaluations,
    expectations,
)
from shared.errors import NotFound
from shared.ids import new_id


class Partnership:
    """The expectations and agreements of `school_ids`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def expectations(self, case_ids: Sequence[UUID]) -> list[Expectation]:
        """Of these cases, oldest first, each with its evaluations."""
        return self._expectations(expectations.c.case_id.in_(case_ids)) if case_ids else []

    def expectation(self, expectation_id: UUID) -> Expectation:
        """Locked with its case by whoever is going to evaluate it. Raises NotFound."""
        found = self._expectations(expectations.c.id == expectation_id)
        if not found:
            raise NotFound
        return found[0]

    def add_expectation(self, expectation: Expectation) -> None:
        names = [column.name for column in expectations.c]
        self._session.execute(sa.insert(expectations).values(**{name: getattr(expectation, name) for name in names}))

    def add_evaluation(self, expectation: Expectation, evaluation: Evaluation, written_by: UUID) -> None:
        keys = {"school_id": expectation.school_id, "expectation_id": expectation.id, "written_by": written_by, "id": new_id()}
        self._session.execute(sa.insert(expectation_evaluations).values(**keys, **evaluation.__dict__))

    def agreements(self, case_ids: Sequence[UUID]) -> list[Agreement]:
        """Of these cases, oldest first, whole."""
        return self._agreements(agreements.c.case_id.in_(case_ids)) if case_ids else []

    def agreement(self, agreement_id: UUID, *, to_change: bool = False) -> Agreement:
        """Whole. Raises NotFound. `to_change` locks its row, so that what is said of it is said of what was read."""
        one = sa.and_(agreements.c.school_id.in_(self._schools), agreements.c.id == agreement_id)
        if to_change:
            self._session.execute(sa.select(agreements.c.id).where(one).with_for_update())
        found = self._agreements(agreements.c.id == agreement_id)
        if not found:
            raise NotFound
        return found[0]

    def add(self, agreement: Agreement, written_by: UUID) -> None:
        """A new agreement with its first version."""
        names = ("school_id", "id", "case_id", "who", "goal_id", "changes")
        self._session.execute(sa.insert(agreements).values(**{name: getattr(agreement, name) for name in names}))
        self.add_version(agreement, written_by)
        keys = {"school_id": agreement.school_id, "agreement_id": agreement.id}
        links = [keys | {"expectation_id": each} for each in agreement.expectation_ids]
        if links:
            self._session.execute(sa.insert(agreement_expectations), links)

    def add_version(self, agreement: Agreement, written_by: UUID) -> None:
        """The current one, just written."""
        self._add(agreement_versions, agreement, agreement.current, written_by)

    def add_endorsement(self, agreement: Agreement, endorsement: Endorsement, written_by: UUID) -> None:
        self._add(endorsements, agreement, endorsement, written_by, id=new_id())

    def add_look_back(self, agreement: Agreement, look_back: LookBack, written_by: UUID) -> None:
        self._add(agreement_evaluations, agreement, look_back, written_by, id=new_id())

    def touch(self, agreement: Agreement) -> None:
        """One more thing has happened to it; whether it ended goes along."""
        agreement.changes += 1
        ended = agreement.ended
        values = {
            "changes": agreement.changes,
            "ended_reason": ended.reason if ended else None,
            "ended_by_name": ended.written_by_name if ended else None,
            "ended_at": ended.written_at if ended else None,
        }
        one = sa.and_(agreements.c.school_id == agreement.school_id, agreements.c.id == agreement.id)
        self._session.execute(sa.update(agreements).where(one).values(**values))

    def _add(self, table: sa.Table, agreement: Agreement, part: Any, written_by: UUID, **more: Any) -> None:
        keys = {"school_id": agreement.school_id, "agreement_id": agreement.id, "written_by": written_by}
        self._session.execute(sa.insert(table).values(**keys, **part.__dict__, **more))

    def _expectations(self, condition: sa.ColumnElement[bool]) -> list[Expectation]:
        said = beside(expectation_evaluations, expectations, "expectation_id", "round")
        query = sa.select(expectations, said.label("said")).where(expectations.c.school_id.in_(self._schools), condition)
        return [_expectation(row) for row in self._session.execute(query.order_by(expectations.c.written_at, expectations.c.id))]

    def _agreements(self, condition: sa.ColumnElement[bool]) -> list[Agreement]:
        parts = (
            beside(agreement_versions, agreements, "agreement_id", "number").label("versions"),
            beside(endorsements, agreements, "agreement_id", "id").label("said"),
            beside(agreement_evaluations, agreements, "agreement_id", "id").label("seen"),
            beside(agreement_expectations, agreements, "agreement_id", "expectation_id").label("about"),
        )
        query = sa.select(agreements, *parts).where(agreements.c.school_id.in_(self._schools), condition)
        return [_agreement(row) for row in self._session.execute(query.order_by(agreements.c.id))]


def beside(part: sa.Table, whole: sa.Table, key: str, order: str) -> sa.ScalarSelect[Any]:
    """The rows of `part` that belong to each row of `whole`, as one JSON list in the order of a column."""
    mine = sa.and_(part.c.school_id == whole.c.school_id, part.c[key] == whole.c.id)
    wanted = [column for column in part.c if column.name not in ("school_id", "written_by", key)]
    pairs: list[Any] = []
    for column in wanted:
        pairs += [sa.literal_column(f"'{column.name}'"), column]
    built = sa.func.jsonb_agg(aggregate_order_by(sa.func.jsonb_build_object(*pairs), part.c[order]))
    return sa.select(built).where(mine).correlate(whole).scalar_subquery()


def _expectation(row: Any) -> Expectation:
    known = {column.name: getattr(row, column.name) for column in expectations.c}
    return Expectation(**known, evaluations=[Evaluation(**_read(each)) for each in row.said or []])


def _agreement(row: Any) -> Agreement:
    ended = Ending(row.ended_reason, row.ended_by_name, row.ended_at) if row.ended_at else None
    return Agreement(
        school_id=row.school_id,
        id=row.id,
        case_id=row.case_id,
        who=row.who,
        expectation_ids=[UUID(each["expectation_id"]) for each in row.about or []],
        goal_id=row.goal_id,
        changes=row.changes,
        versions=[Version(**_read(each)) for each in row.versions or []],
        endorsements=[Endorsement(**_read(each)) for each in row.said or []],
        evaluations=[LookBack(**_read(each)) for each in row.seen or []],
        ended=ended,
    )


def _read(part: dict[str, Any]) -> dict[str, Any]:
    """JSON has no dates and no ids: those that there are become themselves again."""
    found = {name: value for name, value in part.items() if name != "id"}
    if found.get("guardian_id"):
        found["guardian_id"] = UUID(found["guardian_id"])
    found["written_at"] = datetime.fromisoformat(found["written_at"])
    if "review_on" in found:
        found["review_on"] = date.fromisoformat(found["review_on"])
    return found
