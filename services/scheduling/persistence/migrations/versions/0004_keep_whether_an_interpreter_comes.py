"""Keep whether an interpreter was arranged for an appointment, and who."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # A new database has them already: the first migration makes the tables as they are today.
    arranged = sa.Column("interpreter_arranged", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("appointments", arranged, if_not_exists=True)
    note = sa.Column("interpreter_note", sa.Text, comment="who interprets, for colleagues")
    op.add_column("appointments", note, if_not_exists=True)
