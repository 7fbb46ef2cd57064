"""Queries on what parents, school and liaison wrote. The database shows each reader only what is theirs to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.readers import narrowed
from services.cases.persistence.effort_tables import coaching
from services.cases.persistence.tables import statements, stories


@dataclass(frozen=True)
class Story:
    """One version of the parents' story."""

    version: int
    text: str
    told_by: UUID | None
    readers: list[str]
    written_by: UUID
    written_by_name: str
    written_at: datetime

    @property
    def shared_with_school(self) -> bool:
        return "school" in self.readers


@dataclass(frozen=True)
class Statement:
    """A wish of the parents, a strength `of` somebody, a goal that parents and school share, or an addition to the story.

    `guardian_id`: the parent who wrote it on their own page; another parent does not read it.
    """

    id: UUID
    kind: str
    of: str | None
    text: str
    readers: list[str]
    written_by: UUID
    written_by_name: str
    written_at: datetime
    guardian_id: UUID | None = None


class Texts:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def story(self, case: Case) -> Story | None:
        """The latest version, if the caller is among its readers. Earlier ones never have readers that it has not."""
        found = self._stories(case).order_by(stories.c.version.desc()).limit(1)
        row = self._session.execute(found).one_or_none()
        return Story(**row._asdict()) if row else None

    def story_versions(self, case: Case) -> list[Story]:
        """Every version that the caller may read, newest first."""
        found = self._stories(case).order_by(stories.c.version.desc())
        return [Story(**row._asdict()) for row in self._session.execute(found)]

    def add_story(self, case: Case, story: Story) -> None:
        """A new version; the earlier ones stay, for no more readers than this one has."""
        for earlier in self.story_versions(case):
            readers = narrowed(earlier.readers, story.readers)
            if readers != earlier.readers:
                one = sa.and_(_of(stories, case), stories.c.version == earlier.version)
                self._session.execute(sa.update(stories).where(one).values(readers=readers))
        row = {"school_id": case.school_id, "case_id": case.id, **story.__dict__}
        self._session.execute(sa.insert(stories).values(**row))

    def add_statement(self, case: Case, statement: Statement) -> None:
        row = {"school_id": case.school_id, "case_id": case.id, **statement.__dict__}
        self._session.execute(sa.insert(statements).values(**row))

    def of(self, case: Case) -> tuple[Story | None, list[Statement]]:
        """The latest story and every statement in one query, as far as the caller may read them."""
        story = self._stories(case).order_by(stories.c.version.desc()).limit(1).subquery()
        no_id, no_number, no_text = sa.null().cast(sa.Uuid), sa.null().cast(sa.Integer), sa.null().cast(sa.Text)
        told = sa.select(
            no_id.label("id"),
            sa.literal("story").label("kind"),
            no_text.label("of"),
            story.c.version,
            story.c.told_by,
            no_id.label("guardian_id"),
            *_said(story.c),
        )
        of = statements.c
        stated = sa.select(of.id, of.kind, of.of, no_number, no_id, of.guardian_id, *_said(of)).where(_of(statements, case))
        rows = [row._asdict() for row in self._session.execute(told.union_all(stated).order_by("written_at", "id"))]
        found = [Story(**_only(Story, row)) for row in rows if row["kind"] == "story"]
        return next(iter(found), None), [Statement(**_only(Statement, row)) for row in rows if row["kind"] != "story"]

    def written(self, school_ids: Sequence[UUID], case_ids: Sequence[UUID]) -> dict[UUID, frozenset[str]]:
        """Which kinds of text there are in each case, as far as the caller may read them."""
        if not case_ids:
            return {}
        story = sa.select(stories.c.case_id, sa.literal("story").label("kind")).where(_in(stories, school_ids, case_ids))
        other = sa.select(statements.c.case_id, statements.c.kind).where(_in(statements, school_ids, case_ids))
        found: dict[UUID, set[str]] = {}
        coached = sa.select(coaching.c.case_id, sa.literal("coaching").label("kind")).where(_in(coaching, school_ids, case_ids))
        for row in self._session.execute(story.union(other, coached)):
            found.setdefault(row.case_id, set()).add(row.kind)
        return {case_id: frozenset(kinds) for case_id, kinds in found.items()}

    def _stories(self, case: Case) -> sa.Select[Any]:
        return sa.select(*(stories.c[name] for name in Story.__dataclass_fields__)).where(_of(stories, case))


def _said(columns: Any) -> list[Any]:
    """What a story and a statement have in common."""
    return [columns[name] for name in ("text", "readers", "written_by", "written_by_name", "written_at")]


def _only(kind: type[Any], row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in kind.__dataclass_fields__}


def _of(table: sa.Table, case: Case) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.school_id == case.school_id, table.c.case_id == case.id)


def _in(table: sa.Table, school_ids: Sequence[UUID], case_ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.school_id.in_(school_ids), table.c.case_id.in_(case_ids))
