"""Give what is due its turn, by an index; and keep how much may leave in a time."""

from alembic import op

from services.notifications.persistence.tables import rate_buckets
from shared.migrations import Guard

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # A new database has them from 0001 on, which makes the tables as they are today.
    op.execute("alter table dispatch_queue add column if not exists turn bigint")
    op.execute("create index if not exists ix_dispatch_queue_waiting on dispatch_queue (urgency, due_at) where turn is null")
    op.execute("create index if not exists ix_dispatch_queue_line on dispatch_queue (urgency, turn, message_id) where turn is not null")
    op.execute("create index if not exists ix_dispatch_queue_place on dispatch_queue (school_id, urgency, turn) where turn is not null")
    op.execute("drop index if exists ix_dispatch_queue_due")
    # Its rows come and go by the thousand: left to the defaults, the front of the line would be dead entries.
    op.execute("alter table dispatch_queue set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500)")
    rate_buckets.create(op.get_bind(), checkfirst=True)
    Guard("notifications").grant("rate_buckets", worker="select, insert, update, delete")
