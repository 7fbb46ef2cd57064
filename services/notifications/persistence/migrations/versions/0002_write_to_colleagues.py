"""Keep how colleagues are reached, and find every secret that is past its time."""

from alembic import op

from services.notifications.persistence.tables import metadata
from shared.migrations import Guard

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [metadata.tables["colleagues"]])
    guard = Guard("notifications")
    # They work at several schools or at none: no school's people read this, the worker writes to them.
    guard.enable("colleagues")
    op.execute("create policy colleagues_work on colleagues to notifications_worker using (true) with check (true)")
    guard.grant("colleagues", worker="select, insert, update, delete")
    op.execute("drop index if exists ix_messages_secret")
    op.execute(
        "create index if not exists ix_messages_secrets on messages (school_id, expires_at)"
        " where facts ?| array['reply_token', 'token']"
    )
