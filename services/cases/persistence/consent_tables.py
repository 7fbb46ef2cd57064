"""The tables of consents and of what parents were informed of."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.domain.consents import WAYS
from services.cases.persistence.columns import at, key, metadata, of_case, one_of, school, text, written


def _of_guardian(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", column], ["guardians.school_id", "guardians.id"])


consents = sa.Table(
    "consents",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("given_by", sa.Uuid, nullable=False, comment="a guardian"),
    text("purpose"),
    text("scope"),
    sa.Column("given_on", sa.Date, nullable=False),
    *written(),
    at("withdrawn_at", optional=True),
    text("withdrawn_by_name", optional=True),
    of_case(),
    _of_guardian("given_by"),
    sa.Index("ix_consents_case", "school_id", "case_id", "given_on", "id"),
)

informed = sa.Table(
    "informed",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("guardian_id", sa.Uuid, nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    text("way"),
    text("about"),
    *written(),
    of_case(),
    _of_guardian("guardian_id"),
    sa.Index("ix_informed_case", "school_id", "case_id", "on", "id"),
    one_of("way", WAYS),
)
