"""The tables of how a case goes on: how long it is given. Rows are only ever added."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.persistence.columns import key, metadata, of_case, school, text, written

changed_ends = sa.Table(
    "changed_ends",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("was_on", sa.Date, nullable=False),
    sa.Column("is_on", sa.Date, nullable=False),
    text("reason", optional=True),
    *written(),
    of_case(),
    sa.Index("ix_changed_ends_case", "school_id", "case_id", "written_at", "id"),
)
