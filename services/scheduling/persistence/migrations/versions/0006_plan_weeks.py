"""Keep week plans: who made one sees it, and of its visits those at the schools where they work."""

from alembic import op

from services.scheduling.persistence.tables import metadata
from services.scheduling.persistence.week_plan_tables import week_plan_visits, week_plans
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [week_plans, week_plan_visits])
    guard = Guard("scheduling")
    guard.enable("week_plans")
    own = f"user_id = {USER_ID} and {AUDIENCE} in ('liaison', 'team')"
    op.execute(f"create policy week_plans_own on week_plans to scheduling_app using ({own}) with check ({own})")
    # The worker takes whoever's plan waits longest; there is nothing in it but numbers.
    op.execute("create policy week_plans_solve on week_plans to scheduling_worker using (true) with check (true)")
    guard.grant("week_plans", app="select, insert, update, delete", worker="select, update, delete")
    mine = f"{OWN_SCHOOLS} and ({AUDIENCE} = 'system' or (user_id = {USER_ID} and {AUDIENCE} in ('liaison', 'team')))"
    guard.table("week_plan_visits", using=mine, app="select, insert, update, delete", worker="select, update, delete")
