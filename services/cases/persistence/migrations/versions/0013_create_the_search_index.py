"""Create the search index: words of texts and of names, each row under the policies of what it stands in."""

from alembic import op

from services.cases.persistence import search_index, search_tables
from shared.migrations import AUDIENCE, OWN_SCHOOLS, USER_ID, Guard

revision = "0013"
down_revision = "0012"

_INDEXED = (
    "cases", "stories", "statements", "expectations", "agreement_versions", "coaching", "child_views", "handover_notes", "reports",
    "report_addenda", "satisfaction",
)
_DOSSIER = f"{OWN_SCHOOLS} and {AUDIENCE} in ('school', 'liaison', 'team', 'parents', 'system')"
_OWN_CASE = f"(select own.case_id from guardians own where own.id = {USER_ID})"


def upgrade() -> None:
    search_tables.search_words.metadata.create_all(op.get_bind(), [search_tables.search_words, search_tables.name_words])
    guard = Guard("cases")
    rights = {"app": "select, insert, delete", "worker": "select, insert, delete"}
    guard.readers_table("search_words", **rights)
    guard.table("name_words", using=_DOSSIER, **rights)
    for name in ("search_words", "name_words"):
        # Parents do not search; what one says on their own page becomes words that no other guardian sees either.
        op.execute(
            f"create policy {name}_parents on {name} as restrictive to cases_app using ({AUDIENCE} is distinct from 'parents')"
            f" with check ({AUDIENCE} is distinct from 'parents' or case_id = {_OWN_CASE})"
        )
    for statement in search_index.functions():
        op.execute(statement)
    for name in _INDEXED:
        for statement in search_index.keep(search_index.SOURCES[name]):
            op.execute(statement)
    for statement in search_index.fill(_INDEXED):
        op.execute(statement)
