"""The table of receipts: that a case was erased, when and at whose word; nothing of whom it was about."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.persistence.columns import at, key, metadata, school, text

erasures = sa.Table(
    "erasures",
    metadata,
    school(),
    key("case_id"),
    text("reference"),
    text("reason"),
    sa.Column("asked_by", sa.Uuid, nullable=False),
    at("asked_at"),
    at("erased_at", optional=True),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
    sa.Index("ix_erasures_asked", "school_id", sa.text("asked_at desc"), sa.text("case_id desc")),
)
