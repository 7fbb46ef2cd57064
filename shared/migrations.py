"""Alembic for every service: one environment, and helpers that make the safe form the short one.

Four roles a service (made by `shared.provisioning`): `<service>_owner` owns the tables and runs migrations,
`<service>_app` serves the web, `<service>_worker` applies events, `<service>_relay` empties the outbox. None of the last
three owns a table or may bypass row-level security.

A migration that changes data runs as the owner, who is under FORCEd policies too and would silently touch no rows: it
must lift the policy for its own transaction and assert its row count.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic import command, context, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

# The sub-select is evaluated once per query and the comparison is leakproof, so an index led by school_id is used.
SCHOOLS = "(select string_to_array(nullif(current_setting('app.schools', true), ''), ','))::uuid[]"
AUDIENCE = "(select current_setting('app.audience', true))"
USER_ID = "(select nullif(current_setting('app.user_id', true), ''))::uuid"
OWN_SCHOOLS = f"school_id = any ({SCHOOLS})"

_LOCK_ID = 0x5041_5254  # one migration at a time on one database, whoever starts it


def _with_driver(url: str) -> str:
    """The address with the driver that we use."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def config(service: str, url: str | None = None) -> Config:
    """Alembic's configuration, made here: no ini file to keep in step."""
    folder = Path(__file__).parent.parent / "services" / service / "persistence" / "migrations"
    made = Config()
    made.set_main_option("script_location", str(folder))
    made.attributes["url"] = url and _with_driver(url)
    return made


def upgrade(service: str, url: str) -> None:
    """Bring the database of `service` to the newest revision, as its owner."""
    command.upgrade(config(service, url), "head")


def heads(service: str) -> list[str]:
    """The newest revisions in the source tree; exactly one, a test says."""
    return list(ScriptDirectory.from_config(config(service)).get_heads())


def current(connection: sa.Connection) -> str | None:
    """The revision that the database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def run_env(metadata: sa.MetaData) -> None:
    """The body of every service's `migrations/env.py`."""
    engine = sa.create_engine(context.config.attributes["url"], poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text("set lock_timeout = '4s'"))
        connection.execute(sa.text("set statement_timeout = '120s'"))
        connection.execute(sa.text("select pg_advisory_lock(:id)"), {"id": _LOCK_ID})
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


@dataclass(frozen=True)
class Guard:
    """Grants and policies of one service's tables, for use inside a migration."""

    service: str

    def table(
        self,
        name: str,
        *,
        using: str = OWN_SCHOOLS,
        check: str | None = None,
        app: str = "select, insert, update",
        worker: str = "select, insert, update, delete",
    ) -> None:
        """Force row-level security on `name` with one policy, the same for reading and writing, and grant what is asked.

        `using` and `check` are SQL conditions on a row; an empty grant gives nothing. Enum columns, casts and functions
        on columns would lose their index under a policy: use text with a check constraint, and generated columns.
        """
        self.enable(name)
        roles = f"{self.service}_app, {self.service}_worker"
        op.execute(f"create policy {name}_scope on {name} to {roles} using ({using}) with check ({check or using})")
        self.grant(name, app=app, worker=worker)

    def readers_table(self, name: str, **grants: str) -> None:
        """As `table`, for rows with `readers text[]`: seen only by an audience among the readers."""
        self.table(name, using=f"{OWN_SCHOOLS} and ({AUDIENCE} = any (readers) or {AUDIENCE} = 'system')", **grants)

    def enable(self, name: str) -> None:
        """Nobody sees a row of `name`, the owner neither, until a policy says so."""
        op.execute(f"alter table {name} enable row level security")
        op.execute(f"alter table {name} force row level security")

    def grant(self, name: str, *, app: str = "", worker: str = "", relay: str = "") -> None:
        """Grants without policies, for tables that hold nothing of a school."""
        for role, rights in (("app", app), ("worker", worker), ("relay", relay)):
            if rights:
                op.execute(f"grant {rights} on {name} to {self.service}_{role}")


def create_platform_tables(service: str) -> None:
    """The tables that every service has: messaging, ended logins, and answers kept for an Idempotency-Key."""
    from shared.messaging.schema import create_messaging_tables

    guard = Guard(service)
    op.execute(f"grant usage on schema public to {service}_app, {service}_worker, {service}_relay")
    op.execute(f"grant select on alembic_version to {service}_app, {service}_worker")
    create_messaging_tables(op, service)
    _create_revocations(guard)
    _create_idempotency_keys(guard)


def _create_revocations(guard: Guard) -> None:
    op.create_table(
        "revocations",
        sa.Column("subject_id", sa.Uuid, primary_key=True, comment="a session or a user"),
        sa.Column("issued_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    guard.grant("revocations", app="select, insert, update", worker="select, insert, update, delete")


def _create_idempotency_keys(guard: Guard) -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("user_id", sa.Uuid, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False, comment="SHA-256 of method, path and body"),
        sa.Column("status", sa.SmallInteger),
        sa.Column("headers", sa.JSON),
        sa.Column("body", sa.LargeBinary),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now(), index=True),
    )
    own = f"user_id = {USER_ID}"
    guard.table("idempotency_keys", using=own, app="select, insert, update", worker="")
    let_answers_be_forgotten(guard)
    # Purging old keys is the worker's, who acts for no user.
    guard.grant("idempotency_keys", worker="select (created_at), delete")
    op.execute(
        f"create policy idempotency_keys_purge on idempotency_keys for all to {guard.service}_worker"
        " using (created_at < now() - interval '1 day') with check (false)"
    )


def let_answers_be_forgotten(guard: Guard) -> None:
    """Answers know the schools of whom they were given to, so that the worker can forget them when a case is erased."""
    op.execute("alter table idempotency_keys add column if not exists schools uuid[] not null default '{}'")
    op.execute("drop policy if exists idempotency_keys_erase on idempotency_keys")
    there = f"schools && {SCHOOLS}"
    op.execute(
        f"create policy idempotency_keys_erase on idempotency_keys to {guard.service}_worker using ({there}) with check ({there})"
    )
    guard.grant("idempotency_keys", worker="select (schools, status), update (status, headers, body)")
