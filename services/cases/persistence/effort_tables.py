"""The tables of time given and of coaching. Rows are only ever added."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.domain.efforts import COACHED, INVESTORS, MOST_MINUTES
from services.cases.persistence.columns import key, metadata, of_case, one_of, readers, school, text, written


def _minutes() -> tuple[sa.Column[int], sa.CheckConstraint]:
    return sa.Column("minutes", sa.Integer, nullable=False), sa.CheckConstraint(
        f"minutes between 1 and {MOST_MINUTES}", "minutes"
    )


time_entries = sa.Table(
    "time_entries",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("by"),
    sa.Column("on", sa.Date, nullable=False),
    text("purpose"),
    *_minutes(),
    *written(),
    of_case(),
    sa.Index("ix_time_entries_case", "school_id", "case_id", "on", "id"),
    one_of("by", INVESTORS),
)

coaching = sa.Table(
    "coaching",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("coached"),
    text("topic"),
    sa.Column("on", sa.Date, nullable=False),
    *_minutes(),
    readers(),
    *written(),
    of_case(),
    sa.Index("ix_coaching_case", "school_id", "case_id", "on", "id"),
    one_of("coached", COACHED),
)
