"""Let parents choose from times that they are offered."""

from alembic import op

from services.scheduling.persistence.tables import metadata
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0007"
down_revision = "0006"

_NEW = ("choices", "choice_slots", "choice_invitees")


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _NEW])
    guard = Guard("scheduling")
    staff = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
    for name in _NEW:
        guard.table(name, using=staff, worker="select, delete")
