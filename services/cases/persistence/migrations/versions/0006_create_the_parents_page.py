"""Create what guardians are asked, how they come in, and reports; and wall each guardian into their own part of their own case."""

from alembic import op

from services.cases.persistence import parent_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0006"
down_revision = "0005"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
# A guardian who comes in by their link is this one, and sees their own row of guardians alone: so one case, their own.
_OWN_CASE = f"(select own.case_id from guardians own where own.id = {USER_ID})"
_BY_CASE = (
    "stories", "statements", "timeline", "access_log", "expectations", "agreements", "time_entries", "coaching", "consents", "informed",
)
_BY_AGREEMENT = ("agreement_expectations", "agreement_versions", "endorsements", "agreement_evaluations")
_BY_REPORT = ("report_reactions", "report_addenda")


def upgrade() -> None:
    metadata = parent_tables.asks.metadata
    names = ("asks", "entries", "reports", *_BY_REPORT)
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in names])
    guard = Guard("cases")
    erasing = "select, delete"
    guard.table("asks", using=_DOSSIER, app="select, insert, update (opened_at)", worker=erasing)
    # No member of staff ever needs to see that a code exists.
    guard.table(
        "entries",
        using=f"{OWN_SCHOOLS} and {AUDIENCE} in ('parents', 'system')",
        app="select, insert, update (tries, open_until)",
        worker=erasing,
    )
    guard.readers_table("reports", app="select, insert, update", worker=erasing)
    # Never weaker than the report: the sub-select is under its policy.
    report = "exists (select from reports whole where whole.school_id = {0}.school_id and whole.id = {0}.report_id)"
    for name in _BY_REPORT:
        guard.table(name, using=f"{OWN_SCHOOLS} and {report.format(name)}", app="select, insert", worker=erasing)
    _wall_parents_in()


def _wall_parents_in() -> None:
    """Beside the school's wall: a mistake in a use case cannot show one family to another, or one parent to the other."""
    _only("guardians", f"id = {USER_ID}")
    _only("addresses", f"guardian_id = {USER_ID}")
    _only("cases", f"id = {_OWN_CASE}")
    for name in _BY_CASE:
        _only(name, f"case_id = {_OWN_CASE}")
    _only("asks", f"guardian_id = {USER_ID}")
    _only("entries", f"guardian_id = {USER_ID}")
    _only("reports", f"case_id = {_OWN_CASE} and presented_at is not null")
    _only("report_reactions", f"(guardian_id is null or guardian_id = {USER_ID})")
    _only("deliveries", f"person_id = {USER_ID}")
    takes_part = f"participants @> jsonb_build_array(jsonb_build_object('person_id', {USER_ID}::text))"
    _only("appointments", f"case_id = {_OWN_CASE} and {takes_part}")
    for name in _BY_AGREEMENT:
        _only(name, f"exists (select from agreements whole where whole.school_id = {name}.school_id and whole.id = {name}.agreement_id)")
    name = "expectation_evaluations"
    _only(name, f"exists (select from expectations whole where whole.school_id = {name}.school_id and whole.id = {name}.expectation_id)")


def _only(table: str, condition: str) -> None:
    op.execute(
        f"create policy {table}_parents on {table} as restrictive to cases_app"
        f" using ({AUDIENCE} is distinct from 'parents' or ({condition}))"
    )
