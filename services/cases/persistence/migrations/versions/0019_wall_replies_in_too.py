"""Wall the links by which guardians answer into the case of an emergency too, as every table of a case is."""

from alembic import op

revision = "0019"
down_revision = "0018"

_NO_EMERGENCY = "(select nullif(current_setting('app.case_id', true), '')) is null"
# The sub-select is under the wall of the appointments.
_OF_THE_CASE = (
    "exists (select from appointments whole where whole.school_id = reply_links.school_id and whole.id = reply_links.appointment_id)"
)


def upgrade() -> None:
    op.execute(
        "create policy reply_links_emergency on reply_links as restrictive to cases_app"
        f" using ({_NO_EMERGENCY} or {_OF_THE_CASE}) with check ({_NO_EMERGENCY})"
    )
