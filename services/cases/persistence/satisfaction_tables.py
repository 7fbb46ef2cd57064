"""The tables of how parents, school and child look back: what each said, for its readers, and the bare scores, for figures."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from services.cases.domain.satisfaction import ANSWERS, MOMENTS, OF
from services.cases.persistence.columns import key, metadata, of_case, one_of, readers, school, text, written

CLOSED = ("enjoys", "heard", "clear", "helped")


def _scores() -> list[Any]:
    return [
        sa.Column("case_id", sa.Uuid, nullable=False),
        text("moment"),
        text("of"),
        sa.Column("grade", sa.SmallInteger),
        *(text(name, optional=True) for name in CLOSED),
        of_case(),
        one_of("moment", MOMENTS),
        one_of("of", OF),
        sa.CheckConstraint("grade between 1 and 10", "grade"),
        *(one_of(name, ANSWERS) for name in CLOSED),
    ]


satisfaction = sa.Table(
    "satisfaction",
    metadata,
    school(),
    key(),
    *_scores(),
    text("remark", optional=True),
    readers(),
    sa.Column("guardian_id", sa.Uuid, comment="the parent whose answers these are, and the only parent who reads them"),
    *written(),
    # Each once at each moment: who changes their mind does so in a talk.
    sa.UniqueConstraint("school_id", "case_id", "of", "moment", "guardian_id", postgresql_nulls_not_distinct=True),
)

satisfaction_scores = sa.Table(
    "satisfaction_scores",
    metadata,
    school(),
    key(),
    *_scores(),
    sa.Column("on", sa.Date, nullable=False),
    sa.Index("ix_satisfaction_scores_on", "school_id", "on"),
)
