"""The tables of an alliance's own affairs: teams, invitations, what administrators did, and what they may know of an account.

`alliance_id` leads the keys of what belongs to an alliance and to no one school.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.cases.persistence.columns import INSTANT, at, key, metadata, of_case, school, text


def _alliance() -> sa.Column[object]:
    return sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), primary_key=True)


def _of_team() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["alliance_id", "team_id"], ["teams.alliance_id", "teams.id"])


teams = sa.Table(
    "teams",
    metadata,
    _alliance(),
    key(),
    text("name"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.UniqueConstraint("alliance_id", "name"),
)

team_schools = sa.Table(
    "team_schools",
    metadata,
    school(),
    key("team_id"),
    sa.Column("alliance_id", sa.Uuid, nullable=False),
    _of_team(),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
    sa.Index("ix_team_schools_team", "alliance_id", "team_id"),
)

team_members = sa.Table(
    "team_members",
    metadata,
    _alliance(),
    key("team_id"),
    key("user_id"),
    _of_team(),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
    sa.Index("ix_team_members_user", "user_id"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    _alliance(),
    key(),
    sa.Column("user_id", sa.Uuid, sa.ForeignKey("accounts.user_id"), nullable=False),
    text("purpose", comment="invitation, or new_password for who forgot theirs"),
    at("invited_at"),
    sa.Column("invited_by", sa.Uuid, nullable=False),
    at("expires_at"),
    at("used_at", optional=True),
    at("withdrawn_at", optional=True),
    sa.Index("ix_invitations_user", "user_id", sa.text("invited_at desc")),
)

administration_log = sa.Table(
    "administration_log",
    metadata,
    _alliance(),
    key(),
    at("at"),
    sa.Column("actor_id", sa.Uuid, nullable=False),
    text("actor_name"),
    text("action"),
    sa.Column("about_id", sa.Uuid),
    text("about_name", optional=True),
    sa.Column("data", JSONB, nullable=False, comment="what was chosen; never a secret"),
    sa.Index("ix_administration_log_newest", "alliance_id", sa.text("at desc"), sa.text("id desc")),
    sa.Index("ix_administration_log_action", "alliance_id", "action", sa.text("at desc")),
)

account_facts = sa.Table(
    "account_facts",
    metadata,
    key("user_id"),
    sa.Column("alliance_id", sa.Uuid, sa.ForeignKey("alliances.id"), nullable=False, index=True),
    at("made_at"),
    at("password_set_at", optional=True),
    sa.Column("totp_since", INSTANT, comment="none: logs in by password alone"),
    at("last_login_at", optional=True),
    sa.ForeignKeyConstraint(["user_id"], ["accounts.user_id"]),
    comment="what an administrator may know of an account",
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    key("user_id"),
    sa.Column("code_hash", sa.LargeBinary, primary_key=True, comment="keyed; good for one login instead of the app's code"),
    at("made_at"),
    at("used_at", optional=True),
    sa.ForeignKeyConstraint(["user_id"], ["accounts.user_id"]),
)

holds = sa.Table(
    "holds",
    metadata,
    school(),
    key(),
    sa.Column("case_id", sa.Uuid, nullable=False),
    text("reason"),
    at("set_at"),
    sa.Column("set_by", sa.Uuid, nullable=False),
    text("set_by_name"),
    at("lifted_at", optional=True),
    sa.Column("lifted_by", sa.Uuid),
    text("lifted_by_name", optional=True),
    of_case(),
    # One at a time: the second of two administrators meets the first one's.
    sa.Index("uq_holds_open", "school_id", "case_id", unique=True, postgresql_where=sa.text("lifted_at is null")),
)

purge_runs = sa.Table(
    "purge_runs",
    metadata,
    _alliance(),
    sa.Column("on", sa.Date, primary_key=True),
    at("at"),
    sa.Column("found", sa.Integer, nullable=False, comment="how many cases were to be erased"),
    comment="a day's run, which comes once however many workers there are",
)
