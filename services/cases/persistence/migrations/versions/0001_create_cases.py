"""Create the service's tables, their policies and grants."""

from alembic import op

from services.cases.persistence import tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard, create_platform_tables

revision = "0001"
down_revision = None

_FIRST = (
    "alliances", "accounts", "users", "schools", "assignments", "sessions", "login_failures", "case_counters", "cases", "guardians",
    "addresses", "stories", "statements", "timeline", "access_log", "appointments", "deliveries",
)
_ADMINISTRATION = f"{AUDIENCE} = 'administration'"
# The caller's own row of accounts tells the alliance: a subquery is a second row-level check, not a hole in the first.
_OWN_ALLIANCE = f"(select own.alliance_id from accounts own where own.user_id = {USER_ID})"
# Set by one repository method, for the one statement that looks an account up by the address that was typed.
_TYPED = "(select nullif(current_setting('app.login_email', true), ''))"
# Figures and administration see no dossier, whatever their schools.
_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"


def upgrade() -> None:
    metadata = tables.cases.metadata
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _FIRST])
    create_platform_tables("cases")
    guard = Guard("cases")
    _who_works_here(guard)
    _the_record(guard)
    _copies(guard)


def _who_works_here(guard: Guard) -> None:
    own_alliance = f"alliance_id = {_OWN_ALLIANCE}"
    guard.table("alliances", using=f"id = {_OWN_ALLIANCE}", check=_ADMINISTRATION, app="select, insert", worker="")
    guard.table(
        "accounts",
        using=f"user_id = {USER_ID} or email = {_TYPED}",
        check=f"user_id = {USER_ID} or {_ADMINISTRATION}",
        app="select, insert, update (password_hash, totp_secret, totp_last_step)",
        worker="",
    )
    guard.table(
        "users",
        using=f"id = {USER_ID} or ({_ADMINISTRATION} and {own_alliance})",
        check=f"{_ADMINISTRATION} and {own_alliance}",
        worker="",
    )
    guard.table(
        "schools",
        using=f"{OWN_SCHOOLS} or ({AUDIENCE} in ('administration', 'figures') and {own_alliance})",
        check=f"{_ADMINISTRATION} and {own_alliance}",
        worker="",
    )
    own_or_colleagues = f"{OWN_SCHOOLS} or user_id = {USER_ID}"
    guard.table("assignments", using=own_or_colleagues, check=f"{OWN_SCHOOLS} and {_ADMINISTRATION}", worker="")
    guard.table("sessions", using=f"user_id = {USER_ID}", worker="")
    guard.grant("login_failures", app="select, insert, update, delete")
    # Forgetting what is over is the worker's, who acts for no user.
    guard.grant("login_failures", worker="select (last_at), delete")
    guard.grant("sessions", worker="select (expires_at), delete")
    op.execute(
        "create policy sessions_purge on sessions to cases_worker using (expires_at < now() - interval '30 days') with check (false)"
    )


def _the_record(guard: Guard) -> None:
    append_only = "select, insert"
    guard.table("case_counters", using=_DOSSIER, worker="")
    guard.table("cases", using=_DOSSIER, worker="select")
    guard.table("guardians", using=_DOSSIER, worker="")
    guard.table(
        "addresses",
        using=f"{_DOSSIER} and (not secret or {AUDIENCE} = 'liaison')",
        check=_DOSSIER,
        app="select, insert, delete",
        worker="",
    )
    guard.readers_table("stories", app="select, insert, update (readers)", worker="")
    guard.readers_table("statements", app=append_only, worker="")
    guard.readers_table("timeline", app=append_only, worker="insert")
    guard.readers_table("access_log", app=append_only, worker="")


def _copies(guard: Guard) -> None:
    guard.table("appointments", using=_DOSSIER, app="select", worker="select, insert, update")
    guard.table("deliveries", using=_DOSSIER, app="select", worker="select, insert, update")
