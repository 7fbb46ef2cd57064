"""Create consents, and what parents were informed of."""

from alembic import op

from services.cases.persistence import consent_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0004"
down_revision = "0003"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"


def upgrade() -> None:
    tables = [consent_tables.consents, consent_tables.informed]
    consent_tables.consents.metadata.create_all(op.get_bind(), tables)
    guard = Guard("cases")
    guard.table("consents", using=_DOSSIER, app="select, insert, update (withdrawn_at, withdrawn_by_name)", worker="")
    guard.table("informed", using=_DOSSIER, app="select, insert", worker="")
