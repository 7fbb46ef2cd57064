"""Create the service's tables, their policies and grants."""

from alembic import op

from services.scheduling.persistence.tables import metadata
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard, create_platform_tables

revision = "0001"
down_revision = None

_FIRST = ("schools", "people", "cases", "appointments", "participants", "notes", "history", "occupancy")


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _FIRST])
    create_platform_tables("scheduling")
    guard = Guard("scheduling")
    # Who reads no dossier (figures, administration) reads no agenda either.
    staff = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
    guard.table("schools", app="select")
    for projection in ("people", "cases"):
        guard.table(projection, using=staff, app="select")
    guard.table("appointments", using=staff, worker="select")
    guard.table("participants", using=staff, worker="select")
    guard.table("history", using=staff, app="select, insert", worker="select")
    noted = f"{OWN_SCHOOLS} and ({AUDIENCE} in ('liaison', 'team', 'parents', 'system') or host_id = {USER_ID})"
    guard.table("notes", using=noted, app="select, insert, update, delete", worker="select")
    # Free/busy crosses schools and tells nothing but who and when.
    guard.grant("occupancy", app="select, insert, delete", worker="select")
