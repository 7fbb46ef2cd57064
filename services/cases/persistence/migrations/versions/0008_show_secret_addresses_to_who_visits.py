"""Show a secret address to a liaison who visits there, and not to every liaison of the school."""

from alembic import op

from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID

revision = "0008"
down_revision = "0007"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
_TAKES_PART = "visit.participants @> jsonb_build_array(jsonb_build_object('person_id', {0}::text))"
# The days around it are the application's to keep, by a clock that is not the database's.
_VISITS = (
    "exists (select from guardians home join appointments visit"
    " on visit.school_id = home.school_id and visit.case_id = home.case_id and visit.kind = 'home_visit'"
    " where home.school_id = addresses.school_id and home.id = addresses.guardian_id and visit.status <> 'cancelled'"
    f" and {_TAKES_PART.format('addresses.guardian_id')}"
    f" and (visit.host_id = {USER_ID} or {_TAKES_PART.format(USER_ID)}))"
)
# Set by one repository method, for the one statement that takes away an address to write another.
_REPLACED = "guardian_id = (select nullif(current_setting('app.address_of', true), ''))::uuid"


def upgrade() -> None:
    # The worker erases what nobody is shown.
    seen = f"not secret or {AUDIENCE} = 'system' or ({AUDIENCE} = 'liaison' and ({_REPLACED} or {_VISITS}))"
    op.execute("drop policy addresses_scope on addresses")
    op.execute(
        f"create policy addresses_scope on addresses to cases_app, cases_worker"
        f" using ({_DOSSIER} and ({seen})) with check ({_DOSSIER})"
    )
