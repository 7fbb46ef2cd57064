"""Queries on calls to make: messages that reached nobody, by parent, and who tried to call."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notifications.domain.calls import ASKS_FOR_A_CALL, BY_CALL, Contact
from services.notifications.domain.message import KEPT_BACK, Message
from services.notifications.persistence.desk_tables import contacts
from services.notifications.persistence.messages import message_of
from services.notifications.persistence.tables import messages, people, schools
from shared.pagination import Page, PageRequest, cut


@dataclass(frozen=True, slots=True)
class CallRow:
    """One parent to call, with what it is about by kind, and since when."""

    school_id: UUID
    school_name: str
    person_id: UUID
    case_id: UUID
    name: str
    phone: str | None
    language: str
    interpreter_needed: bool
    channel: str
    first_id: UUID
    since: datetime
    templates: Sequence[str]
    tries: int


class Calls:
    """Of the caller's schools."""

    def __init__(self, session: Session, school_ids: Iterable[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def page(self, request: PageRequest, now: datetime) -> Page[CallRow]:
        """Who has waited longest comes first."""
        waiting = _waiting(self._schools, now, request.after(UUID)).subquery("waiting")
        tried = _tries(waiting).label("tries")
        query = (
            sa.select(waiting, tried, schools.c.name.label("school_name"), *_PERSON)
            .join(people, sa.and_(people.c.school_id == waiting.c.school_id, people.c.person_id == waiting.c.person_id))
            .join(schools, schools.c.school_id == waiting.c.school_id)
            .order_by(waiting.c.first_id)
            .limit(request.limit + 1)
        )
        rows = [CallRow(**row) for row in self._session.execute(query).mappings()]
        return cut(rows, request, lambda row: (row.first_id,))

    def open_of(self, person_id: UUID, now: datetime, *, to_change: bool = False) -> list[Message]:
        """What this parent has not heard, oldest first."""
        query = sa.select(messages).where(*_open(self._schools, now), messages.c.person_id == person_id).order_by(messages.c.id)
        rows = self._session.execute(query.with_for_update() if to_change else query).mappings()
        return [message_of(row) for row in rows]

    def contacts(self, person_id: UUID) -> list[Contact]:
        """Who tried to reach them, newest first; the last twenty times."""
        query = sa.select(contacts).where(contacts.c.school_id.in_(self._schools), contacts.c.person_id == person_id)
        rows = self._session.execute(query.order_by(contacts.c.id.desc()).limit(20)).mappings()
        return [Contact(**row) for row in rows]

    def add(self, contact: Contact) -> None:
        self._session.execute(sa.insert(contacts).values({field.name: getattr(contact, field.name) for field in fields(contact)}))


_PERSON = (
    people.c.case_id, people.c.phone, people.c.language, people.c.interpreter_needed, people.c.channel,
    sa.func.concat_ws(" ", people.c.first_name, people.c.last_name).label("name"),
)  # fmt: skip


def _open(school_ids: Sequence[UUID], now: datetime) -> list[sa.ColumnElement[bool]]:
    newer = messages.alias("newer")
    replaced = sa.exists().where(
        newer.c.school_id == messages.c.school_id,
        newer.c.about_id == messages.c.about_id,
        newer.c.person_id == messages.c.person_id,
        newer.c.sequence > messages.c.sequence,
    )
    return [
        messages.c.school_id.in_(school_ids),
        messages.c.status.in_(sorted(ASKS_FOR_A_CALL)),
        messages.c.settled_at.is_(None),
        messages.c.template.in_(sorted(BY_CALL)),
        messages.c.reason.is_distinct_from(KEPT_BACK),
        sa.func.coalesce(messages.c.expires_at, now) >= now,
        sa.not_(replaced),
    ]


def _waiting(school_ids: Sequence[UUID], now: datetime, after: tuple[Any, ...] | None) -> sa.Select[Any]:
    # Ids are made in order of time (UUIDv7); PostgreSQL has no min() of them.
    first_id = sa.type_coerce(sa.func.min(sa.cast(messages.c.id, sa.Text)), sa.Text)
    query = (
        sa.select(
            messages.c.school_id,
            messages.c.person_id,
            sa.cast(first_id, sa.Uuid).label("first_id"),
            sa.func.min(messages.c.created_at).label("since"),
            sa.func.array_agg(messages.c.template.distinct(), type_=sa.ARRAY(sa.Text)).label("templates"),
        )
        .where(*_open(school_ids, now))
        .group_by(messages.c.school_id, messages.c.person_id)
    )
    return query.having(first_id > str(after[0])) if after else query


def _tries(waiting: sa.Subquery) -> sa.ScalarSelect[int]:
    query = sa.select(sa.func.count()).where(
        contacts.c.school_id == waiting.c.school_id,
        contacts.c.person_id == waiting.c.person_id,
        contacts.c.outcome == "not_reached",
        contacts.c.at >= waiting.c.since,
    )
    return query.scalar_subquery()
