"""The tables of what guardians are asked, of how they come in, and of the reports that are put to them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from services.cases.domain.asks import WHAT
from services.cases.persistence.columns import at, key, metadata, of_case, one_of, readers, school, text, written


def _case() -> sa.Column[Any]:
    return sa.Column("case_id", sa.Uuid, nullable=False)


def _of_guardian() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", "guardian_id"], ["guardians.school_id", "guardians.id"])


def _of_report() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", "report_id"], ["reports.school_id", "reports.id"])


asks = sa.Table(
    "asks",
    metadata,
    school(),
    key(),
    _case(),
    sa.Column("guardian_id", sa.Uuid, nullable=False),
    text("what"),
    sa.Column("about_id", sa.Uuid),
    text("asked_by_name"),
    at("asked_at"),
    at("expires_at"),
    sa.Column("answer_before", sa.Date),
    at("opened_at", optional=True),
    of_case(),
    _of_guardian(),
    sa.Index("ix_asks_case", "school_id", "case_id", "asked_at"),
    one_of("what", WHAT),
)

entries = sa.Table(
    "entries",
    metadata,
    school(),
    key(),
    _case(),
    sa.Column("guardian_id", sa.Uuid, nullable=False),
    sa.Column("ask_id", sa.Uuid, nullable=False),
    sa.Column("code_hash", sa.LargeBinary, nullable=False, comment="keyed; the code itself is nowhere here"),
    at("sent_at"),
    at("expires_at"),
    sa.Column("tries", sa.SmallInteger, nullable=False),
    at("open_until", optional=True),
    of_case(),
    _of_guardian(),
    sa.Index("ix_entries_guardian", "school_id", "guardian_id", "sent_at"),
)

reply_links = sa.Table(
    "reply_links",
    metadata,
    school(),
    key("appointment_id"),
    key("person_id"),
    text("token", comment="opens the guardian's own reply page; no member of staff reads it"),
)

reports = sa.Table(
    "reports",
    metadata,
    school(),
    key(),
    _case(),
    sa.Column("talk_on", sa.Date, nullable=False),
    text("held_by"),
    text("text"),
    readers(),
    *written(),
    sa.Column("appointment_id", sa.Uuid),
    sa.Column("changes", sa.Integer, nullable=False),
    sa.Column("awaiting", ARRAY(sa.Uuid), nullable=False, comment="the guardians who were asked and did not say yet"),
    at("presented_at", optional=True),
    at("finished_at", optional=True),
    text("finished_why", optional=True),
    of_case(),
    sa.Index("ix_reports_case", "school_id", "case_id", "talk_on", "id"),
)

report_reactions = sa.Table(
    "report_reactions",
    metadata,
    school(),
    key(),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("approves", sa.Boolean, nullable=False),
    text("remarks", optional=True),
    sa.Column("guardian_id", sa.Uuid, comment="who said so on their own page"),
    *written(),
    _of_report(),
    sa.UniqueConstraint("school_id", "report_id", "guardian_id"),
)

report_addenda = sa.Table(
    "report_addenda",
    metadata,
    school(),
    key(),
    sa.Column("report_id", sa.Uuid, nullable=False),
    text("text"),
    *written(),
    _of_report(),
    sa.Index("ix_report_addenda_report", "school_id", "report_id", "id"),
)
