"""Create the figures that the worker counts, and show them to who sees figures and no dossiers."""

from alembic import op

from services.cases.persistence.figure_tables import figures
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0015"
down_revision = "0014"

# The sub-select is under the policy of schools: those of the caller's own alliance. Nobody reads figures as staff of a school:
# they count their own dossiers, which they may see.
_ALLIANCE = f"{AUDIENCE} = 'figures' and school_id = any (array(select seen.school_id from schools as seen))"
_WORKER = f"{AUDIENCE} = 'system' and {OWN_SCHOOLS}"


def upgrade() -> None:
    figures.metadata.create_all(op.get_bind(), [figures])
    guard = Guard("cases")
    guard.table("figures", using=f"({_WORKER}) or ({_ALLIANCE})", check=_WORKER, app="select", worker="select, insert, delete")
    # The worker goes from school to school; of their names it needs nothing.
    guard.grant("schools", worker="select (school_id)")
    op.execute("create policy schools_counted on schools for select to cases_worker using (true)")
    for name in ("cases", "agreements", "agreement_versions", "agreement_evaluations", "expectations", "expectation_evaluations"):
        guard.grant(name, worker="select")
