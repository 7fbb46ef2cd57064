"""The tables of `notifications`. `school_id` leads every key."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from shared.database import new_metadata

metadata = new_metadata()

_Instant = sa.DateTime(timezone=True)

_STATUSES = "'queued', 'scheduled', 'sending', 'sent', 'bounced', 'suppressed', 'cancelled', 'expired', 'uncertain', 'failed'"

_HOLDS_A_SECRET = sa.text("facts ?| array['reply_token', 'token']")


def _school() -> sa.Column[object]:
    return sa.Column("school_id", sa.Uuid, primary_key=True)


def _id(name: str = "id") -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, primary_key=True)


def _of_message() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", "message_id"], ["messages.school_id", "messages.id"], ondelete="CASCADE")


# Projections: kept from the events of `cases`, never written otherwise.

schools = sa.Table("schools", metadata, _school(), sa.Column("name", sa.Text, nullable=False))

people = sa.Table(
    "people",
    metadata,
    _school(),
    _id("person_id"),
    sa.Column("case_id", sa.Uuid, nullable=False),
    sa.Column("first_name", sa.Text, nullable=False),
    sa.Column("last_name", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("interpreter_needed", sa.Boolean, nullable=False),
    sa.Index("ix_people_case", "school_id", "case_id"),
)

staff = sa.Table(
    "staff",
    metadata,
    _school(),
    _id("person_id"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("first_name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),
)

# How colleagues are reached, whatever their schools: the worker's alone, who writes to them.
colleagues = sa.Table(
    "colleagues",
    metadata,
    sa.Column("person_id", sa.Uuid, primary_key=True),
    sa.Column("full_name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("role", sa.Text, comment="null: not known yet, only invited"),
    sa.Column("active", sa.Boolean, nullable=False),
)

# What guardians answered: who cannot come is not reminded.
answers = sa.Table(
    "answers",
    metadata,
    _school(),
    _id("appointment_id"),
    _id("person_id"),
    sa.Column("response", sa.Text, nullable=False),
)

messages = sa.Table(
    "messages",
    metadata,
    _school(),
    _id(),
    sa.Column("case_id", sa.Uuid),
    sa.Column("person_id", sa.Uuid, nullable=False),
    sa.Column("about_id", sa.Uuid, comment="the appointment, agreement or evaluation that it is about"),
    sa.Column("sequence", sa.Integer, nullable=False, comment="the version of what it is about"),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("template_version", sa.Integer),
    sa.Column("template_hash", sa.Text),
    sa.Column("dedup_key", sa.Text, nullable=False),
    sa.Column("facts", JSONB, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("recipient", sa.Text, comment="the address that was used"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_at", _Instant, nullable=False),
    sa.Column("not_before", _Instant),
    sa.Column("expires_at", _Instant),
    sa.Column("sent_at", _Instant),
    sa.Column("answer", sa.Text, comment="the mail server's last words"),
    sa.Column("settled_at", _Instant, comment="when a person had told the parent otherwise"),
    sa.UniqueConstraint("school_id", "dedup_key"),
    sa.CheckConstraint(f"status in ({_STATUSES})", "status"),
    sa.Index("ix_messages_case", "school_id", "case_id", "id"),
    sa.Index("ix_messages_status", "school_id", "status", "id"),
    sa.Index(
        "ix_messages_to_call",
        "school_id",
        "person_id",
        "id",
        postgresql_where=sa.text("status in ('failed', 'bounced', 'suppressed') and settled_at is null"),
    ),
    sa.Index("ix_messages_about", "school_id", "about_id", "person_id"),
    sa.Index("ix_messages_secrets", "school_id", "expires_at", postgresql_where=_HOLDS_A_SECRET),
)

# What parents got, with their secret link cut out; erased by term, apart from the message's own row.
message_copies = sa.Table(
    "message_copies",
    metadata,
    _school(),
    _id("message_id"),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("written_at", _Instant, nullable=False),
    sa.Index("ix_message_copies_written", "school_id", "written_at"),
    _of_message(),
)

attempts = sa.Table(
    "attempts",
    metadata,
    _school(),
    _id("message_id"),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("started_at", _Instant, nullable=False),
    sa.Column("handed_over_at", _Instant),
    sa.Column("ended_at", _Instant),
    sa.Column("code", sa.Integer),
    sa.Column("answer", sa.Text),
    sa.CheckConstraint("stage in ('claimed', 'handing_over', 'accepted', 'refused', 'unknown', 'let_go', 'lost')", "stage"),
    _of_message(),
)

# One row for each message that is still to be sent; ids and times only, so that the dispatcher may see all schools'.
# `due_at` is from when a worker may take it: a claim moves it past the lease, and so needs no other mark. Once due it gets
# a `turn` in the line of its urgency, schools side by side: the n-th of every school comes before anybody's n+1st.
dispatch_queue = sa.Table(
    "dispatch_queue",
    metadata,
    _school(),
    _id("message_id"),
    sa.Column("due_at", _Instant, nullable=False),
    sa.Column("urgency", sa.SmallInteger, nullable=False),
    sa.Column("turn", sa.BigInteger, comment="null until it is due, and while a worker has it"),
    sa.Index("ix_dispatch_queue_waiting", "urgency", "due_at", postgresql_where=sa.text("turn is null")),
    sa.Index("ix_dispatch_queue_line", "urgency", "turn", "message_id", postgresql_where=sa.text("turn is not null")),
    sa.Index("ix_dispatch_queue_place", "school_id", "urgency", "turn", postgresql_where=sa.text("turn is not null")),
    _of_message(),
)

# How much may still leave, per school and per receiving domain: all workers draw from the same. Nothing of anybody, and gone
# after a day without mail.
rate_buckets = sa.Table(
    "rate_buckets",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("tokens", sa.Double, nullable=False),
    sa.Column("as_of", _Instant, nullable=False),
    sa.Column("spread_until", _Instant, nullable=False),
)

# An address that mail came back from: this school writes to it no more until the term is over or a person lifts it.
suppressions = sa.Table(
    "suppressions",
    metadata,
    _school(),
    _id(),
    sa.Column("address", sa.Text, nullable=False, comment="in lower case"),
    sa.Column("person_id", sa.Uuid),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("created_at", _Instant, nullable=False),
    sa.Column("expires_at", _Instant, nullable=False),
    sa.UniqueConstraint("school_id", "address"),
)

# Texts belong to the alliance, not to a school, and hold nothing about anybody.
template_versions = sa.Table(
    "template_versions",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("sources", JSONB, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", _Instant, nullable=False),
    sa.Column("created_by", sa.Text, comment="null: came with the program"),
    sa.Column("published_at", _Instant),
    sa.Column("published_by", sa.Text),
    sa.CheckConstraint("origin in ('package', 'edited')", "origin"),
    sa.CheckConstraint("state in ('draft', 'published', 'retired')", "state"),
    sa.Index("ix_template_versions_published", "name", unique=True, postgresql_where=sa.text("state = 'published'")),
)
