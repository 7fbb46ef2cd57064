"""The tables of messaging, the same in every service's database; made by a service's first migration.

| who      | may                                                                                     |
|----------|-----------------------------------------------------------------------------------------|
| app      | insert into the outbox (its own schools', or alliance-wide); see its schools' dead letters and replay them |
| worker   | the same insert; inbox and parked events                                                |
| relay    | see and empty the outbox, of all schools, and nothing else                              |
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

DOORBELL_LOCK = 0x0B0E_1101
RELAY_LOCK = 0x0B0E_1102
CHANNEL = "outbox"

# The sleeping relay holds DOORBELL_LOCK; only then is a NOTIFY worth its price (it serialises commits). A writer that meets
# a relay awake holds the lock shared until its commit is visible, so the relay cannot fall asleep on its row.
_DOORBELL = f"""
create function ring_relay() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if not pg_try_advisory_xact_lock_shared({DOORBELL_LOCK}) then
    perform pg_notify('{CHANNEL}', '');
  end if;
  return null;
end $$;
create trigger outbox_rings after insert on outbox for each statement execute function ring_relay();
"""

# As its owner, because subjects are the ids of all schools' cases and nobody else has business reading them. In the order
# of subjects, so that two transactions with the same subjects wait for each other instead of ending in a deadlock.
_ALLOCATE = """
create function allocate_sequences(wanted text[], counts bigint[]) returns table (subject text, last bigint)
language sql security definer set search_path = pg_catalog, public as $$
  insert into outbox_subjects as known (subject, last)
  select name, count from unnest(wanted, counts) as asked (name, count) order by name
  on conflict on constraint pk_outbox_subjects do update set last = known.last + excluded.last
  returning known.subject, known.last
$$;
revoke all on function allocate_sequences from public;
"""

# Rows live for milliseconds: without these the index of an empty outbox would fill with the dead before vacuum looks.
_SHORT_LIVED = (
    "alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,"
    " autovacuum_vacuum_insert_scale_factor = 0, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000)"
)


def create_messaging_tables(op: Any, service: str) -> None:
    """Make outbox, inbox and parked events with their grants and policies. `op` is Alembic's operations."""
    guard = Guard(service)
    _create_outbox(op, guard)
    _create_inbox(op, guard)
    _create_parked_events(op, guard)


def _create_outbox(op: Any, guard: Guard) -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger, sa.Identity(always=True)),
        sa.Column("school_id", sa.Uuid, comment="null: alliance-wide"),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False, comment="the whole event, as it goes out"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("seq", name="pk_outbox"),
    )
    op.create_table(
        "outbox_subjects",
        sa.Column("subject", sa.Text),
        sa.Column("last", sa.BigInteger, nullable=False, comment="the sequence given out last"),
        sa.PrimaryKeyConstraint("subject", name="pk_outbox_subjects"),
    )
    op.execute(_SHORT_LIVED)
    guard.enable("outbox")
    writers = f"{guard.service}_app, {guard.service}_worker"
    op.execute(f"create policy outbox_write on outbox for insert to {writers} with check (school_id is null or {OWN_SCHOOLS})")
    op.execute(f"create policy outbox_relay on outbox to {guard.service}_relay using (true) with check (false)")
    # Locking rows for the delete takes the right to update; the policy's check lets no update through.
    guard.grant("outbox", app="insert", worker="insert", relay="select, update, delete")
    op.execute(_DOORBELL)
    op.execute(_ALLOCATE)
    op.execute(f"grant execute on function allocate_sequences to {writers}")


def _create_inbox(op: Any, guard: Guard) -> None:
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("event_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_table(
        "inbox_subjects",
        sa.Column("subject", sa.Text),
        sa.Column("last", sa.BigInteger, nullable=False, comment="the highest sequence applied"),
        sa.Column("previous", sa.BigInteger, nullable=False, comment="what `last` was before, for the one who moves it"),
        sa.PrimaryKeyConstraint("subject", name="pk_inbox_subjects"),
    )
    guard.grant("inbox", worker="select, insert, delete")
    guard.grant("inbox_subjects", worker="select, insert, update")


def _create_parked_events(op: Any, guard: Guard) -> None:
    op.create_table(
        "parked_events",
        sa.Column("id", sa.Uuid, comment="the event's id"),
        sa.Column("school_id", sa.Uuid),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, comment="made or begun"),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("parked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_parked_events"),
        sa.CheckConstraint("state in ('waiting', 'dead')", name="ck_parked_events_state"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_parked_events_subject", "parked_events", ["subject", "sequence"], postgresql_where=waiting)
    op.create_index("ix_parked_events_due", "parked_events", ["next_attempt_at"], postgresql_where=waiting)
    op.create_index("ix_parked_events_dead", "parked_events", ["school_id", "parked_at", "id"])
    guard.enable("parked_events")
    op.execute(f"create policy parked_events_work on parked_events to {guard.service}_worker using (true) with check (true)")
    op.execute(
        f"create policy parked_events_scope on parked_events to {guard.service}_app"
        f" using ({OWN_SCHOOLS} or {AUDIENCE} = 'administration')"
    )
    # The body is the worker's: it may hold what the one who replays it may not read.
    shown = "id, school_id, type, subject, sequence, state, attempts, reason, parked_at, next_attempt_at"
    guard.grant("parked_events", app=f"select ({shown}), update (state, attempts, next_attempt_at)")
    guard.grant("parked_events", worker="select, insert, update, delete")
