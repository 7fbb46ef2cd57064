"""Create expectations, agreements, and what both sides say of them."""

from alembic import op

from services.cases.persistence import agreement_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0002"
down_revision = "0001"

_NEW = (
    "expectations", "expectation_evaluations", "agreements", "agreement_expectations", "agreement_versions", "endorsements",
    "agreement_evaluations",
)
# In plain view of both sides: who reads the dossier reads these. Who is not in it does not.
_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"


def upgrade() -> None:
    metadata = agreement_tables.agreements.metadata
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _NEW])
    guard = Guard("cases")
    for name in _NEW:
        changed = ", update (changes, ended_reason, ended_by_name, ended_at)" if name == "agreements" else ""
        guard.table(name, using=_DOSSIER, app=f"select, insert{changed}", worker="")
