"""Create receipts of erasures, and let the worker, and nobody else, delete what a case holds."""

from alembic import op

from services.cases.persistence.erasure_tables import erasures
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0005"
down_revision = "0004"

_ERASED = (
    "expectations", "expectation_evaluations", "agreements", "agreement_expectations", "agreement_versions", "endorsements",
    "agreement_evaluations", "time_entries", "coaching", "consents", "informed", "stories", "statements", "timeline", "access_log",
    "appointments", "deliveries", "addresses", "guardians", "cases",
)


def upgrade() -> None:
    erasures.metadata.create_all(op.get_bind(), [erasures])
    guard = Guard("cases")
    told = f"{OWN_SCHOOLS} and {AUDIENCE} in ('administration', 'system')"
    guard.table("erasures", using=told, app="select, insert", worker="select, update (erased_at)")
    for name in _ERASED:
        guard.grant(name, worker="select, delete")
