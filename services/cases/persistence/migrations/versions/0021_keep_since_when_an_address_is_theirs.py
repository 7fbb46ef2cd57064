"""Keep since when a guardian has no other e-mail address any more: what was opened by way of that one is closed."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    # A database that begins today has it from the revision on that makes the table.
    op.execute("alter table guardians add column if not exists email_since timestamptz")
