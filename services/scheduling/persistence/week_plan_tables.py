"""The tables of week plans. A plan crosses schools and belongs to who made it; what it says of a family is kept per school."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.scheduling.persistence.tables import metadata

_Instant = sa.DateTime(timezone=True)

week_plans = sa.Table(
    "week_plans",
    metadata,
    sa.Column("user_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("monday", sa.Date, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("seed", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("percent", sa.SmallInteger, nullable=False),
    sa.Column("planned", sa.SmallInteger, nullable=False),
    sa.Column("travel", sa.Integer, nullable=False),
    sa.Column("value", sa.Integer),
    sa.Column("value_bound", sa.Integer),
    sa.Column("travel_bound", sa.Integer),
    sa.Column("changed", sa.Boolean, nullable=False),
    sa.Column("school_ids", ARRAY(sa.Uuid), nullable=False, comment="whose visits are in it, for the worker"),
    sa.Column("problem", JSONB, nullable=False, comment="minutes and numbers alone"),
    sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("claimed_until", _Instant),
    sa.Column("created_at", _Instant, nullable=False),
    sa.CheckConstraint("state in ('queued','solving','proposed','failed','cancelled')", "state"),
    sa.Index("ix_week_plans_waiting", "created_at", postgresql_where=sa.text("state in ('queued','solving')")),
)

week_plan_visits = sa.Table(
    "week_plan_visits",
    metadata,
    sa.Column("school_id", sa.Uuid, primary_key=True),
    sa.Column("plan_id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.Uuid, primary_key=True),
    sa.Column("user_id", sa.Uuid, nullable=False),
    sa.Column("number", sa.SmallInteger, nullable=False, comment="in the problem"),
    sa.Column("minutes", sa.SmallInteger, nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("participant_ids", ARRAY(sa.Uuid), nullable=False),
    sa.Column("windows", JSONB, nullable=False),
    sa.Column("starts_at", _Instant),
    sa.Column("reason", sa.Text),
    sa.Column("appointment_id", sa.Uuid),
    sa.Column("refusal", sa.Text),
    sa.Index("ix_week_plan_visits_plan", "plan_id", "school_id"),
    sa.Index("ix_week_plan_visits_case", "school_id", "case_id"),
)
