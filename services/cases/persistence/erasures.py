"""Erasing everything there is of a case, and the receipt that stays. Only the worker has the right to delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.persistence import agreement_tables as agreed
from services.cases.persistence import (
    charge_tables,
    circle_tables,
    consent_tables,
    effort_tables,
    life_tables,
    parent_tables,
    satisfaction_tables,
    search_tables,
    tables,
    watch_tables,
)
from services.cases.persistence.administration_tables import holds
from services.cases.persistence.erasure_tables import erasures

# What belongs to a case by its own column; children before parents.
_BY_CASE = (
    search_tables.search_words, search_tables.name_words,
    charge_tables.handover_notes, charge_tables.handovers, charge_tables.case_staff, circle_tables.involved,
    circle_tables.child_views, life_tables.changed_ends, parent_tables.entries, parent_tables.asks, parent_tables.reports,
    satisfaction_tables.satisfaction, satisfaction_tables.satisfaction_scores, watch_tables.emergency_accesses,
    agreed.expectations, agreed.agreements, effort_tables.time_entries, effort_tables.coaching, consent_tables.consents,
    consent_tables.informed, tables.stories, tables.statements, tables.timeline, tables.access_log, tables.appointments,
    holds, tables.guardians,
)  # fmt: skip
_BY_AGREEMENT = (
    agreed.agreement_evaluations, agreed.endorsements, agreed.agreement_expectations, agreed.agreement_versions,
)  # fmt: skip


@dataclass(frozen=True)
class Receipt:
    """That a case was erased. `erased_at`: None while the worker has not come to it."""

    school_id: UUID
    case_id: UUID
    reference: str
    reason: str
    asked_by: UUID
    asked_at: datetime
    erased_at: datetime | None = None


@dataclass(frozen=True)
class Expired:
    """A closed case that was kept long enough: what an operator needs to see, and no name."""

    school_id: UUID
    case_id: UUID
    reference: str
    closed_at: datetime


class Erasures:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(self, receipt: Receipt) -> Receipt:
        """Asked twice is asked once: the first receipt stays."""
        statement = insert(erasures).values(**vars(receipt)).on_conflict_do_nothing()
        self._session.execute(statement)
        return self.of(receipt.school_id, receipt.case_id) or receipt

    def of(self, school_id: UUID, case_id: UUID) -> Receipt | None:
        mine = (erasures.c.school_id == school_id, erasures.c.case_id == case_id)
        row = self._session.execute(sa.select(erasures).where(*mine)).one_or_none()
        return Receipt(**row._asdict()) if row else None

    def all(self, school_ids: Sequence[UUID], most: int) -> list[Receipt]:
        """The newest first."""
        found = sa.select(erasures).where(erasures.c.school_id.in_(school_ids))
        rows = self._session.execute(found.order_by(erasures.c.asked_at.desc(), erasures.c.case_id.desc()).limit(most))
        return [Receipt(**row._asdict()) for row in rows]

    def expired(self, school_ids: Sequence[UUID], before: datetime, kept: Sequence[UUID], most: int) -> list[Expired]:
        """Closed before, not among `kept`, not held, and not asked to be erased already; the longest closed first."""
        of = tables.cases.c
        asked = sa.exists().where(erasures.c.school_id == of.school_id, erasures.c.case_id == of.id)
        held = sa.exists().where(holds.c.school_id == of.school_id, holds.c.case_id == of.id, holds.c.lifted_at.is_(None))
        found = sa.select(of.school_id, of.id.label("case_id"), of.reference, of.phase_since.label("closed_at")).where(
            of.school_id.in_(school_ids), of.phase == "closed", of.phase_since < before, of.id.not_in(kept), ~asked, ~held
        )
        rows = self._session.execute(found.order_by(of.phase_since, of.id).limit(most))
        return [Expired(**row._asdict()) for row in rows]

    def asked(self, school_id: UUID, case_id: UUID) -> bool:
        """Somebody has asked for it; the worker may not have come to it."""
        mine = sa.and_(erasures.c.school_id == school_id, erasures.c.case_id == case_id)
        return self._session.execute(sa.select(erasures.c.case_id).where(mine)).one_or_none() is not None

    def erase(self, school_id: UUID, case_id: UUID, at: datetime) -> None:
        """Everything but the receipt; a second time finds nothing."""
        for table in _BY_AGREEMENT:
            self._delete(table, school_id, table.c.agreement_id.in_(_ids(agreed.agreements, school_id, case_id)))
        for table in (parent_tables.report_reactions, parent_tables.report_addenda):
            self._delete(table, school_id, table.c.report_id.in_(_ids(parent_tables.reports, school_id, case_id)))
        of_expectation = agreed.expectation_evaluations.c.expectation_id.in_(_ids(agreed.expectations, school_id, case_id))
        self._delete(agreed.expectation_evaluations, school_id, of_expectation)
        of_guardian = tables.addresses.c.guardian_id.in_(_ids(tables.guardians, school_id, case_id))
        self._delete(tables.addresses, school_id, of_guardian)
        for table in (tables.deliveries, parent_tables.reply_links):
            of_appointment = table.c.appointment_id.in_(_ids(tables.appointments, school_id, case_id))
            self._delete(table, school_id, of_appointment)
        for table in _BY_CASE:
            self._delete(table, school_id, table.c.case_id == case_id)
        self._delete(tables.cases, school_id, tables.cases.c.id == case_id)
        mine = sa.and_(erasures.c.school_id == school_id, erasures.c.case_id == case_id)
        self._session.execute(sa.update(erasures).where(mine, erasures.c.erased_at.is_(None)).values(erased_at=at))

    def _delete(self, table: sa.Table, school_id: UUID, condition: sa.ColumnElement[bool]) -> None:
        self._session.execute(sa.delete(table).where(table.c.school_id == school_id, condition))


def _ids(table: sa.Table, school_id: UUID, case_id: UUID) -> sa.Select[tuple[UUID]]:
    return sa.select(table.c.id).where(table.c.school_id == school_id, table.c.case_id == case_id)
