"""What stands beside the record on its page, in one query: each list comes as JSON, no longer than the page shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.case import Case
from services.cases.domain.efforts import INVESTORS, Coaching
from services.cases.domain.ends import ChangedEnd
from services.cases.persistence.effort_tables import coaching, time_entries
from services.cases.persistence.life_tables import changed_ends
from services.cases.persistence.tables import cases

Kind = TypeVar("Kind")
_MOST = 5


@dataclass(frozen=True)
class Link:
    """Another case of the same school."""

    id: UUID
    reference: str


@dataclass(frozen=True)
class Beside:
    """`earlier` and `later`: the cases that this one goes on from, and that goes on from it. Lists are newest first."""

    minutes: dict[str, int]
    earlier: Link | None
    later: Link | None
    ends: Sequence[ChangedEnd]
    coaching: Sequence[Coaching]


NOTHING_BESIDE = Beside({}, None, None, (), ())


def beside_of(session: Session, case: Case) -> Beside:
    """As far as the caller may read it."""
    linked = {
        "earlier": sa.and_(cases.c.school_id == case.school_id, cases.c.id == case.reopened_from),
        "later": sa.and_(cases.c.school_id == case.school_id, cases.c.reopened_from == case.id),
    }
    query = sa.select(
        _minutes(case).label("minutes"),
        *(_link(condition).label(name) for name, condition in linked.items()),
        rows_of(changed_ends, ChangedEnd, case, "written_at").label("ends"),
        rows_of(coaching, Coaching, case, "on").label("coaching"),
    )
    row = session.execute(query).one()
    return Beside(
        minutes=dict.fromkeys(INVESTORS, 0) | (row.minutes or {}),
        earlier=made_of(Link, row.earlier) if row.earlier else None,
        later=made_of(Link, row.later) if row.later else None,
        ends=[made_of(ChangedEnd, each) for each in row.ends or []],
        coaching=[made_of(Coaching, each) for each in row.coaching or []],
    )


def rows_of(table: sa.Table, kind: type[Any], case: Case, newest: str, most: int = _MOST) -> sa.ScalarSelect[Any]:
    """The newest rows of a case, by a column, as one JSON list."""
    pairs: list[Any] = []
    for each in fields(kind):
        pairs += [sa.literal_column(f"'{each.name}'"), table.c[each.name]]
    mine = (table.c.school_id == case.school_id, table.c.case_id == case.id)
    order = (table.c[newest].desc(), table.c.id.desc())
    found = sa.select(sa.func.jsonb_build_object(*pairs).label("row")).where(*mine).order_by(*order).limit(most).subquery()
    return sa.select(sa.func.jsonb_agg(found.c.row)).scalar_subquery()


def made_of(kind: Callable[..., Kind], known: dict[str, Any]) -> Kind:
    """JSON has no dates and no ids: those that there are become themselves again."""
    readers = _readers_of(kind)
    return kind(**{name: readers[name](value) if value is not None else None for name, value in known.items()})


def _minutes(case: Case) -> sa.ScalarSelect[Any]:
    mine = (time_entries.c.school_id == case.school_id, time_entries.c.case_id == case.id)
    query = sa.select(time_entries.c.by, sa.func.sum(time_entries.c.minutes).label("minutes")).where(*mine)
    found = query.group_by(time_entries.c.by).subquery()
    return sa.select(sa.func.jsonb_object_agg(found.c.by, found.c.minutes)).scalar_subquery()


def _link(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    built = sa.func.jsonb_build_object("id", cases.c.id, "reference", cases.c.reference)
    return sa.select(built).where(condition).scalar_subquery()


_FROM_TEXT: dict[Any, Callable[[Any], Any]] = {
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}


@cache
def _readers_of(kind: Callable[..., Any]) -> dict[str, Callable[[Any], Any]]:
    """How each field is read back, by its type."""

    def reader(hint: Any) -> Callable[[Any], Any]:
        return next((_FROM_TEXT[each] for each in (hint, *get_args(hint)) if each in _FROM_TEXT), lambda value: value)

    return {name: reader(hint) for name, hint in get_type_hints(kind).items()}
