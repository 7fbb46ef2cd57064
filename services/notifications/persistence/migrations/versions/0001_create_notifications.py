"""Create the service's tables, their policies and grants."""

from alembic import op

from services.notifications.persistence.tables import metadata
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard, create_platform_tables

revision = "0001"
down_revision = None

# Who reads dossiers reads mail; figures and administration do not.
_FIRST = (
    "schools", "people", "staff", "answers", "messages", "message_copies", "attempts", "dispatch_queue", "suppressions",
    "template_versions",
)  # fmt: skip
_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'system')"


def upgrade() -> None:
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _FIRST])
    create_platform_tables("notifications")
    guard = Guard("notifications")
    _create_school_policies(guard)
    guard.table("people", using=_DOSSIER, app="select")
    guard.table("staff", app="select")
    guard.table("answers", using=_DOSSIER, app="select")
    guard.table("messages", using=_DOSSIER, app="select, update")
    guard.table("message_copies", using=_DOSSIER, app="select")
    guard.table("attempts", using=_DOSSIER, app="select")
    guard.table("suppressions", using=_DOSSIER, app="select, insert, update, delete")
    _create_queue_policies(guard)
    guard.grant("template_versions", app="select, insert, update", worker="select, insert, update")


def _create_school_policies(guard: Guard) -> None:
    """Housekeeping goes from school to school, and so must know them all: ids and names of schools are no secret."""
    guard.enable("schools")
    op.execute(f"create policy schools_scope on schools for select to notifications_app using ({OWN_SCHOOLS})")
    op.execute(f"create policy schools_work on schools to notifications_worker using (true) with check ({OWN_SCHOOLS})")
    guard.grant("schools", app="select", worker="select, insert, update")


def _create_queue_policies(guard: Guard) -> None:
    """The dispatcher works for all schools, and so sees the whole queue: ids and times, nothing else is in it."""
    guard.enable("dispatch_queue")
    op.execute("create policy dispatch_queue_work on dispatch_queue to notifications_worker using (true) with check (true)")
    op.execute(
        f"create policy dispatch_queue_scope on dispatch_queue to notifications_app using ({OWN_SCHOOLS}) with check ({OWN_SCHOOLS})"
    )
    guard.grant("dispatch_queue", app="select, insert, update, delete", worker="select, insert, update, delete")
