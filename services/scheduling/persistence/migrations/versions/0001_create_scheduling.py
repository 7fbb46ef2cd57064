"""Create the service's tables, their policies and grants."""

from alembic import op

from services.scheduling.persistence.tables import metadata
from shared.migrations import Guard, create_platform_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    create_platform_tables("scheduling")
    guard = Guard("scheduling")
    for projection in ("schools", "people", "cases"):
        guard.table(projection, app="select")
    guard.table("appointments", worker="select")
    guard.table("participants", worker="select")
    guard.table("history", app="select, insert", worker="select")
    # Free/busy crosses schools and tells nothing but who and when.
    guard.grant("occupancy", app="select, insert, delete", worker="select")
