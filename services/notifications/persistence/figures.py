"""Counts of mail: how much, in which languages, what became of it, and how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notifications.persistence.tables import messages


@dataclass(frozen=True, slots=True)
class DayCount:
    """Mail asked for on one day, in the Netherlands."""

    day: date
    total: int
    sent: int
    not_arrived: int


@dataclass(frozen=True, slots=True)
class Waits:
    """How long mail took from when it might leave until a server had taken it, in seconds; None without mail."""

    median: float | None
    most: float | None
    longest: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one period."""

    days: list[DayCount]
    statuses: Mapping[str, int]
    languages: Mapping[str, int]
    templates: Mapping[str, int]
    waits: Waits


class MailFigures:
    """Of the caller's schools."""

    def __init__(self, session: Session, school_ids: Iterable[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def since(self, start: datetime, school_id: UUID | None) -> Figures:
        """Everything that was asked for since then; reminders that wait for their day are left out."""
        mine = [each for each in self._schools if school_id in (None, each)]
        wanted = [
            messages.c.school_id.in_(mine),
            messages.c.created_at >= start,
            messages.c.status.not_in(("scheduled", "cancelled")),
        ]
        return Figures(
            days=self._days(wanted),
            statuses=self._by(messages.c.status, wanted),
            languages=self._by(messages.c.language, wanted),
            templates=self._by(messages.c.template, wanted),
            waits=self._waits(wanted),
        )

    def _by(self, column: sa.ColumnElement[str], wanted: list[sa.ColumnElement[bool]]) -> dict[str, int]:
        """Most first."""
        count = sa.func.count().label("number")
        query = sa.select(column.label("name"), count).where(*wanted).group_by(column).order_by(count.desc(), column)
        return {row.name: row.number for row in self._session.execute(query)}

    def _days(self, wanted: list[sa.ColumnElement[bool]]) -> list[DayCount]:
        day = sa.cast(sa.func.timezone("Europe/Amsterdam", messages.c.created_at), sa.Date)
        query = sa.select(
            day.label("day"),
            sa.func.count().label("total"),
            sa.func.count().filter(messages.c.status == "sent").label("sent"),
            sa.func.count().filter(messages.c.status.in_(("failed", "bounced"))).label("not_arrived"),
        )
        rows = self._session.execute(query.where(*wanted).group_by(day).order_by(day))
        return [DayCount(row.day, row.total, row.sent, row.not_arrived) for row in rows]

    def _waits(self, wanted: list[sa.ColumnElement[bool]]) -> Waits:
        began = sa.func.greatest(messages.c.created_at, messages.c.not_before)
        took = sa.func.extract("epoch", messages.c.sent_at - began)
        query = sa.select(
            sa.func.percentile_cont(0.5).within_group(took).label("median"),
            sa.func.percentile_cont(0.95).within_group(took).label("most"),
            sa.func.max(took).label("longest"),
        )
        row = self._session.execute(query.where(*wanted, messages.c.sent_at.is_not(None))).one()
        return Waits(*(None if each is None else float(each) for each in row))
