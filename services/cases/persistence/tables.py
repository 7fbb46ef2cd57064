"""The tables of `cases`, and how the domain's objects lie in them. `school_id` leads every key of what belongs to a school."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import foreign, relationship

from services.cases.domain.accounts import ROLES, SCHOOL_ROLES
from services.cases.domain.case import CHANNELS, CUSTODY, Case, Guardian
from services.cases.domain.efforts import COACHED
from services.cases.domain.phases import PHASES
from services.cases.persistence.columns import (
    INSTANT,
    at,
    key,
    mapping,
    metadata,
    newest_first,
    of_case,
    one_of,
    readers,
    school,
    text,
)


def _version() -> sa.Column[object]:
    return sa.Column("version", sa.Integer, nullable=False, server_default="1")


# ── who works here ──

alliances = sa.Table(
    "alliances",
    metadata,
    key(),
    text("name"),
    sa.Column("retention_years", sa.Integer, nullable=False, server_default="3", comment="that a closed case is kept"),
    sa.Column("purges_daily", sa.Boolean, nullable=False, server_default="false"),
    sa.Column("purge_set_by", sa.Uuid, comment="in whose name the daily run erases"),
    sa.Column("totp_required_from", sa.Date, comment="from this day nobody logs in by password alone"),
    _version(),
)

accounts = sa.Table(
    "accounts",
    metadata,
    key("user_id"),
    sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), nullable=False),
    sa.Column("email", sa.Text, nullable=False, unique=True, comment="what somebody logs in with, in lower case"),
    text("password_hash", optional=True, comment="none: logs in elsewhere only"),
    text("totp_secret", optional=True),  # sealed, as the pending one is: adapters/seal.py
    sa.Column("totp_last_step", sa.BigInteger, comment="codes up to and including this half minute were used"),
    text("totp_pending", optional=True, comment="a secret that was shown and not yet confirmed by a code"),
    sa.Column("totp_pending_id", sa.Uuid),
    at("totp_pending_until", optional=True),
    sa.CheckConstraint("email = lower(email)", "email"),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Uuid, sa.ForeignKey("accounts.user_id"), primary_key=True),
    sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), nullable=False),
    text("name"),
    text("first_name"),
    text("role"),
    text("email", comment="where colleagues write to"),
    text("phone", optional=True),
    sa.Column("active", sa.Boolean, nullable=False),
    _version(),
    one_of("role", ROLES),
)

schools = sa.Table(
    "schools",
    metadata,
    school(),
    sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), nullable=False, index=True),
    text("name"),
    text("brin", optional=True),
    sa.Column("stopped_on", sa.Date, comment="the last day on which it takes part"),
    _version(),
)

assignments = sa.Table(
    "assignments",
    metadata,
    school(),
    key("user_id"),
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_until", sa.Date),
    text("role"),
    text("name", comment="for colleagues, who cannot read users"),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
    sa.Index("ix_assignments_user", "user_id", "school_id"),
    one_of("role", SCHOOL_ROLES),
    sa.CheckConstraint("valid_until >= valid_from", "period"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    key(),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("accounts.user_id"), nullable=False, index=True),
    at("began_at"),
    sa.Column("expires_at", INSTANT, nullable=False, index=True),
    at("ended_at", optional=True),
    text("device", optional=True, comment="browser and system, in two words"),
)

login_failures = sa.Table(
    "login_failures",
    metadata,
    sa.Column("subject", sa.LargeBinary, primary_key=True, comment="keyed hash of what was typed, or of a network address"),
    text("kind"),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", INSTANT, nullable=False, index=True),
)

# ── the record ──

case_counters = sa.Table(
    "case_counters",
    metadata,
    school(),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
)

cases = sa.Table(
    "cases",
    metadata,
    school(),
    key(),
    text("reference"),
    text("reason"),
    sa.Column("planned_end_on", sa.Date, nullable=False),
    at("opened_at"),
    sa.Column("opened_by", sa.Uuid, nullable=False),
    text("phase"),
    at("phase_since", optional=True),
    text("paused_from", optional=True),
    text("pause_reason", optional=True),
    sa.Column("resume_on", sa.Date),
    text("coaching_of", optional=True, comment="whom a case without a child helps"),
    text("external_reference", optional=True, comment="what it is called in a system of the alliance's or the school's"),
    sa.Column("reopened_from", sa.Uuid, comment="the closed case that this one goes on from, while it is kept"),
    text("child_first_name", optional=True),
    text("child_last_name", optional=True),
    text("child_group", optional=True),
    sa.Column("assigned_to", sa.Uuid),
    sa.Column("version", sa.Integer, nullable=False),
    text("search_text", comment="names and reference without capitals and accents"),
    sa.UniqueConstraint("school_id", "reference"),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
    # The older case is erased in its own time, and the newer one stays.
    sa.ForeignKeyConstraint(["school_id", "reopened_from"], ["cases.school_id", "cases.id"], ondelete="SET NULL (reopened_from)"),
    sa.Index(
        "ix_cases_reopened", "school_id", "reopened_from", unique=True, postgresql_where=sa.text("reopened_from is not null")
    ),
    newest_first("ix_cases_opened", "school_id", by="opened_at"),
    newest_first("ix_cases_phase", "school_id", "phase", by="opened_at"),
    newest_first("ix_cases_assigned", "school_id", "assigned_to", by="opened_at"),
    one_of("phase", PHASES),
    one_of("coaching_of", COACHED),
)

guardians = sa.Table(
    "guardians",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("position", sa.SmallInteger, nullable=False),
    text("first_name"),
    text("last_name"),
    text("relation"),
    text("language"),
    text("email", optional=True),
    text("phone", optional=True),
    text("custody"),
    sa.Column("interpreter_needed", sa.Boolean, nullable=False),
    text("channel"),
    sa.Column("address_secret", sa.Boolean, nullable=False),
    at("email_since", optional=True),
    of_case(),
    sa.Index("ix_guardians_case", "school_id", "case_id", "position"),
    one_of("custody", CUSTODY),
    one_of("channel", CHANNELS),
)

addresses = sa.Table(
    "addresses",
    metadata,
    school(),
    key("guardian_id"),
    sa.Column("secret", sa.Boolean, nullable=False),
    text("street"),
    text("house_number"),
    text("postcode"),
    text("city"),
    sa.ForeignKeyConstraint(["school_id", "guardian_id"], ["guardians.school_id", "guardians.id"]),
)

stories = sa.Table(
    "stories",
    metadata,
    school(),
    key("case_id"),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    text("text"),
    sa.Column("told_by", sa.Uuid, comment="the guardian who told it"),
    readers(),
    sa.Column("written_by", sa.Uuid, nullable=False),
    text("written_by_name"),
    at("written_at"),
    of_case(),
    sa.ForeignKeyConstraint(["school_id", "told_by"], ["guardians.school_id", "guardians.id"]),
)

statements = sa.Table(
    "statements",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("kind"),
    text("of", optional=True, comment="whose strength"),
    text("text"),
    readers(),
    sa.Column("guardian_id", sa.Uuid, comment="the parent who wrote it on their own page, and the only parent who reads it"),
    sa.Column("written_by", sa.Uuid, nullable=False),
    text("written_by_name"),
    at("written_at"),
    of_case(),
    sa.Index("ix_statements_case", "school_id", "case_id", "written_at", "id"),
    one_of("kind", ("wish", "strength", "goal", "addition")),
    sa.CheckConstraint("(kind = 'strength') = (\"of\" is not null)", "of"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    at("at"),
    text("kind"),
    sa.Column("actor_id", sa.Uuid),
    text("actor_name", optional=True),
    sa.Column("about_id", sa.Uuid),
    sa.Column("data", JSONB, nullable=False),
    readers(),
    of_case(),
    newest_first("ix_timeline_case", "school_id", "case_id"),
)

access_log = sa.Table(
    "access_log",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    at("at"),
    sa.Column("user_id", sa.Uuid, nullable=False),
    text("user_name"),
    text("role"),
    text("on_behalf_of", optional=True),
    text("action"),
    text("what"),
    text("basis", comment="why it was allowed"),
    readers(),
    of_case(),
    newest_first("ix_access_log_case", "school_id", "case_id"),
    one_of("action", ("create", "read", "change")),
)

# ── copies of what other services told ──

appointments = sa.Table(
    "appointments",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("kind"),
    text("place"),
    at("starts_at"),
    at("ends_at"),
    text("status"),
    sa.Column("host_id", sa.Uuid, nullable=False),
    sa.Column("participants", JSONB, nullable=False),
    of_case(),
    sa.Index("ix_appointments_case", "school_id", "case_id", "starts_at"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    school(),
    key("appointment_id"),
    key("person_id"),
    text("status"),
    at("at"),
)

mapping.map_imperatively(Guardian, guardians)
mapping.map_imperatively(
    Case,
    cases,
    properties={
        "guardians": relationship(
            Guardian,
            order_by=guardians.c.position,
            lazy="joined",
            primaryjoin=sa.and_(cases.c.school_id == foreign(guardians.c.school_id), cases.c.id == foreign(guardians.c.case_id)),
        )
    },
)
