"""The tables of `cases`, and how the domain's objects lie in them. `school_id` leads every key of what belongs to a school."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import foreign, registry, relationship

from services.cases.domain.accounts import ROLES, SCHOOL_ROLES
from services.cases.domain.case import CHANNELS, CUSTODY, Case, Guardian
from services.cases.domain.phases import PHASES
from shared.database import new_metadata

metadata = new_metadata()
mapping = registry(metadata=metadata)

_Instant = sa.DateTime(timezone=True)


def _text(name: str, *, optional: bool = False, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=optional, comment=comment)


def _at(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, _Instant, nullable=optional)


def _school() -> sa.Column[object]:
    return sa.Column("school_id", sa.Uuid, primary_key=True)


def _key(name: str = "id") -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, primary_key=True)


def _readers() -> sa.Column[object]:
    return sa.Column("readers", ARRAY(sa.Text), nullable=False, comment="who may see this row")


def _one_of(column: str, choices: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{each}'" for each in choices)
    return sa.CheckConstraint(f"{column} in ({listed})", column)


def _of_case() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", "case_id"], ["cases.school_id", "cases.id"])


def _newest_first(name: str, *columns: str, by: str = "at") -> sa.Index:
    return sa.Index(name, *columns, sa.text(f"{by} desc"), sa.text("id desc"))


# ── who works here ──

alliances = sa.Table("alliances", metadata, _key(), _text("name"))

accounts = sa.Table(
    "accounts",
    metadata,
    _key("user_id"),
    sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), nullable=False),
    sa.Column("email", sa.Text, nullable=False, unique=True, comment="what somebody logs in with, in lower case"),
    _text("password_hash", optional=True, comment="none: logs in elsewhere only"),
    _text("totp_secret", optional=True),
    sa.Column("totp_last_step", sa.BigInteger, comment="codes up to and including this half minute were used"),
    sa.CheckConstraint("email = lower(email)", "email"),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Uuid, sa.ForeignKey("accounts.user_id"), primary_key=True),
    sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), nullable=False),
    _text("name"),
    _text("first_name"),
    _text("role"),
    _text("email", comment="where colleagues write to"),
    _text("phone", optional=True),
    sa.Column("active", sa.Boolean, nullable=False),
    _one_of("role", ROLES),
)

schools = sa.Table(
    "schools",
    metadata,
    _school(),
    sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), nullable=False, index=True),
    _text("name"),
    _text("brin", optional=True),
)

assignments = sa.Table(
    "assignments",
    metadata,
    _school(),
    _key("user_id"),
    sa.Column("valid_from", sa.Date, primary_key=True),
    sa.Column("valid_until", sa.Date),
    _text("role"),
    _text("name", comment="for colleagues, who cannot read users"),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
    sa.Index("ix_assignments_user", "user_id", "school_id"),
    _one_of("role", SCHOOL_ROLES),
    sa.CheckConstraint("valid_until >= valid_from", "period"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _key(),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("accounts.user_id"), nullable=False, index=True),
    _at("began_at"),
    sa.Column("expires_at", _Instant, nullable=False, index=True),
    _at("ended_at", optional=True),
)

login_failures = sa.Table(
    "login_failures",
    metadata,
    sa.Column("subject", sa.LargeBinary, primary_key=True, comment="keyed hash of what was typed, or of a network address"),
    _text("kind"),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last_at", _Instant, nullable=False, index=True),
)

# ── the record ──

case_counters = sa.Table(
    "case_counters",
    metadata,
    _school(),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
)

cases = sa.Table(
    "cases",
    metadata,
    _school(),
    _key(),
    _text("reference"),
    _text("reason"),
    sa.Column("planned_end_on", sa.Date, nullable=False),
    _at("opened_at"),
    sa.Column("opened_by", sa.Uuid, nullable=False),
    _text("phase"),
    _at("phase_since", optional=True),
    _text("paused_from", optional=True),
    _text("child_first_name", optional=True),
    _text("child_last_name", optional=True),
    _text("child_group", optional=True),
    sa.Column("assigned_to", sa.Uuid),
    sa.Column("version", sa.Integer, nullable=False),
    _text("search_text", comment="names and reference without capitals and accents"),
    sa.UniqueConstraint("school_id", "reference"),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
    _newest_first("ix_cases_opened", "school_id", by="opened_at"),
    _newest_first("ix_cases_phase", "school_id", "phase", by="opened_at"),
    _newest_first("ix_cases_assigned", "school_id", "assigned_to", by="opened_at"),
    _one_of("phase", PHASES),
)

guardians = sa.Table(
    "guardians",
    metadata,
    _school(),
    _key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("position", sa.SmallInteger, nullable=False),
    _text("first_name"),
    _text("last_name"),
    _text("relation"),
    _text("language"),
    _text("email", optional=True),
    _text("phone", optional=True),
    _text("custody"),
    sa.Column("interpreter_needed", sa.Boolean, nullable=False),
    _text("channel"),
    sa.Column("address_secret", sa.Boolean, nullable=False),
    _of_case(),
    sa.Index("ix_guardians_case", "school_id", "case_id", "position"),
    _one_of("custody", CUSTODY),
    _one_of("channel", CHANNELS),
)

addresses = sa.Table(
    "addresses",
    metadata,
    _school(),
    _key("guardian_id"),
    sa.Column("secret", sa.Boolean, nullable=False),
    _text("street"),
    _text("house_number"),
    _text("postcode"),
    _text("city"),
    sa.ForeignKeyConstraint(["school_id", "guardian_id"], ["guardians.school_id", "guardians.id"]),
)

stories = sa.Table(
    "stories",
    metadata,
    _school(),
    _key("case_id"),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    _text("text"),
    sa.Column("told_by", sa.Uuid, comment="the guardian who told it"),
    _readers(),
    sa.Column("written_by", sa.Uuid, nullable=False),
    _text("written_by_name"),
    _at("written_at"),
    _of_case(),
    sa.ForeignKeyConstraint(["school_id", "told_by"], ["guardians.school_id", "guardians.id"]),
)

statements = sa.Table(
    "statements",
    metadata,
    _school(),
    _key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    _text("kind"),
    _text("of", optional=True, comment="whose strength"),
    _text("text"),
    _readers(),
    sa.Column("written_by", sa.Uuid, nullable=False),
    _text("written_by_name"),
    _at("written_at"),
    _of_case(),
    sa.Index("ix_statements_case", "school_id", "case_id", "written_at", "id"),
    _one_of("kind", ("wish", "strength", "goal")),
    sa.CheckConstraint("(kind = 'strength') = (\"of\" is not null)", "of"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    _school(),
    _key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    _at("at"),
    _text("kind"),
    sa.Column("actor_id", sa.Uuid),
    _text("actor_name", optional=True),
    sa.Column("about_id", sa.Uuid),
    sa.Column("data", JSONB, nullable=False),
    _readers(),
    _of_case(),
    _newest_first("ix_timeline_case", "school_id", "case_id"),
)

access_log = sa.Table(
    "access_log",
    metadata,
    _school(),
    _key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    _at("at"),
    sa.Column("user_id", sa.Uuid, nullable=False),
    _text("user_name"),
    _text("role"),
    _text("on_behalf_of", optional=True),
    _text("action"),
    _text("what"),
    _text("basis", comment="why it was allowed"),
    _readers(),
    _of_case(),
    _newest_first("ix_access_log_case", "school_id", "case_id"),
    _one_of("action", ("create", "read", "change")),
)

# ── copies of what other services told ──

appointments = sa.Table(
    "appointments",
    metadata,
    _school(),
    _key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    _text("kind"),
    _text("place"),
    _at("starts_at"),
    _at("ends_at"),
    _text("status"),
    sa.Column("host_id", sa.Uuid, nullable=False),
    sa.Column("participants", JSONB, nullable=False),
    _of_case(),
    sa.Index("ix_appointments_case", "school_id", "case_id", "starts_at"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    _school(),
    _key("appointment_id"),
    _key("person_id"),
    _text("status"),
    _at("at"),
)

mapping.map_imperatively(Guardian, guardians)
mapping.map_imperatively(
    Case,
    cases,
    properties={
        "guardians": relationship(
            Guardian,
            order_by=guardians.c.position,
            lazy="selectin",
            primaryjoin=sa.and_(cases.c.school_id == foreign(guardians.c.school_id), cases.c.id == foreign(guardians.c.case_id)),
        )
    },
)
