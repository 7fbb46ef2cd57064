"""Queries on reports. A whole report comes in one query, with what was said of it and added to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.report import Addendum, Reaction, Report
from services.cases.persistence.agreements import beside
from services.cases.persistence.parent_tables import report_addenda, report_reactions, reports
from shared.errors import NotFound
from shared.ids import new_id

_OWN = tuple(column.name for column in reports.c)


class Reports:
    """The reports of `school_ids`, as far as the caller may read them."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def add(self, report: Report) -> None:
        self._session.execute(sa.insert(reports).values(**{name: getattr(report, name) for name in _OWN}))

    def of(self, case: Case) -> list[Report]:
        """Of a case, the latest talk first."""
        return self._found(reports.c.school_id == case.school_id, reports.c.case_id == case.id)

    def get(self, report_id: UUID, *, to_change: bool = False) -> Report:
        """Raises NotFound. `to_change` locks it, so that what is said of it is said of what was read."""
        one = (reports.c.school_id.in_(self._schools), reports.c.id == report_id)
        if to_change:
            self._session.execute(sa.select(reports.c.id).where(*one).with_for_update())
        found = self._found(*one)
        if not found:
            raise NotFound
        return found[0]

    def save(self, report: Report) -> None:
        """One more thing has happened to it."""
        report.changes += 1
        changed = {name: getattr(report, name) for name in _OWN if name not in ("school_id", "id", "case_id")}
        one = (reports.c.school_id == report.school_id, reports.c.id == report.id)
        self._session.execute(sa.update(reports).where(*one).values(**changed))

    def add_reaction(self, report: Report, reaction: Reaction, written_by: UUID) -> None:
        self._add(report_reactions, report, reaction, written_by)

    def add_addendum(self, report: Report, addendum: Addendum, written_by: UUID) -> None:
        self._add(report_addenda, report, addendum, written_by)

    def _add(self, table: sa.Table, report: Report, part: Reaction | Addendum, written_by: UUID) -> None:
        keys = {"school_id": report.school_id, "id": new_id(), "report_id": report.id, "written_by": written_by}
        self._session.execute(sa.insert(table).values(**keys, **vars(part)))

    def _found(self, *conditions: sa.ColumnElement[bool]) -> list[Report]:
        said = beside(report_reactions, reports, "report_id", "id").label("said")
        added = beside(report_addenda, reports, "report_id", "id").label("added")
        query = sa.select(reports, said, added).where(*conditions)
        return [_report(row) for row in self._session.execute(query.order_by(reports.c.talk_on.desc(), reports.c.id.desc()))]


def _report(row: Any) -> Report:
    return Report(
        **{name: getattr(row, name) for name in _OWN},
        reactions=[Reaction(**_read(each)) for each in row.said or []],
        addenda=[Addendum(**_read(each)) for each in row.added or []],
    )


def _read(part: dict[str, Any]) -> dict[str, Any]:
    known = {name: value for name, value in part.items() if name != "id"}
    if known.get("guardian_id"):
        known["guardian_id"] = UUID(known["guardian_id"])
    return known | {"written_at": datetime.fromisoformat(known["written_at"])}
