"""The queries that figures are made of: one for everything, whatever there is to count.

`who` restricts them to the dossiers of one liaison. What each counts, `domain/figures.py` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from services.cases.domain.figures import GRADES, MAIL, SATISFACTION, STEP, Year
from services.cases.persistence.agreement_tables import (
    agreement_evaluations,
    agreement_versions,
    agreements,
    expectation_evaluations,
    expectations,
)
from services.cases.persistence.effort_tables import time_entries
from services.cases.persistence.figure_tables import figures
from services.cases.persistence.satisfaction_tables import satisfaction_scores
from services.cases.persistence.tables import appointments, cases, timeline
from shared.clock import AMSTERDAM

_HERE = "Europe/Amsterdam"


@dataclass(frozen=True)
class Counted:
    """Of which schools, in which year, as seen on which day; `who`: of which liaison alone."""

    school_ids: Sequence[UUID]
    year: Year
    today: date
    who: UUID | None = None

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.year.begins, time(), AMSTERDAM)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.year.ends, time(), AMSTERDAM)

    def within(self, moment: Any) -> sa.ColumnElement[bool]:
        return sa.and_(moment >= self.begins, moment < self.ends)


def counts(of: Counted) -> sa.CompoundSelect[Any]:
    """Rows of school_id, measure, of, value: all that the worker counts."""
    return sa.union_all(*_of_dossiers(of), *_satisfied(of), _mailed(of))


def own_counts(of: Counted) -> sa.CompoundSelect[Any]:
    """For who may read dossiers but not each answer about how it goes: of those what the worker counted, of the whole school."""
    told = sa.select(figures.c.school_id, figures.c.measure, figures.c.of, figures.c.value)
    told = told.where(figures.c.school_id.in_(of.school_ids), figures.c.year == of.year.number)
    return sa.union_all(*_of_dossiers(of), told.where(figures.c.measure.in_(SATISFACTION)))


def _of_dossiers(of: Counted) -> list[sa.Select[Any]]:
    return [_phases(of), *_by_month(of), *_looked_back(of), *_met(of), _minutes(of), _talks(of), *_overdue(of)]


def _row(table: Any, measure: str, what: Any, value: Any = None) -> sa.Select[Any]:
    named = (sa.literal(measure).label("measure"), sa.cast(what, sa.Text).label("of"))
    counted = sa.func.count() if value is None else sa.func.sum(value)
    # By the place of the columns: what is the same for all rows cannot be named there.
    return sa.select(table.c.school_id, *named, counted.label("value")).group_by(sa.literal_column("1"), sa.literal_column("3"))


def _of_whom(of: Counted, table: Any, case_id: Any) -> Iterator[sa.ColumnElement[bool]]:
    """Rows of the schools, and where one liaison is meant, of their dossiers."""
    yield table.c.school_id.in_(of.school_ids)
    if of.who is not None and table is cases:
        yield cases.c.assigned_to == of.who
    elif of.who is not None:
        yield sa.exists().where(cases.c.school_id == table.c.school_id, cases.c.id == case_id, cases.c.assigned_to == of.who)


def _phases(of: Counted) -> sa.Select[Any]:
    ran = sa.and_(cases.c.opened_at < of.ends, sa.or_(cases.c.phase != "closed", cases.c.phase_since >= of.begins))
    return _row(cases, "phase", cases.c.phase).where(*_of_whom(of, cases, cases.c.id), ran)


def _by_month(of: Counted) -> Iterator[sa.Select[Any]]:
    for measure, moment in (("opened", cases.c.opened_at), ("closed", cases.c.phase_since)):
        month = sa.func.to_char(sa.func.timezone(_HERE, moment), sa.literal_column("'YYYY-MM'"))
        found = _row(cases, measure, month).where(*_of_whom(of, cases, cases.c.id), of.within(moment))
        yield found.where(cases.c.phase == "closed") if measure == "closed" else found


def _looked_back(of: Counted) -> Iterator[sa.Select[Any]]:
    """The last word of each side about each version."""
    said = agreement_evaluations
    whole = sa.and_(agreements.c.school_id == said.c.school_id, agreements.c.id == said.c.agreement_id)
    number = sa.func.row_number().over(
        partition_by=(said.c.school_id, said.c.agreement_id, said.c.version, said.c.by), order_by=said.c.id.desc()
    )
    last = (
        sa.select(said.c.school_id, said.c.by, said.c.kept, number.label("number"))
        .join(agreements, whole)
        .where(*_of_whom(of, said, agreements.c.case_id), of.within(said.c.written_at))
    )
    for side in ("parents", "school"):
        mine = last.subquery(f"kept_{side}")
        yield _row(mine, f"kept_{side}", mine.c.kept).where(mine.c.number == 1, mine.c.by == side)


def _met(of: Counted) -> Iterator[sa.Select[Any]]:
    said = expectation_evaluations
    whole = sa.and_(expectations.c.school_id == said.c.school_id, expectations.c.id == said.c.expectation_id)
    what = (sa.cast(said.c.round, sa.Text) + sa.literal_column("':'") + said.c.met).label("of")
    for side in ("parents", "school"):
        found = sa.select(said.c.school_id, what).join(expectations, whole)
        found = found.where(*_of_whom(of, said, expectations.c.case_id), of.within(said.c.written_at), said.c.by == side)
        mine = found.subquery(f"met_{side}")
        yield _row(mine, f"met_{side}", mine.c.of)


def _minutes(of: Counted) -> sa.Select[Any]:
    on = time_entries.c.on
    given = (on >= of.year.begins, on < of.year.ends)
    found = _row(time_entries, "minutes", time_entries.c.by, time_entries.c.minutes)
    return found.where(*_of_whom(of, time_entries, time_entries.c.case_id), *given)


def _talks(of: Counted) -> sa.Select[Any]:
    known = appointments.c.status.in_(("held", "no_show"))
    found = _row(appointments, "talks", appointments.c.status)
    return found.where(*_of_whom(of, appointments, appointments.c.case_id), of.within(appointments.c.starts_at), known)


def _satisfied(of: Counted) -> Iterator[sa.Select[Any]]:
    """One answer of each family at each moment, the first; as many as fill whole steps."""
    said = satisfaction_scores.c
    each = (said.school_id, said.of, said.moment)
    within = (said.school_id.in_(of.school_ids), said.on >= of.year.begins, said.on < of.year.ends)
    first = sa.select(*each, said.grade, said.helped, said.on, said.id).where(*within)
    one = first.ext(distinct_on(*each, said.case_id)).order_by(*each, said.case_id, said.on, said.id).subquery("one")
    group = (one.c.school_id, one.c.of, one.c.moment)
    number = sa.func.row_number().over(partition_by=group, order_by=(one.c.on, one.c.id)).label("number")
    numbered = sa.select(one, number, sa.func.count().over(partition_by=group).label("answers"))
    for measure in SATISFACTION:
        what, side = measure.split("_")
        mine = numbered.subquery(measure)
        answer = _grade(mine.c.grade) if what == "grade" else mine.c.helped
        yield _row(mine, measure, answer).where(mine.c.of == side, mine.c.number <= mine.c.answers - mine.c.answers % STEP)


def _mailed(of: Counted) -> sa.Select[Any]:
    """The last word about each message; who reads dossiers has the mail itself."""
    told = timeline.c
    kinds = {f"message_{each}": each for each in MAIL}
    mine = (told.school_id.in_(of.school_ids), told.kind.in_(kinds), of.within(told.at))
    message = (told.school_id, told.about_id)
    last = (
        sa.select(*message, told.kind).where(*mine).ext(distinct_on(*message)).order_by(*message, told.at.desc(), told.id.desc())
    )
    found = last.subquery("mail")
    return _row(found, "mail", sa.func.replace(found.c.kind, sa.literal_column("'message_'"), sa.literal_column("''")))


def _grade(given: Any) -> Any:
    """Which of `GRADES` it is."""
    steps = sorted(GRADES.items(), key=lambda grade: -grade[1])
    return sa.case(*((given >= least, sa.literal_column(f"'{name}'")) for name, least in steps))


def _overdue(of: Counted) -> Iterator[sa.Select[Any]]:
    """As it is today; of a year that is over nothing is overdue."""
    now = sa.and_(cases.c.phase.not_in(("closed", "paused")), sa.literal(of.year.begins <= of.today < of.year.ends))
    late = _row(cases, "overdue", sa.literal_column("'end'"))
    yield late.where(*_of_whom(of, cases, cases.c.id), now, cases.c.planned_end_on < of.today)
    case = sa.and_(cases.c.school_id == agreements.c.school_id, cases.c.id == agreements.c.case_id)
    words = (
        sa.select(agreement_versions.c.number, agreement_versions.c.review_on)
        .where(agreement_versions.c.school_id == agreements.c.school_id, agreement_versions.c.agreement_id == agreements.c.id)
        .order_by(agreement_versions.c.number.desc())
        .limit(1)
        .lateral("words")
    )
    said = agreement_evaluations
    of_these = (said.c.school_id == agreements.c.school_id, said.c.agreement_id == agreements.c.id)
    sides = sa.select(sa.func.count(said.c.by.distinct())).where(*of_these, said.c.version == words.c.number)
    due = _row(agreements, "overdue", sa.literal_column("'review'")).join(cases, case).join(words, sa.true())
    mine = [cases.c.assigned_to == of.who] if of.who is not None else []
    open_ = (agreements.c.school_id.in_(of.school_ids), agreements.c.ended_at.is_(None), now, *mine)
    yield due.where(*open_, words.c.review_on < of.today, sides.scalar_subquery() < 2)
