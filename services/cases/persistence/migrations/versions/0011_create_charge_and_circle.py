"""Keep who accompanies a case and how it is handed over, who else is involved, and how the child sees it."""

from alembic import op

from services.cases.persistence import charge_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0011"
down_revision = "0010"

_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
_OWN_CASE = f"(select own.case_id from guardians own where own.id = {USER_ID})"
_NEW = ("case_staff", "handovers", "handover_notes", "involved", "child_views")
# Who accompanies a case today has done so since it was opened, as far as anybody kept.
_SINCE_IT_WAS_OPENED = """
insert into case_staff (school_id, id, case_id, place, user_id, user_name, valid_from, assigned_by_name, assigned_at)
select school_id, gen_random_uuid(), id, 'liaison', assigned_to,
  coalesce((select name from assignments a where a.school_id = c.school_id and a.user_id = c.assigned_to
            order by valid_from desc limit 1), ''),
  (opened_at at time zone 'Europe/Amsterdam')::date, '', opened_at
from cases c where assigned_to is not null
"""


def upgrade() -> None:
    metadata = charge_tables.handovers.metadata
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _NEW])
    _keep_who_was_there()
    guard = Guard("cases")
    erasing = "select, delete"
    guard.table(
        "case_staff",
        using=_DOSSIER,
        app="select, insert, update (valid_until)",
        worker="select, insert, update (valid_until), delete",
    )
    guard.table(
        "handovers",
        using=_DOSSIER,
        app="select, insert, update (taken_at, accepted_at, withdrawn_at)",
        worker="select, update (taken_at, accepted_at, withdrawn_at), delete",
    )
    guard.readers_table("handover_notes", app="select, insert", worker=erasing)
    changed = "part, part_name, name, organisation, phone, email, since, until, changes"
    guard.readers_table("involved", app=f"select, insert, update ({changed})", worker=erasing)
    guard.readers_table("child_views", app="select, insert", worker=erasing)
    for name in _NEW:
        op.execute(
            f"create policy {name}_parents on {name} as restrictive to cases_app"
            f" using ({AUDIENCE} is distinct from 'parents' or (case_id = {_OWN_CASE}))"
        )
    _let_the_worker_hand_over(guard)


def _keep_who_was_there() -> None:
    """The owner is under the policies too, and would see no case: they are lifted for this one statement."""
    for name in ("cases", "assignments"):
        op.execute(f"alter table {name} no force row level security")
    expected = op.get_bind().exec_driver_sql("select count(*) from cases where assigned_to is not null").scalar()
    kept = op.get_bind().exec_driver_sql(_SINCE_IT_WAS_OPENED).rowcount
    assert kept == expected, f"{kept} of {expected}"
    for name in ("cases", "assignments"):
        op.execute(f"alter table {name} force row level security")


def _let_the_worker_hand_over(guard: Guard) -> None:
    """It goes from school to school, and finds where by what is planned and not by what is written."""
    op.execute(
        "create policy handovers_due on handovers for select to cases_worker using (taken_at is null and withdrawn_at is null)"
    )
    guard.grant("cases", worker="update (assigned_to, version, search_text)")
    guard.grant("assignments", worker="select")
