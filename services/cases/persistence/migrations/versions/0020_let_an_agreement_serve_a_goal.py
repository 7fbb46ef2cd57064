"""Let an agreement say which shared goal it serves."""

from alembic import op

revision = "0020"
down_revision = "0019"

_KEY = "fk_agreements_school_id_goal_id"


def upgrade() -> None:
    # A database that begins today has it from the revision on that makes the table.
    op.execute("alter table agreements add column if not exists goal_id uuid")
    op.execute(f"alter table agreements drop constraint if exists {_KEY}")
    op.execute(f"alter table agreements add constraint {_KEY} foreign key (school_id, goal_id) references statements (school_id, id)")
    op.execute("create index if not exists ix_agreements_goal on agreements (school_id, goal_id) where goal_id is not null")
