"""The tables of who accompanies a case, and of handing it over. A period or a hand-over is ended, and never removed."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.domain.case_staff import PLACES
from services.cases.persistence.columns import at, key, metadata, of_case, one_of, readers, school, text, written

case_staff = sa.Table(
    "case_staff",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("place"),
    sa.Column("user_id", sa.Uuid, nullable=False),
    text("user_name"),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date, comment="before valid_from: it never began"),
    text("assigned_by_name"),
    at("assigned_at"),
    of_case(),
    sa.Index("ix_case_staff_case", "school_id", "case_id", "valid_from", "id"),
    sa.Index("ix_case_staff_user", "school_id", "user_id", "place", "case_id"),
    one_of("place", PLACES),
)

handovers = sa.Table(
    "handovers",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("from_name", optional=True),
    sa.Column("to_id", sa.Uuid, nullable=False),
    text("to_name"),
    sa.Column("takes_effect_on", sa.Date, nullable=False),
    *written(),
    at("taken_at", optional=True),
    at("accepted_at", optional=True),
    at("withdrawn_at", optional=True),
    of_case(),
    sa.Index("ix_handovers_case", "school_id", "case_id", "written_at", "id"),
    sa.Index("ix_handovers_to", "school_id", "to_id", "case_id"),
    sa.Index("ix_handovers_due", "takes_effect_on", postgresql_where=sa.text("taken_at is null and withdrawn_at is null")),
)

# Apart from the hand-over, which everybody in the case may know of: what was said with it is its readers' alone.
handover_notes = sa.Table(
    "handover_notes",
    metadata,
    school(),
    key("handover_id"),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("note"),
    readers(),
    of_case(),
    sa.ForeignKeyConstraint(["school_id", "handover_id"], ["handovers.school_id", "handovers.id"]),
)
