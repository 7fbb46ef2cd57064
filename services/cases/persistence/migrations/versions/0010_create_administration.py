"""Create teams, invitations, the administrators' log, what they may know of accounts, recovery codes, holds and runs of the purge."""

from alembic import op

from services.cases.persistence import administration_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0010"
down_revision = "0009"

_ADMINISTRATION = f"{AUDIENCE} = 'administration'"
_OWN_ALLIANCE = f"alliance_id = (select own.alliance_id from accounts own where own.user_id = {USER_ID})"
_COLUMNS = {
    "alliances": (
        "retention_years integer not null default 3",
        "purges_daily boolean not null default false",
        "purge_set_by uuid",
        "totp_required_from date",
        "version integer not null default 1",
    ),
    "schools": ("stopped_on date", "version integer not null default 1"),
    "users": ("version integer not null default 1",),
    "accounts": ("totp_pending text", "totp_pending_id uuid", "totp_pending_until timestamptz"),
    "sessions": ("device text",),
}
_NEW = (
    "teams", "team_schools", "team_members", "invitations", "administration_log", "account_facts", "recovery_codes", "holds",
    "purge_runs",
)


def upgrade() -> None:
    # A database that begins today has them already: the first migration makes the tables as they are now.
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.execute(f"alter table {table} add column if not exists {column}")
    metadata = administration_tables.teams.metadata
    metadata.create_all(op.get_bind(), [metadata.tables[name] for name in _NEW])
    _know_the_accounts_that_there_are()
    guard = Guard("cases")
    op.execute("grant update (name, retention_years, purges_daily, purge_set_by, totp_required_from, version) on alliances to cases_app")
    op.execute("grant update (totp_pending, totp_pending_id, totp_pending_until) on accounts to cases_app")
    _affairs(guard)
    _own_account(guard)
    _keeping(guard)


def _know_the_accounts_that_there_are() -> None:
    """Lifts the owner's policies for this one statement."""
    for action in ("no force", "force"):
        op.execute(f"alter table accounts {action} row level security")
        if action == "no force":
            op.execute(
                "insert into account_facts (user_id, alliance_id, made_at, password_set_at, totp_since)"
                " select user_id, alliance_id, now(), case when password_hash is not null then now() end,"
                " case when totp_secret is not null then now() end from accounts"
            )


def _affairs(guard: Guard) -> None:
    seen = f"{_OWN_ALLIANCE} and {AUDIENCE} in ('administration', 'figures')"
    changed = f"{_OWN_ALLIANCE} and {_ADMINISTRATION}"
    guard.table("teams", using=seen, check=changed, app="select, insert, update (name, version), delete", worker="")
    guard.table("team_schools", using=seen, check=changed, app="select, insert, delete", worker="")
    guard.table("team_members", using=seen, check=changed, app="select, insert, delete", worker="")
    # Everybody's own acts are noted, and administrators read them.
    noted = f"{_OWN_ALLIANCE} and actor_id = {USER_ID}"
    guard.table("administration_log", using=changed, check=noted, app="select, insert", worker="")


def _own_account(guard: Guard) -> None:
    own = f"user_id = {USER_ID}"
    own_or_administered = f"{own} or ({_ADMINISTRATION} and {_OWN_ALLIANCE})"
    guard.table("invitations", using=own_or_administered, app="select, insert, update (used_at, withdrawn_at)", worker="")
    guard.table("account_facts", using=own_or_administered, app="select, insert, update", worker="")
    guard.table("recovery_codes", using=own, app="select, insert, update (used_at), delete", worker="")


def _keeping(guard: Guard) -> None:
    seen = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'administration', 'system')"
    changed = f"{OWN_SCHOOLS} and {AUDIENCE} in ('administration', 'system')"
    guard.table(
        "holds", using=seen, check=changed, app="select, insert, update (lifted_at, lifted_by, lifted_by_name)", worker="select, delete"
    )
    guard.table("purge_runs", using=f"{_OWN_ALLIANCE} and {_ADMINISTRATION}", app="select", worker="select, insert")
    # The daily run acts for no user: it sees which alliances want it, and their schools, and no name.
    system = f"{AUDIENCE} = 'system'"
    op.execute(f"create policy purge_runs_purge on purge_runs to cases_worker using ({system})")
    op.execute(f"create policy alliances_purge on alliances for select to cases_worker using (purges_daily and {system})")
    op.execute(f"create policy schools_purge on schools for select to cases_worker using ({system})")
    op.execute("grant select (id, retention_years, purges_daily, purge_set_by) on alliances to cases_worker")
    op.execute("grant select (school_id, alliance_id) on schools to cases_worker")
    guard.grant("erasures", worker="insert")
