"""Keep how long a case was given, why it pauses and until when, whom coaching is of, its other number, and what it goes on from."""

from alembic import op

from services.cases.persistence import life_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0009"
down_revision = "0008"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
_OWN_CASE = f"(select own.case_id from guardians own where own.id = {USER_ID})"
_COLUMNS = (
    "pause_reason text", "resume_on date", "coaching_of text", "external_reference text", "reopened_from uuid",
)
# A database that begins today has them from the first revision on.
_CONSTRAINTS = {
    "ck_cases_coaching_of": "check (coaching_of in ('parents', 'school', 'colleague'))",
    "fk_cases_school_id_reopened_from": "foreign key (school_id, reopened_from) references cases (school_id, id)"
    " on delete set null (reopened_from)",
}


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"alter table cases add column if not exists {column}")
    for name, definition in _CONSTRAINTS.items():
        op.execute(f"alter table cases drop constraint if exists {name}")
        op.execute(f"alter table cases add constraint {name} {definition}")
    op.execute(
        "create unique index if not exists ix_cases_reopened on cases (school_id, reopened_from) where reopened_from is not null"
    )
    life_tables.changed_ends.metadata.create_all(op.get_bind(), [life_tables.changed_ends])
    Guard("cases").table("changed_ends", using=_DOSSIER, app="select, insert", worker="select, delete")
    op.execute(
        "create policy changed_ends_parents on changed_ends as restrictive to cases_app"
        f" using ({AUDIENCE} is distinct from 'parents' or (case_id = {_OWN_CASE}))"
    )
