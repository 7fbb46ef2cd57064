"""Create what people decide at their desks: languages, trial mode, calls to parents; and the log of what they did."""

from alembic import op

from services.notifications.persistence import desk_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, Guard

revision = "0004"
down_revision = "0003"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'system')"
_ADMINISTRATION = f"{AUDIENCE} = 'administration'"


def upgrade() -> None:
    metadata = desk_tables.audit.metadata
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in ("language_settings", "trial_modes", "audit", "contacts")])
    op.execute("alter table messages add column if not exists settled_at timestamptz")
    op.execute(
        "create index if not exists ix_messages_to_call on messages (school_id, person_id, id)"
        " where status in ('failed', 'bounced', 'suppressed') and settled_at is null"
    )
    guard = Guard("notifications")
    guard.grant("language_settings", app="select, insert, update", worker="select")
    guard.table("contacts", using=_DOSSIER, app="select, insert", worker="select, insert, delete")
    guard.table(
        "audit",
        using=f"({_DOSSIER}) or {_ADMINISTRATION}",
        app="select, insert",
        worker="select",
    )
    guard.table(
        "trial_modes",
        using=f"{OWN_SCHOOLS} or {_ADMINISTRATION}",
        check=_ADMINISTRATION,
        app="select, insert, update, delete",
        worker="select",
    )
    # An administrator sets trial mode by school: ids and names of schools are no secret.
    op.execute("drop policy schools_scope on schools")
    op.execute(
        f"create policy schools_scope on schools for select to notifications_app using ({OWN_SCHOOLS} or {_ADMINISTRATION})"
    )
