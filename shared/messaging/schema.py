"""The tables of messaging, the same in every service's database; made by a service's first migration."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

DOORBELL_LOCK = 0x0B0E_1101
RELAY_LOCK = 0x0B0E_1102
CHANNEL = "outbox"

# The sleeping relay holds DOORBELL_LOCK; only then is a NOTIFY worth its price (it serialises commits).
_DOORBELL = f"""
create function ring_relay() returns trigger language plpgsql as $$
begin
  if not pg_try_advisory_xact_lock_shared({DOORBELL_LOCK}) then
    perform pg_notify('{CHANNEL}', '');
  end if;
  return null;
end $$;
create trigger outbox_rings after insert on outbox for each statement execute function ring_relay();
"""


def create_messaging_tables(op: Any, service: str) -> None:
    """Make outbox, inbox and parked events with their grants and policies. `op` is Alembic's operations."""
    guard = Guard(service)
    _create_outbox(op, guard)
    _create_inbox(op, guard)
    _create_parked_events(op, guard)


def _create_outbox(op: Any, guard: Guard) -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("school_id", sa.Uuid, comment="null: alliance-wide"),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False, comment="the whole event, as it goes out"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "outbox_subjects",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    guard.enable("outbox")
    writers = f"{guard.service}_app, {guard.service}_worker"
    op.execute(f"create policy outbox_write on outbox for insert to {writers} with check (school_id is null or {OWN_SCHOOLS})")
    op.execute(f"create policy outbox_relay on outbox to {guard.service}_relay using (true) with check (false)")
    guard.grant("outbox", app="insert", worker="insert", relay="select, update, delete")
    guard.grant("outbox_subjects", app="select, insert, update", worker="select, insert, update")
    op.execute(_DOORBELL)


def _create_inbox(op: Any, guard: Guard) -> None:
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), index=True),
    )
    op.create_table(
        "inbox_subjects",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False, comment="the highest sequence applied"),
    )
    guard.grant("inbox", worker="select, insert, delete")
    guard.grant("inbox_subjects", worker="select, insert, update")


def _create_parked_events(op: Any, guard: Guard) -> None:
    op.create_table(
        "parked_events",
        sa.Column("id", sa.Uuid, primary_key=True, comment="the event's id"),
        sa.Column("school_id", sa.Uuid),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'dead')", "state"),
    )
    op.create_index("ix_parked_events_subject", "parked_events", ["subject", "sequence"])
    op.create_index("ix_parked_events_due", "parked_events", ["next_attempt_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_parked_events_dead", "parked_events", ["school_id", "parked_at", "id"])
    guard.enable("parked_events")
    op.execute(f"create policy parked_events_work on parked_events to {guard.service}_worker using (true) with check (true)")
    op.execute(
        f"create policy parked_events_scope on parked_events to {guard.service}_app"
        f" using ({OWN_SCHOOLS} or {AUDIENCE} = 'administration')"
    )
    guard.grant("parked_events", app="select, update", worker="select, insert, update, delete")
