"""Create emergency access with a wall of its own around one case, and the overviews of a morning."""

import sqlalchemy as sa
from alembic import op

from services.cases.persistence.watch_tables import digests, emergency_accesses
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0014"
down_revision = "0013"

_EMERGENCY = f"{AUDIENCE} = 'emergency'"
_OWN_ALLIANCE = f"alliance_id = (select own.alliance_id from accounts own where own.user_id = {USER_ID})"
_SOUGHT = "(select nullif(current_setting('app.reference', true), ''))"
_ONE_CASE = "(select nullif(current_setting('app.case_id', true), ''))::uuid"
_NO_EMERGENCY = "(select nullif(current_setting('app.case_id', true), '')) is null"
# What is only ever added to, and has to be: who looked, and that somebody did.
_WRITTEN = ("timeline", "access_log")
# What the application may delete at all.
_DELETED = ("addresses", "search_words", "name_words")
_APART = ("erasures", "emergency_accesses")
_OF_CASES = sa.text(
    "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'case_id' and not a.attisdropped"
    " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace order by 1"
)
# What belongs to a case by what it belongs to.
_BY = {
    "agreement_expectations": ("agreements", "agreement_id"),
    "agreement_versions": ("agreements", "agreement_id"),
    "endorsements": ("agreements", "agreement_id"),
    "agreement_evaluations": ("agreements", "agreement_id"),
    "expectation_evaluations": ("expectations", "expectation_id"),
    "report_reactions": ("reports", "report_id"),
    "report_addenda": ("reports", "report_id"),
    "addresses": ("guardians", "guardian_id"),
    "deliveries": ("appointments", "appointment_id"),
}


def upgrade() -> None:
    emergency_accesses.metadata.create_all(op.get_bind(), [emergency_accesses, digests])
    guard = Guard("cases")
    _ask_for_access(guard)
    _wall_into_one_case()
    own = f"{OWN_SCHOOLS} and (user_id = {USER_ID} or {AUDIENCE} = 'system')"
    guard.table("digests", using=own, app="", worker="select, insert, delete")
    # The policies of who administers ask the accounts, of which the worker knows nothing: they are the application's alone.
    op.execute("alter policy schools_scope on schools to cases_app")
    op.execute("alter policy users_scope on users to cases_app")
    op.execute(f"create policy schools_worker on schools for select to cases_worker using ({OWN_SCHOOLS})")
    op.execute(f"create policy users_digest on users for select to cases_worker using ({AUDIENCE} = 'system')")
    op.execute("grant select on schools, assignments to cases_worker")
    op.execute("grant select (id, active) on users to cases_worker")


def _ask_for_access(guard: Guard) -> None:
    guard.enable("emergency_accesses")
    # Offices see those of their own schools: the sub-select is under the policy of schools.
    office = f"{AUDIENCE} = 'figures' and exists (select from schools where schools.school_id = emergency_accesses.school_id)"
    own_school = "exists (select from schools where schools.school_id = emergency_accesses.school_id)"
    op.execute(
        f"create policy emergency_accesses_scope on emergency_accesses to cases_app using (user_id = {USER_ID} or ({office}))"
        f" with check (user_id = {USER_ID} and {_EMERGENCY} and {OWN_SCHOOLS} and {own_school})"
    )
    erasing = f"{OWN_SCHOOLS} and {AUDIENCE} = 'system'"
    op.execute(f"create policy emergency_accesses_erasing on emergency_accesses to cases_worker using ({erasing}) with check (false)")
    guard.grant("emergency_accesses", app="select, insert", worker="select, delete")
    # Whoever asks sees which schools there are, whom to tell, and of one case, whose number they know, that it is there.
    op.execute(f"create policy schools_emergency on schools for select to cases_app using ({_EMERGENCY} and {_OWN_ALLIANCE})")
    op.execute(
        "create policy users_emergency on users for select to cases_app"
        f" using ({_EMERGENCY} and {_OWN_ALLIANCE} and role = 'coordinator' and active)"
    )
    op.execute(
        "create policy cases_emergency_sought on cases for select to cases_app"
        f" using ({_EMERGENCY} and {OWN_SCHOOLS} and reference = {_SOUGHT})"
    )


def _wall_into_one_case() -> None:
    """Beside the school's wall and the readers': one case, and no word of it changed."""
    _only("cases", f"id = {_ONE_CASE}", written=False)
    _only("case_counters", "false", written=False)
    for name in op.get_bind().execute(_OF_CASES).scalars().all():
        if name not in _APART:
            _only(name, f"case_id = {_ONE_CASE}", written=name in _WRITTEN)
    for name, (whole, key) in _BY.items():
        _only(name, f"exists (select from {whole} whole where whole.school_id = {name}.school_id and whole.id = {name}.{key})", written=False)
    for name in _DELETED:
        op.execute(f"create policy {name}_emergency_kept on {name} as restrictive for delete to cases_app using ({_NO_EMERGENCY})")


def _only(table: str, condition: str, *, written: bool) -> None:
    check = f"{_NO_EMERGENCY} or ({condition})" if written else _NO_EMERGENCY
    op.execute(
        f"create policy {table}_emergency on {table} as restrictive to cases_app"
        f" using ({_NO_EMERGENCY} or ({condition})) with check ({check})"
    )
