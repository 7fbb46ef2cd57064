"""Let members of staff subscribe a calendar of their own."""

from alembic import op

from services.scheduling.persistence.tables import feeds, metadata
from shared.migrations import USER_ID, Guard

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [feeds])
    Guard("scheduling").grant("feeds", app="select, insert, update, delete")
    # A calendar programme has no login that names schools: whose feed it is may see where they work, and no more.
    op.execute(f"create policy people_own on people for select to scheduling_app using (case_id is null and person_id = {USER_ID})")
