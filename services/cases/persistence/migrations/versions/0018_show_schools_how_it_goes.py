"""Show schools and liaisons the figures of how satisfied everybody is, of which they may not read each answer."""

from alembic import op

from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0018"
down_revision = "0017"

_MEASURES = "measure in ('grade_parents', 'grade_school', 'helped_child')"
_STAFF = f"{AUDIENCE} in ('school', 'liaison', 'team')"


def upgrade() -> None:
    op.execute(
        f"create policy figures_of_satisfaction on figures for select to cases_app using ({_STAFF} and {OWN_SCHOOLS} and {_MEASURES})"
    )
    Guard("cases").grant("satisfaction_scores", worker="select")
