"""Queries on week plans, their visits, and the queue that the worker takes them from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.scheduling.domain.busy import Period
from services.scheduling.domain.week_plan import CANCELLED, FAILED, PROPOSED, QUEUED, SOLVING, PlannedVisit, WeekPlan
from services.scheduling.persistence.week_plan_tables import week_plan_visits, week_plans
from shared.errors import NotFound

_PLAN = [each.name for each in fields(WeekPlan) if each.name != "visits"]
_VISIT = [each.name for each in fields(PlannedVisit)]
_WAITING = week_plans.c.state.in_((QUEUED, SOLVING))


@dataclass(frozen=True)
class Task:
    """A plan that the worker is to make."""

    user_id: UUID
    plan_id: UUID
    monday: date
    school_ids: frozenset[UUID]
    problem: dict[str, Any]
    seed: int
    attempts: int


class WeekPlans:
    """The plans of whoever's transaction it is; their visits at `school_ids`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def add(self, plan: WeekPlan, problem: dict[str, Any], at: datetime) -> None:
        schools = sorted({each.school_id for each in plan.visits})
        row = {name: getattr(plan, name) for name in _PLAN} | {"school_ids": schools, "problem": problem, "created_at": at}
        self._session.execute(sa.insert(week_plans).values(**row))
        rows = [_visit_row(each) | {"plan_id": plan.id, "user_id": plan.user_id} for each in plan.visits]
        self._session.execute(sa.insert(week_plan_visits), rows)

    def get(self, user_id: UUID, plan_id: UUID, *, to_change: bool = False) -> WeekPlan:
        """Raises NotFound."""
        found = sa.select(*(week_plans.c[name] for name in _PLAN)).where(_is(user_id, plan_id))
        row = self._session.execute(found.with_for_update() if to_change else found).mappings().one_or_none()
        if row is None:
            raise NotFound
        return WeekPlan(**row, visits=self._visits(plan_id))

    def latest(self, user_id: UUID, limit: int) -> list[WeekPlan]:
        """The newest first, without their visits."""
        found = sa.select(*(week_plans.c[name] for name in _PLAN)).where(week_plans.c.user_id == user_id)
        rows = self._session.execute(found.order_by(week_plans.c.created_at.desc(), week_plans.c.id.desc()).limit(limit))
        return [WeekPlan(**row) for row in rows.mappings()]

    def keep(self, plan: WeekPlan, visits: Sequence[PlannedVisit]) -> None:
        """The plan, and these of its visits, as they are now."""
        self._session.execute(
            sa.update(week_plans).where(_is(plan.user_id, plan.id)).values(**{n: getattr(plan, n) for n in _PLAN})
        )
        for each in visits:
            mine = (week_plan_visits.c.school_id == each.school_id, week_plan_visits.c.plan_id == plan.id)
            row = {name: getattr(each, name) for name in ("starts_at", "reason", "appointment_id", "refusal")}
            self._session.execute(
                sa.update(week_plan_visits).where(*mine, week_plan_visits.c.case_id == each.case_id).values(**row)
            )

    def make_room(self, user_id: UUID, most: int) -> None:
        """Stop what is still searched for somebody, and forget all but their newest plans."""
        mine = week_plans.c.user_id == user_id
        self._session.execute(sa.update(week_plans).where(mine, _WAITING).values(state=CANCELLED))
        newest = sa.select(week_plans.c.id).where(mine).order_by(week_plans.c.created_at.desc(), week_plans.c.id.desc())
        old = [row.id for row in self._session.execute(newest.offset(most))]
        if old:
            self._session.execute(sa.delete(week_plan_visits).where(week_plan_visits.c.plan_id.in_(old)))
            self._session.execute(sa.delete(week_plans).where(mine, week_plans.c.id.in_(old)))

    def erase_of(self, school_id: UUID, case_id: UUID) -> None:
        mine = (week_plan_visits.c.school_id == school_id, week_plan_visits.c.case_id == case_id)
        self._session.execute(sa.delete(week_plan_visits).where(*mine))

    def claim(self, now: datetime, until: datetime) -> Task | None:
        """The plan that waits longest, or whose worker went away; nobody else takes it before `until`."""
        free = week_plans.c.claimed_until.is_(None) | (week_plans.c.claimed_until < now)
        waiting = sa.select(week_plans.c.id).where(_WAITING, free).order_by(week_plans.c.created_at).limit(1)
        found = waiting.with_for_update(skip_locked=True).scalar_subquery()
        values = {"state": SOLVING, "claimed_until": until, "attempts": week_plans.c.attempts + 1}
        columns = (week_plans.c.user_id, week_plans.c.id, week_plans.c.monday, week_plans.c.school_ids)
        statement = sa.update(week_plans).where(week_plans.c.id == found).values(**values)
        row = self._session.execute(
            statement.returning(*columns, week_plans.c.problem, week_plans.c.seed, week_plans.c.attempts)
        ).one_or_none()
        return None if row is None else Task(row[0], row[1], row[2], frozenset(row[3]), *row[4:])

    def tell(self, task: Task, progress: dict[str, int], until: datetime) -> bool:
        """How far it is; False when nobody waits for it any more."""
        statement = sa.update(week_plans).where(_is(task.user_id, task.plan_id), week_plans.c.state == SOLVING)
        done = self._session.execute(statement.values(**progress, claimed_until=until).returning(week_plans.c.id))
        return done.one_or_none() is not None

    def release(self, task: Task) -> None:
        """Let the next worker take it."""
        mine = (_is(task.user_id, task.plan_id), week_plans.c.state == SOLVING)
        self._session.execute(sa.update(week_plans).where(*mine).values(state=QUEUED, claimed_until=None))

    def fail(self, task: Task) -> None:
        mine = (_is(task.user_id, task.plan_id), week_plans.c.state == SOLVING)
        self._session.execute(sa.update(week_plans).where(*mine).values(state=FAILED, claimed_until=None))

    def propose(self, task: Task, found: dict[str, int], visits: dict[int, dict[str, Any]]) -> None:
        """What was found, unless it was stopped meanwhile. `visits`: time or reason, by number."""
        values = found | {"state": PROPOSED, "percent": 100, "claimed_until": None, "version": week_plans.c.version + 1}
        mine = (_is(task.user_id, task.plan_id), week_plans.c.state == SOLVING)
        if self._session.execute(sa.update(week_plans).where(*mine).values(**values).returning(week_plans.c.id)).one_or_none():
            for number, row in visits.items():
                one = (week_plan_visits.c.school_id.in_(self._schools), week_plan_visits.c.plan_id == task.plan_id)
                known = sa.func.coalesce(week_plan_visits.c.reason, row.get("reason"))
                values = row | {"reason": known}  # what was known beforehand says more than what the search found
                self._session.execute(
                    sa.update(week_plan_visits).where(*one, week_plan_visits.c.number == number).values(**values)
                )

    def _visits(self, plan_id: UUID) -> list[PlannedVisit]:
        mine = (week_plan_visits.c.school_id.in_(self._schools), week_plan_visits.c.plan_id == plan_id)
        found = sa.select(*(week_plan_visits.c[name] for name in _VISIT)).where(*mine).order_by(week_plan_visits.c.number)
        return [_visit(row) for row in self._session.execute(found).mappings()]


def _is(user_id: UUID, plan_id: UUID) -> sa.ColumnElement[bool]:
    return sa.and_(week_plans.c.user_id == user_id, week_plans.c.id == plan_id)


def _visit(row: Any) -> PlannedVisit:
    windows = [Period(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in row["windows"]]
    return PlannedVisit(**{**row, "windows": windows})


def _visit_row(visit: PlannedVisit) -> dict[str, Any]:
    windows = [[each.starts_at.isoformat(), each.ends_at.isoformat()] for each in visit.windows]
    return {name: getattr(visit, name) for name in _VISIT} | {"windows": windows}
