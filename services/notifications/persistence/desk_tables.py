"""The tables of what people decide at their desks: settings, what they did, and whom they called."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.notifications.persistence.tables import metadata

_Instant = sa.DateTime(timezone=True)

# What an administrator decided about a language; it holds nothing about anybody.
language_settings = sa.Table(
    "language_settings",
    metadata,
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("fallback", sa.Text, nullable=False, comment="how mail is written until a native speaker has read the texts"),
    sa.Column("read_at", _Instant, comment="when a native speaker had read the texts"),
    sa.Column("changed_at", _Instant, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.CheckConstraint("fallback in ('both', 'alone', 'dutch')", "fallback"),
)

trial_modes = sa.Table(
    "trial_modes",
    metadata,
    sa.Column("school_id", sa.Uuid, primary_key=True),
    sa.Column("allowed", sa.ARRAY(sa.Text), nullable=False),
    sa.Column("since", _Instant, nullable=False),
    sa.Column("by_name", sa.Text, nullable=False),
)

# Append-only: no role of ours may change or delete a row.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("school_id", sa.Uuid, primary_key=True, comment="nil: the alliance's"),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", _Instant, nullable=False),
    sa.Column("actor_id", sa.Uuid, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False, comment="an id or a name of a template; never a parent's"),
    sa.Column("details", JSONB, nullable=False),
    sa.Index("ix_audit_subject", "subject", "id"),
)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("school_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("case_id", sa.Uuid),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("at", _Instant, nullable=False),
    sa.Column("by_id", sa.Uuid, nullable=False),
    sa.Column("by_name", sa.Text, nullable=False),
    sa.CheckConstraint("outcome in ('reached', 'not_reached', 'letter', 'otherwise')", "outcome"),
    sa.Index("ix_contacts_person", "school_id", "person_id", "id"),
)
