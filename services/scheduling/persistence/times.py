"""Queries on when people work and schools are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.scheduling.domain.availability import Hours, Lunch
from services.scheduling.domain.working_times import Closure, Different, SchoolTimes, WorkingTimes
from services.scheduling.persistence.tables import closures, guardian_times, school_times, working_times
from shared.database import hold
from shared.errors import NotFound, Stale
from shared.ids import new_id

_PLAIN = ("buffer_minutes", "lead_hours", "start_postcode", "end_postcode", "version")


class Times:
    """At `school_ids`; the working times of staff belong to no school."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def of_staff(self, person_ids: Sequence[UUID]) -> dict[UUID, WorkingTimes]:
        """Of those who said something."""
        found = sa.select(working_times).where(working_times.c.person_id.in_(person_ids))
        return {row.person_id: _times(row) for row in self._session.execute(found)}

    def of_guardians(self, person_ids: Sequence[UUID]) -> dict[UUID, WorkingTimes]:
        """Of those of whom something is known."""
        mine = (guardian_times.c.school_id.in_(self._schools), guardian_times.c.person_id.in_(person_ids))
        return {row.person_id: _times(row) for row in self._session.execute(sa.select(guardian_times).where(*mine))}

    def keep_of_staff(self, person_id: UUID, times: WorkingTimes) -> None:
        """Raises Stale when somebody was there first."""
        self._keep(working_times, {"person_id": person_id}, times.version, _row(times))

    def keep_of_guardian(self, school_id: UUID, person_id: UUID, times: WorkingTimes) -> None:
        """Raises Stale when somebody was there first."""
        self._keep(guardian_times, {"school_id": school_id, "person_id": person_id}, times.version, _row(times))

    def of_schools(self, school_ids: Sequence[UUID]) -> dict[UUID, SchoolTimes]:
        """Of those that said something."""
        mine = (school_times.c.school_id.in_(self._schools), school_times.c.school_id.in_(school_ids))
        rows = self._session.execute(sa.select(school_times).where(*mine))
        return {row.school_id: SchoolTimes(_weekly(row.weekly), row.region, row.postcode, row.version) for row in rows}

    def keep_of_school(self, school_id: UUID, times: SchoolTimes) -> None:
        """Raises Stale when somebody was there first."""
        row = {"weekly": _weekly_out(times.weekly), "region": times.region, "postcode": times.postcode}
        self._keep(school_times, {"school_id": school_id}, times.version, row)

    def closures(self, school_ids: Sequence[UUID], first: date, last: date | None = None) -> dict[UUID, list[Closure]]:
        """Those that end on or after `first` (and begin before `last`), soonest first."""
        within = [closures.c.last >= first, *([closures.c.first <= last] if last else [])]
        mine = (closures.c.school_id.in_(self._schools), closures.c.school_id.in_(school_ids))
        found: dict[UUID, list[Closure]] = {each: [] for each in school_ids}
        rows = self._session.execute(sa.select(closures).where(*mine, *within).order_by(closures.c.first, closures.c.id))
        for row in rows:
            found[row.school_id].append(Closure(row.first, row.last, row.name, row.source, row.id))
        return found

    def add_closures(self, school_id: UUID, new: Sequence[Closure]) -> int:
        """How many were not there yet."""
        if not new:
            return 0
        rows = [
            {
                "school_id": school_id,
                "id": new_id(),
                **{name: getattr(each, name) for name in ("first", "last", "name", "source")},
            }
            for each in new
        ]
        statement = insert(closures).values(rows).on_conflict_do_nothing(index_elements=["school_id", "first", "last", "name"])
        return len(self._session.execute(statement.returning(closures.c.id)).all())

    def lock_closures(self, school_id: UUID) -> None:
        """Two who add some at once are counted one after the other."""
        hold(self._session, [school_id])

    def count_closures(self, school_id: UUID) -> int:
        """Past ones too."""
        mine = sa.select(sa.func.count()).where(closures.c.school_id == school_id)
        return self._session.execute(mine).scalar_one()

    def drop_past_closures(self, school_id: UUID, first: date) -> None:
        """Those that ended before `first`: nothing is planned there any more."""
        self._session.execute(sa.delete(closures).where(closures.c.school_id == school_id, closures.c.last < first))

    def drop_closure(self, school_id: UUID, closure_id: UUID) -> None:
        """Raises NotFound."""
        mine = (closures.c.school_id == school_id, closures.c.id == closure_id)
        if not self._session.execute(sa.delete(closures).where(*mine).returning(closures.c.id)).all():
            raise NotFound

    def erase_guardians(self, school_id: UUID, person_ids: Sequence[UUID]) -> None:
        mine = (guardian_times.c.school_id == school_id, guardian_times.c.person_id.in_(person_ids))
        self._session.execute(sa.delete(guardian_times).where(*mine))

    def _keep(self, table: sa.Table, key: Mapping[str, Any], version: int, row: Mapping[str, Any]) -> None:
        """In place of the version that was read."""
        values = dict(row) | {"version": version + 1}
        statement = insert(table).values(**key, **values)
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=values, where=table.c.version == version)
        if not self._session.execute(statement.returning(table.c.version)).all():
            raise Stale


def _times(row: Any) -> WorkingTimes:
    lunch = Lunch(_hours(row.lunch["between"]), row.lunch["minutes"]) if row.lunch else None
    exceptions = [
        Different(date.fromisoformat(each["first"]), date.fromisoformat(each["last"]), [_hours(span) for span in each["hours"]])
        for each in row.exceptions
    ]
    made = WorkingTimes(_weekly(row.weekly), exceptions, lunch)
    return replace(made, **{name: getattr(row, name) for name in _PLAIN})


def _row(times: WorkingTimes) -> dict[str, Any]:
    exceptions = [
        {"first": each.first.isoformat(), "last": each.last.isoformat(), "hours": [_span(span) for span in each.hours]}
        for each in times.exceptions
    ]
    lunch = times.lunch and {"between": _span(times.lunch.between), "minutes": times.lunch.minutes}
    row = {"weekly": _weekly_out(times.weekly), "exceptions": exceptions, "lunch": lunch}
    return row | {name: getattr(times, name) for name in _PLAIN}


def _weekly(stored: Mapping[str, list[list[str]]]) -> dict[int, list[Hours]]:
    return {int(day): [_hours(each) for each in spans] for day, spans in stored.items()}


def _weekly_out(weekly: Mapping[int, Sequence[Hours]]) -> dict[str, list[list[str]]]:
    return {str(day): [_span(each) for each in sorted(hours)] for day, hours in weekly.items() if hours}


def _hours(span: Sequence[str]) -> Hours:
    return Hours(time.fromisoformat(span[0]), time.fromisoformat(span[1]))


def _span(hours: Hours) -> list[str]:
    return [f"{hours.opens:%H:%M}", f"{hours.closes:%H:%M}"]
