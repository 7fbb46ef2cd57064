"""The tables of what the two sides expect of each other, and agree. Rows are only ever added."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.cases.domain.agreement import WHO
from services.cases.domain.expectation import ANSWERS, DIRECTIONS
from services.cases.domain.sides import SIDES
from services.cases.persistence.columns import at, key, metadata, of_case, one_of, school, text, written


def _of_agreement() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", "agreement_id"], ["agreements.school_id", "agreements.id"])


def _of_version() -> sa.ForeignKeyConstraint:
    columns = ("school_id", "agreement_id", "number")
    return sa.ForeignKeyConstraint(["school_id", "agreement_id", "version"], [f"agreement_versions.{name}" for name in columns])


def _guardian() -> sa.Column[Any]:
    return sa.Column("guardian_id", sa.Uuid, comment="the parent who said so on their own page")


expectations = sa.Table(
    "expectations",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("direction"),
    text("text"),
    sa.Column("guardian_id", sa.Uuid, comment="the parent who wrote it on their own page, and the only parent who reads it"),
    *written(),
    of_case(),
    sa.Index("ix_expectations_case", "school_id", "case_id", "written_at"),
    one_of("direction", tuple(DIRECTIONS)),
)

expectation_evaluations = sa.Table(
    "expectation_evaluations",
    metadata,
    school(),
    key(),
    sa.Column("expectation_id", sa.Uuid, nullable=False),
    text("by"),
    sa.Column("round", sa.Integer, nullable=False),
    _guardian(),
    text("met"),
    text("note", optional=True),
    *written(),
    # One voice speaks once a round, and leads the index by which an expectation's rounds are found.
    sa.UniqueConstraint("school_id", "expectation_id", "by", "round", "guardian_id", postgresql_nulls_not_distinct=True),
    sa.ForeignKeyConstraint(["school_id", "expectation_id"], ["expectations.school_id", "expectations.id"]),
    one_of("by", SIDES),
    one_of("met", ANSWERS),
)

agreements = sa.Table(
    "agreements",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("who"),
    sa.Column("goal_id", sa.Uuid, comment="the shared goal that it serves"),
    sa.Column("changes", sa.Integer, nullable=False),
    text("ended_reason", optional=True),
    text("ended_by_name", optional=True),
    at("ended_at", optional=True),
    of_case(),
    sa.ForeignKeyConstraint(["school_id", "goal_id"], ["statements.school_id", "statements.id"]),
    sa.Index("ix_agreements_case", "school_id", "case_id", "id"),
    sa.Index("ix_agreements_goal", "school_id", "goal_id", postgresql_where=sa.text("goal_id is not null")),
    one_of("who", WHO),
)

agreement_expectations = sa.Table(
    "agreement_expectations",
    metadata,
    school(),
    key("agreement_id"),
    key("expectation_id"),
    _of_agreement(),
    sa.ForeignKeyConstraint(["school_id", "expectation_id"], ["expectations.school_id", "expectations.id"]),
)

agreement_versions = sa.Table(
    "agreement_versions",
    metadata,
    school(),
    key("agreement_id"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    text("what"),
    sa.Column("review_on", sa.Date, nullable=False),
    text("reason", optional=True),
    *written(),
    _of_agreement(),
)

endorsements = sa.Table(
    "endorsements",
    metadata,
    school(),
    key(),
    sa.Column("agreement_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    text("by"),
    sa.Column("endorses", sa.Boolean, nullable=False),
    _guardian(),
    text("note", optional=True),
    *written(),
    _of_version(),
    sa.Index("ix_endorsements_agreement", "school_id", "agreement_id", "id"),
    one_of("by", SIDES),
)

agreement_evaluations = sa.Table(
    "agreement_evaluations",
    metadata,
    school(),
    key(),
    sa.Column("agreement_id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    text("by"),
    text("kept"),
    _guardian(),
    text("note", optional=True),
    *written(),
    _of_version(),
    sa.Index("ix_agreement_evaluations_agreement", "school_id", "agreement_id", "id"),
    one_of("by", SIDES),
    one_of("kept", ANSWERS),
)
