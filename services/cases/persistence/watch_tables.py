"""The tables of emergency access, and of which overviews of a morning were made."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.persistence.columns import at, key, metadata, of_case, school, text

emergency_accesses = sa.Table(
    "emergency_accesses",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("user_id", sa.Uuid, nullable=False),
    text("user_name"),
    text("role"),
    text("reason"),
    at("at"),
    at("expires_at"),
    of_case(),
    sa.Index("ix_emergency_accesses_at", "school_id", "at"),
)

digests = sa.Table(
    "digests",
    metadata,
    school(),
    key("user_id"),
    sa.Column("on", sa.Date, primary_key=True),
)
