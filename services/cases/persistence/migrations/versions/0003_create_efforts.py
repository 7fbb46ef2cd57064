"""Create time entries and the coaching log."""

from alembic import op

from services.cases.persistence import effort_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0003"
down_revision = "0002"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"


def upgrade() -> None:
    metadata = effort_tables.coaching.metadata
    metadata.create_all(op.get_bind(), [effort_tables.time_entries, effort_tables.coaching])
    guard = Guard("cases")
    guard.table("time_entries", using=_DOSSIER, app="select, insert", worker="")
    guard.readers_table("coaching", app="select, insert", worker="")
