"""Let the daily run lock the cases that it has erased, so that nobody opens one meanwhile."""

from alembic import op

from shared.migrations import AUDIENCE

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    # A lock takes the right to update something; the version says nothing of a family.
    op.execute("grant update (version) on cases to cases_worker")
    # These look the caller's alliance up among accounts, which are no business of the worker: it has policies of its own.
    for name in ("alliances", "schools", "purge_runs"):
        op.execute(f"alter policy {name}_scope on {name} to cases_app")
    # That a case is held is no business of a guardian's page; the wall that every table of a case has.
    op.execute(f"create policy holds_parents on holds as restrictive to cases_app using ({AUDIENCE} is distinct from 'parents')")
