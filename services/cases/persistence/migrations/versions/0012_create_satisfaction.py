"""Create what parents, school and child say when they look back."""

from alembic import op

from services.cases.persistence.satisfaction_tables import satisfaction, satisfaction_scores
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0012"
down_revision = "0011"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
_OWN_CASE = f"(select own.case_id from guardians own where own.id = {USER_ID})"
# The sub-select is under the policy of schools, which shows an office those of its own alliance.
_FIGURES = f"{AUDIENCE} = 'figures' and exists (select from schools where schools.school_id = satisfaction_scores.school_id)"


def upgrade() -> None:
    satisfaction.metadata.create_all(op.get_bind(), [satisfaction, satisfaction_scores])
    guard, erasing = Guard("cases"), "select, delete"
    guard.readers_table("satisfaction", app="select, insert", worker=erasing)
    only_erasing = f"{OWN_SCHOOLS} and {AUDIENCE} = 'system'"
    guard.table("satisfaction_scores", using=only_erasing, check=_DOSSIER, app="select, insert", worker=erasing)
    op.execute(f"create policy satisfaction_scores_figures on satisfaction_scores for select to cases_app using ({_FIGURES})")
    own = {"satisfaction": f"case_id = {_OWN_CASE} and guardian_id = {USER_ID}", "satisfaction_scores": f"case_id = {_OWN_CASE}"}
    for name, condition in own.items():
        op.execute(
            f"create policy {name}_parents on {name} as restrictive to cases_app"
            f" using ({AUDIENCE} is distinct from 'parents' or ({condition}))"
        )
