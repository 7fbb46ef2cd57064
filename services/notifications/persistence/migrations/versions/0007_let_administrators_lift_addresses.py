"""Let administrators see and lift the addresses of colleagues that mail of no one school came back from."""

from alembic import op

from shared.migrations import AUDIENCE, OWN_SCHOOLS

revision = "0007"
down_revision = "0006"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'system')"
_COLLEAGUES = f"{AUDIENCE} = 'administration' and school_id = '00000000-0000-0000-0000-000000000000'"


def upgrade() -> None:
    seen = f"({_DOSSIER}) or ({_COLLEAGUES})"
    op.execute(f"alter policy suppressions_scope on suppressions using ({seen}) with check ({_DOSSIER})")
