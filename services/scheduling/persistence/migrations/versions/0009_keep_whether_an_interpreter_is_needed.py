"""Keep what was said of an appointment: that it needs an interpreter, or needs none."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # A new database has it already: the first migration makes the tables as they are today.
    needed = sa.Column("interpreter_needed", sa.Boolean, comment="said of this one; null: as is known of those who come")
    op.add_column("appointments", needed, if_not_exists=True)
