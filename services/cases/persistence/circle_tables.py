"""The tables of who else is involved, and of how the child sees it."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.domain.child_view import FORMS
from services.cases.domain.involved import PARTS
from services.cases.persistence.columns import key, metadata, of_case, one_of, readers, school, text, written

involved = sa.Table(
    "involved",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("part"),
    text("part_name", optional=True),
    text("name"),
    text("organisation"),
    text("phone", optional=True),
    text("email", optional=True),
    sa.Column("since", sa.Date),
    sa.Column("until", sa.Date),
    readers(),
    *written(),
    sa.Column("changes", sa.Integer, nullable=False),
    of_case(),
    sa.Index("ix_involved_case", "school_id", "case_id", "written_at", "id"),
    one_of("part", PARTS),
)

child_views = sa.Table(
    "child_views",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("heard_on", sa.Date, nullable=False),
    text("heard_by"),
    text("form"),
    text("text"),
    readers(),
    *written(),
    of_case(),
    sa.Index("ix_child_views_case", "school_id", "case_id", "heard_on", "id"),
    one_of("form", FORMS),
)
