"""Queries on messages, their attempts and copies. Built with the caller's schools; the policies are the second wall."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.orm import Session

from services.notifications.domain.kinds import KINDS
from services.notifications.domain.message import Filter, Message
from services.notifications.persistence.tables import (
    attempts,
    colleagues,
    dispatch_queue,
    message_copies,
    messages,
    people,
    schools,
    staff,
)
from services.notifications.usecases.ports import Copy
from shared.errors import NotFound
from shared.pagination import Page, PageRequest, cut

_COLUMNS = tuple(field.name for field in fields(Message) if field.name != "happened")
_CHANGING = tuple(name for name in _COLUMNS if name not in ("id", "school_id", "dedup_key", "created_at"))

# For many at once, in texts that stay the same however many they are: driver and server take them apart once.
_GIVEN = (
    sa.func.unnest(sa.bindparam("schools", type_=ARRAY(sa.Uuid)), sa.bindparam("ids", type_=ARRAY(sa.Uuid)))
    .table_valued("school_id", "id")
    .render_derived(name="given")
)
_MANY = (
    sa.select(*(messages.c[name] for name in _COLUMNS))
    .join(_GIVEN, sa.and_(messages.c.school_id == _GIVEN.c.school_id, messages.c.id == _GIVEN.c.id))
    .order_by(messages.c.id)
    .with_for_update(of=messages)
)
# Rows as one document; PostgreSQL gives each value its column's type.
_ROWS = sa.func.jsonb_populate_recordset(sa.text("null::messages"), sa.cast(sa.bindparam("rows", type_=sa.Text), JSONB))
_NEWER = _ROWS.table_valued(*(messages.c[name] for name in _COLUMNS), name="newer")
_SAVE = (
    sa.update(messages)
    .where(messages.c.school_id == _NEWER.c.school_id, messages.c.id == _NEWER.c.id)
    .values({name: _NEWER.c[name] for name in _CHANGING})
)
_NEW_COPY = insert(message_copies)
_KEEP_COPY = _NEW_COPY.on_conflict_do_update(
    index_elements=["school_id", "message_id"],
    set_={name: _NEW_COPY.excluded[name] for name in ("subject", "text", "html", "written_at")},
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in a list, with the words that people know it by."""

    message: Message
    school_name: str
    person_name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try, as it is shown."""

    number: int
    stage: str
    started_at: datetime
    handed_over_at: datetime | None
    ended_at: datetime | None
    code: int | None
    answer: str | None


class Messages:
    """Messages of the caller's schools."""

    def __init__(self, session: Session, school_ids: Iterable[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def erase_of(self, school_id: UUID, case_id: UUID) -> None:
        """Every message of a case, with its copy, its tries and its place in the queue."""
        self._session.execute(sa.delete(messages).where(messages.c.school_id == school_id, messages.c.case_id == case_id))

    def known(self, school_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
        """Which of these messages there still are."""
        found = sa.select(messages.c.id).where(messages.c.school_id == school_id, messages.c.id.in_(ids))
        return set(self._session.execute(found).scalars())

    def add(self, message: Message) -> bool:
        """False when this was asked for before."""
        row = {name: getattr(message, name) for name in _COLUMNS}
        statement = insert(messages).values(row).on_conflict_do_nothing(index_elements=["school_id", "dedup_key"])
        return self._session.execute(statement.returning(messages.c.id)).scalar_one_or_none() is not None

    def save(self, message: Message) -> None:
        values = {name: getattr(message, name) for name in _CHANGING}
        self._session.execute(sa.update(messages).where(*self._is(message.school_id, message.id)).values(values))

    def save_all(self, many: Sequence[Message]) -> None:
        """As `save`, in one go."""
        rows = [{name: getattr(each, name) for name in ("school_id", "id", *_CHANGING)} for each in many]
        if rows:
            self._session.execute(_SAVE, {"rows": json.dumps(rows, default=str)})

    def get(self, message_id: UUID, *, to_change: bool = False) -> Message:
        """Raises NotFound."""
        query = sa.select(messages).where(messages.c.school_id.in_(self._schools), messages.c.id == message_id)
        row = self._session.execute(query.with_for_update() if to_change else query).mappings().one_or_none()
        if row is None:
            raise NotFound
        return message_of(row)

    def of_key(self, school_id: UUID, dedup_key: str) -> Message | None:
        """What was asked for under this key, locked with its place in the queue before it."""
        place = sa.select(dispatch_queue.c.message_id).join(messages, _in_queue()).where(*_of_key(school_id, dedup_key))
        self._session.execute(place.with_for_update(of=dispatch_queue))
        query = sa.select(messages).where(*_of_key(school_id, dedup_key)).with_for_update()
        row = self._session.execute(query).mappings().one_or_none()
        return message_of(row) if row else None

    def many(self, keys: Sequence[tuple[UUID, UUID]]) -> dict[UUID, Message]:
        """By (school, id), locked."""
        rows = self._session.execute(_MANY, {"schools": [key[0] for key in keys], "ids": [key[1] for key in keys]})
        return {row.id: Message(*row) for row in rows}

    def about(self, school_id: UUID, about_id: UUID, person_id: UUID | None = None) -> list[Message]:
        """All that one person, or everybody, was to hear of one thing, oldest first, locked."""
        query = sa.select(messages).where(*_about(school_id, about_id, person_id))
        rows = self._session.execute(query.order_by(messages.c.sequence, messages.c.id).with_for_update())
        return [message_of(row) for row in rows.mappings()]

    def page(self, wanted: Filter, request: PageRequest) -> Page[Listed]:
        """Newest first. One index scan for each school, merged: no school's pile is sorted for a page."""
        after = request.after(UUID)
        mine = self._schools if wanted.school_id is None else [each for each in self._schools if each == wanted.school_id]
        if not mine:
            return Page([])
        school = sa.select(sa.func.unnest(sa.cast(mine, sa.ARRAY(sa.Uuid))).label("id")).subquery("school")
        newest = _newest(school.c.id, wanted, after, request.limit + 1).lateral("newest")
        query = (
            sa.select(newest, *_KNOWN_AS)
            .select_from(school.join(newest, sa.true()))
            .outerjoin(schools, schools.c.school_id == newest.c.school_id)
            .outerjoin(people, sa.and_(people.c.school_id == newest.c.school_id, people.c.person_id == newest.c.person_id))
            .outerjoin(staff, sa.and_(staff.c.school_id == newest.c.school_id, staff.c.person_id == newest.c.person_id))
            .outerjoin(colleagues, colleagues.c.person_id == newest.c.person_id)
            .order_by(newest.c.id.desc())
            .limit(request.limit + 1)
        )
        rows = [_listed(row) for row in self._session.execute(query).mappings()]
        return cut(rows, request, lambda row: (row.message.id,))

    def listed(self, message_id: UUID) -> Listed:
        """One message with its words. Raises NotFound."""
        query = (
            sa.select(messages, *_KNOWN_AS)
            .outerjoin(schools, schools.c.school_id == messages.c.school_id)
            .outerjoin(people, sa.and_(people.c.school_id == messages.c.school_id, people.c.person_id == messages.c.person_id))
            .outerjoin(staff, sa.and_(staff.c.school_id == messages.c.school_id, staff.c.person_id == messages.c.person_id))
            .outerjoin(colleagues, colleagues.c.person_id == messages.c.person_id)
            .where(messages.c.school_id.in_(self._schools), messages.c.id == message_id)
        )
        row = self._session.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFound
        return _listed(row)

    def attempts(self, message: Message) -> list[AttemptRow]:
        """Oldest first."""
        names = [attempts.c[field.name] for field in fields(AttemptRow)]
        query = sa.select(*names).where(attempts.c.school_id == message.school_id, attempts.c.message_id == message.id)
        return [AttemptRow(**row) for row in self._session.execute(query.order_by(attempts.c.number)).mappings()]

    def copy(self, message: Message) -> Copy | None:
        """What the parent got; None before it was written, and after it was erased."""
        query = sa.select(message_copies.c.subject, message_copies.c.text, message_copies.c.html).where(
            message_copies.c.school_id == message.school_id, message_copies.c.message_id == message.id
        )
        row = self._session.execute(query).one_or_none()
        return Copy(row.subject, message.language, row.text, row.html) if row else None

    def keep_copies(self, copies: Sequence[tuple[Message, Copy]], now: datetime) -> None:
        """What these parents get; of an earlier try nothing stays."""
        rows = [
            {
                "school_id": message.school_id,
                "message_id": message.id,
                "subject": copy.subject,
                "text": copy.text,
                "html": copy.html,
                "written_at": now,
            }
            for message, copy in copies
        ]
        if rows:
            self._session.connection().execute(_KEEP_COPY, rows)

    def forget_secrets(self, school_id: UUID, now: datetime) -> None:
        """Of messages whose moment is over."""
        secrets = sa.cast(["reply_token", "token"], sa.ARRAY(sa.Text))
        past = messages.c.school_id == school_id, messages.c.expires_at < now, messages.c.facts.op("?|")(secrets)
        self._session.execute(sa.update(messages).where(*past).values(facts=messages.c.facts.op("-")(secrets)))

    def forget_copies(self, school_id: UUID, before: datetime) -> None:
        """What parents got, once its term is over; that they got it stays known."""
        old = message_copies.c.school_id == school_id, message_copies.c.written_at < before
        self._session.execute(sa.delete(message_copies).where(*old))

    def schools(self) -> list[tuple[UUID, str]]:
        """The caller's schools by name."""
        query = sa.select(schools.c.school_id, schools.c.name).where(schools.c.school_id.in_(self._schools))
        return [(row.school_id, row.name) for row in self._session.execute(query.order_by(schools.c.name))]

    def _is(self, school_id: UUID, message_id: UUID) -> tuple[sa.ColumnElement[bool], ...]:
        return messages.c.school_id == school_id, messages.c.id == message_id


_KNOWN_AS = (
    schools.c.name.label("school_name"),
    sa.func.coalesce(
        sa.func.nullif(sa.func.concat_ws(" ", people.c.first_name, people.c.last_name), ""), staff.c.name, colleagues.c.full_name
    ).label("person_name"),
    sa.func.coalesce(people.c.email, staff.c.email, colleagues.c.email).label("email"),
)


def _newest(school_id: sa.ColumnElement[Any], wanted: Filter, after: tuple[Any, ...] | None, limit: int) -> sa.Select[Any]:
    query = sa.select(messages).where(messages.c.school_id == school_id)
    if wanted.case_id is not None:
        query = query.where(messages.c.case_id == wanted.case_id)
    if wanted.statuses:
        query = query.where(messages.c.status.in_(wanted.statuses))
    query = query.where(*_narrowed(wanted))
    if after is not None:
        query = query.where(messages.c.id < after[0])
    return query.order_by(messages.c.id.desc()).limit(limit)


def _narrowed(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    """What is looked for within the order of ids: these conditions need no index of their own."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.but_for_reason is not None:
        found.append(messages.c.reason.is_distinct_from(wanted.but_for_reason))
    if wanted.template is not None:
        found.append(messages.c.template == wanted.template)
    if wanted.side is not None:
        found.append(messages.c.template.in_([name for name, kind in KINDS.items() if kind.to == wanted.side]))
    if wanted.language is not None:
        found.append(messages.c.language == wanted.language)
    if wanted.asked_from is not None:
        found.append(messages.c.created_at >= wanted.asked_from)
    if wanted.asked_before is not None:
        found.append(messages.c.created_at < wanted.asked_before)
    return found


def message_of(row: RowMapping) -> Message:
    """As its row says."""
    return Message(**{name: row[name] for name in _COLUMNS})


def _listed(row: RowMapping) -> Listed:
    return Listed(message_of(row), row["school_name"] or "", row["person_name"] or "", row["email"])


def _of_key(school_id: UUID, dedup_key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return messages.c.school_id == school_id, messages.c.dedup_key == dedup_key


def _in_queue() -> sa.ColumnElement[bool]:
    return sa.and_(dispatch_queue.c.school_id == messages.c.school_id, dispatch_queue.c.message_id == messages.c.id)


def _about(school_id: UUID, about_id: UUID, person_id: UUID | None) -> list[sa.ColumnElement[bool]]:
    found = [messages.c.school_id == school_id, messages.c.about_id == about_id]
    return found if person_id is None else [*found, messages.c.person_id == person_id]
