"""Keep working and opening hours, closures and postcodes, and count the way there as taken time."""

import sqlalchemy as sa
from alembic import op

from services.scheduling.persistence.tables import metadata
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0005"
down_revision = "0004"

_NEW = ("working_times", "guardian_times", "school_times", "closures", "postcodes")


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _NEW])
    # The first migration makes its tables as they are described today: there the columns are new ones already.
    op.add_column("people", sa.Column("postcode_area", sa.Text), if_not_exists=True)
    minutes = sa.Column("travel_minutes", sa.SmallInteger, nullable=False, server_default="0")
    op.add_column("occupancy", minutes, if_not_exists=True)
    for name, kind in (("door", sa.Uuid), ("latitude", sa.Double), ("longitude", sa.Double)):
        op.add_column("occupancy", sa.Column(name, kind), if_not_exists=True)
    guard = Guard("scheduling")
    staff = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
    guard.table("guardian_times", using=staff, app="select, insert, update")
    guard.table("school_times", using=staff, app="select, insert, update")
    guard.table("closures", using=staff, app="select, insert, update, delete")
    guard.grant("occupancy", app="update")
    _own_times(guard)
    _postcodes(guard)


def _own_times(guard: Guard) -> None:
    """Colleagues plan by them, across schools; they are their owner's alone to write."""
    guard.enable("working_times")
    read = f"{AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
    op.execute(f"create policy working_times_read on working_times for select to scheduling_app using ({read})")
    own = f"person_id = {USER_ID}"
    op.execute(f"create policy working_times_new on working_times for insert to scheduling_app with check ({own})")
    op.execute(f"create policy working_times_own on working_times for update to scheduling_app using ({own}) with check ({own})")
    guard.grant("working_times", app="select, insert, update")


def _postcodes(guard: Guard) -> None:
    """Where places are is no secret; an administrator says it."""
    guard.enable("postcodes")
    op.execute("create policy postcodes_read on postcodes for select to scheduling_app using (true)")
    write = f"{AUDIENCE} = 'administration'"
    op.execute(f"create policy postcodes_write on postcodes to scheduling_app using ({write}) with check ({write})")
    guard.grant("postcodes", app="select, insert, update, delete")
