"""Keep what a guardian says on their own page from the other guardians, in the database too."""

from alembic import op

from services.cases.persistence.parent_tables import reply_links
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0007"
down_revision = "0006"

_OWN_CASE = f"(select own.case_id from guardians own where own.id = {USER_ID})"
_OWN_WORDS = f"(guardian_id is null or guardian_id = {USER_ID})"
# As in 0006, and of that only what is this guardian's own, or was written down by staff.
_NARROWER = {
    "statements": f"case_id = {_OWN_CASE} and {_OWN_WORDS}",
    "expectations": f"case_id = {_OWN_CASE} and {_OWN_WORDS}",
    "consents": f"case_id = {_OWN_CASE} and given_by = {USER_ID}",
    "informed": f"case_id = {_OWN_CASE} and guardian_id = {USER_ID}",
    # What staff did is theirs to know; what another parent did is not.
    "access_log": f"case_id = {_OWN_CASE} and (role <> 'parent' or user_id = {USER_ID})",
    "timeline": f"case_id = {_OWN_CASE} and actor_id = {USER_ID}",
    **{
        name: f"{_OWN_WORDS} and exists"
        f" (select from agreements whole where whole.school_id = {name}.school_id and whole.id = {name}.agreement_id)"
        for name in ("endorsements", "agreement_evaluations")
    },
    "expectation_evaluations": f"{_OWN_WORDS} and exists (select from expectations whole"
    " where whole.school_id = expectation_evaluations.school_id and whole.id = expectation_evaluations.expectation_id)",
}


def upgrade() -> None:
    _keep_apart()
    reply_links.metadata.create_all(op.get_bind(), [reply_links])
    # Nobody of the staff answers in a parent's name.
    own = f"{AUDIENCE} = 'system' or ({AUDIENCE} = 'parents' and person_id = {USER_ID})"
    Guard("cases").table("reply_links", using=f"{OWN_SCHOOLS} and ({own})", app="select")


def _keep_apart() -> None:
    for name in ("statements", "expectations"):
        op.execute(f"alter table {name} add column if not exists guardian_id uuid")
    op.execute("alter table statements drop constraint ck_statements_kind")
    op.execute(
        "alter table statements add constraint ck_statements_kind check (kind in ('wish', 'strength', 'goal', 'addition'))"
    )
    for name, condition in _NARROWER.items():
        op.execute(f"drop policy {name}_parents on {name}")
        op.execute(
            f"create policy {name}_parents on {name} as restrictive to cases_app"
            f" using ({AUDIENCE} is distinct from 'parents' or ({condition}))"
        )
