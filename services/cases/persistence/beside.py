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
from services.cases.domain.case_staff import Place
from services.cases.domain.child_view import ChildView
from services.cases.domain.efforts import INVESTORS, Coaching
from services.cases.domain.ends import ChangedEnd
from services.cases.domain.handover import HandOver
from services.cases.domain.involved import Involved
from services.cases.persistence.charge import NOTED
from services.cases.persistence.charge_tables import case_staff
from services.cases.persistence.circle_tables import child_views, involved
from services.cases.persistence.effort_tables import coaching, time_entries
from services.cases.persistence.life_tables import changed_ends
from services.cases.persistence.tables import cases

Kind = TypeVar("Kind")
_MOST = 10
# By what they are called in Beside: where they are, what they are made into, and the column that says which is newest.
_LISTS: dict[str, tuple[sa.FromClause, type[Any], str]] = {
    "ends": (changed_ends, ChangedEnd, "written_at"),
    "coaching": (coaching, Coaching, "on"),
    "places": (case_staff, Place, "valid_from"),
    "handovers": (NOTED, HandOver, "written_at"),
    "involved": (involved, Involved, "written_at"),
    "child_views": (child_views, ChildView, "heard_on"),
}


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
    places: Sequence[Place]
    handovers: Sequence[HandOver]
    involved: Sequence[Involved]
    child_views: Sequence[ChildView]


NOTHING_BESIDE = Beside({}, None, None, (), (), (), (), (), ())


def beside_of(session: Session, case: Case) -> Beside:
    """As far as the caller may read it."""
    linked = {
        "earlier": sa.and_(cases.c.school_id == case.school_id, cases.c.id == case.reopened_from),
        "later": sa.and_(cases.c.school_id == case.school_id, cases.c.reopened_from == case.id),
    }
    query = sa.select(
        _minutes(case).label("minutes"),
        *(_link(condition).label(name) for name, condition in linked.items()),
        *(rows_of(table, kind, case, newest).label(name) for name, (table, kind, newest) in _LISTS.items()),
    )
    row = session.execute(query).one()
    lists: dict[str, Any] = {
        name: [made_of(kind, each) for each in getattr(row, name) or []] for name, (_table, kind, _newest) in _LISTS.items()
    }
    return Beside(
        minutes=dict.fromkeys(INVESTORS, 0) | (row.minutes or {}),
        earlier=made_of(Link, row.earlier) if row.earlier else None,
        later=made_of(Link, row.later) if row.later else None,
        **lists,
    )


def rows_of(table: sa.FromClause, kind: type[Any], case: Case, newest: str, most: int = _MOST) -> sa.ScalarSelect[Any]:
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
