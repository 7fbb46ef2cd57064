"""Let administrators see mail that is of no school: invitations, digests over schools, failures."""

from alembic import op

from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0005"
down_revision = "0004"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'system')"
_NO_SCHOOLS = "school_id = '00000000-0000-0000-0000-000000000000'"
_ADMINISTRATION = f"{AUDIENCE} = 'administration'"


def upgrade() -> None:
    seen = f"({_DOSSIER}) or ({_ADMINISTRATION} and {_NO_SCHOOLS})"
    for table in ("messages", "message_copies", "attempts"):
        op.execute(f"alter policy {table}_scope on {table} using ({seen}) with check ({_DOSSIER})")
    # By their names; how a colleague is reached stays the worker's alone, but for who keeps the accounts.
    op.execute(f"create policy colleagues_administration on colleagues for select to notifications_app using ({_ADMINISTRATION})")
    Guard("notifications").grant("colleagues", app="select")
