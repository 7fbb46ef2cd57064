"""How texts come into the search index: by a trigger on their table, in the transaction that writes them.

A table joins with one `Source` in SOURCES, and in the migration that makes it `for statement in keep(SOURCES[name]):
op.execute(statement)`. Nobody who writes a text has to think of the index, and none can forget it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from services.cases.domain.readers import SHARED
from services.cases.persistence import (
    agreement_tables,
    charge_tables,
    circle_tables,
    effort_tables,
    parent_tables,
    satisfaction_tables,
    tables,
)

# Dutch stems, of words without accents: `kinderen` finds `Kind`, `cafe` finds `café`.
LANGUAGE = "dutch_folded"


@dataclass(frozen=True)
class Whole:
    """What a text is a part of, where its own row does not name the case: a table, and the column that refers to it."""

    table: sa.Table
    key: str


@dataclass(frozen=True)
class Source:
    """A table with texts. `kind`: what they are, none when a column of that name says so; `at`, `readers`: expressions on `row`.

    `latest`: the column that counts versions, of which the last is found.
    """

    table: sa.Table
    kind: str | None
    text: str = "text"
    id: str = "id"
    at: str = "row.written_at"
    readers: str = "row.readers"
    whole: Whole | None = None
    latest: str | None = None

    def call(self, row: str) -> str:
        """SQL that puts the text of `row` (`new` in a trigger) into the index, in place of what it said before."""
        kind = f"'{self.kind}'" if self.kind else f"{row}.kind"
        case = f"{row}.case_id" if self.table is not tables.cases else f"{row}.id"
        if self.whole:
            of = f"whole.school_id = {row}.school_id and whole.id = {row}.{self.whole.key}"
            case = f"(select case_id from {self.whole.table} as whole where {of})"
        at, readers = (each.replace("row.", f"{row}.") for each in (self.at, self.readers))
        return f"index_text({row}.school_id, {case}, {kind}, {row}.{self.id}, {at}, {readers}, {row}.{self.text})"


_ALL = "array[" + ", ".join(f"'{reader}'" for reader in SHARED) + "]::text[]"
# Parents read a report once it was put to them.
_OF_REPORT = "case when row.presented_at is null then array_remove(row.readers, 'parents') else row.readers end"
_OF_ADDENDUM = "(select whole.readers from reports as whole where whole.school_id = row.school_id and whole.id = row.report_id)"
_OF_HANDOVER = (
    "(select whole.written_at from handovers as whole where whole.school_id = row.school_id and whole.id = row.handover_id)"
)
SOURCES: dict[str, Source] = {
    "cases": Source(tables.cases, "reason", text="reason", at="row.opened_at", readers=_ALL),
    "stories": Source(tables.stories, "story", id="case_id", latest="version"),
    "statements": Source(tables.statements, None),
    "expectations": Source(agreement_tables.expectations, "expectation", readers=_ALL),
    "agreement_versions": Source(
        agreement_tables.agreement_versions,
        "agreement",
        text="what",
        id="agreement_id",
        readers=_ALL,
        whole=Whole(agreement_tables.agreements, "agreement_id"),
        latest="number",
    ),
    "coaching": Source(effort_tables.coaching, "coaching", text="topic"),
    "child_views": Source(circle_tables.child_views, "child_view"),
    "handover_notes": Source(charge_tables.handover_notes, "handover", text="note", id="handover_id", at=_OF_HANDOVER),
    "satisfaction": Source(satisfaction_tables.satisfaction, "satisfaction", text="remark"),
    "reports": Source(parent_tables.reports, "report", readers=_OF_REPORT),
    "report_addenda": Source(
        parent_tables.report_addenda, "addendum", readers=_OF_ADDENDUM, whole=Whole(parent_tables.reports, "report_id")
    ),
}

# The stemmer leaves `kinderen` at `kinder`, which is not the stem of `kind`; in this record that is the one that matters.
ALSO = {"kind": "kinder"}
_STEMS = f"""
create function stems_of(said text) returns tsvector language sql immutable parallel safe set search_path = public, pg_temp as
$$ select to_tsvector('{LANGUAGE}', regexp_replace(said, '\\mkinderen\\M', 'kind', 'gi')) $$"""
_PUT = """
create function index_text(school uuid, of_case uuid, of_kind text, id uuid, at timestamptz, who text[], said text)
returns void language sql set search_path = public, pg_temp as $$
  delete from search_words
    where school_id = school and case_id = of_case and text_id = id and kind = of_kind;
  insert into search_words (school_id, word, written_at, text_id, kind, case_id, readers)
    select school, lexeme, at, id, of_kind, of_case, who from unnest(stems_of(said))
$$"""
# Of a double name each part is found too; a reference also by its number alone.
_NAME_INDEXER = """
create function index_names() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  delete from name_words where school_id = new.school_id and case_id = new.id;
  insert into name_words (school_id, word, case_id)
    select distinct new.school_id, left(part, 80), new.id
    from unnest(regexp_split_to_array(new.search_text, '\\s+') || regexp_split_to_array(new.search_text, '[^[:alnum:]]+')) as part
    where part <> '';
  return null;
end $$"""


def functions() -> Iterator[str]:
    """What the triggers call; with the rights of whoever writes, so that the policies hold for the index as for the text."""
    yield f"create text search configuration {LANGUAGE} (copy = pg_catalog.dutch)"
    yield f"alter text search configuration {LANGUAGE} alter mapping for hword, hword_part, word with unaccent, dutch_stem"
    yield _STEMS
    yield _PUT
    yield _NAME_INDEXER
    yield "create trigger index_names after insert or update of search_text on cases for each row execute function index_names()"


def keep(source: Source) -> Iterator[str]:
    """Statements that make a table keep its texts in the index from now on."""
    name = source.table.name
    own = {column.name for column in source.table.c}
    telling = [each for each in (source.text, "readers", "presented_at") if each in own]
    before, now = (", ".join(f"{row}.{each}" for each in telling) for row in ("old", "new"))
    # A row may be written whole when something else of it changed, also by who does not see its words.
    yield (
        f"create function index_{name}() returns trigger language plpgsql set search_path = public, pg_temp as $$ begin"
        f" if tg_op = 'INSERT' or ({before}) is distinct from ({now}) then perform {source.call('new')}; end if;"
        f" return null; end $$"
    )
    after = f"after insert or update of {', '.join(telling)}"
    yield f"create trigger index_text {after} on {name} for each row execute function index_{name}()"


def fill(names: Iterable[str]) -> Iterator[str]:
    """Statements by which the owner, for whom the policies are lifted meanwhile, puts what was written before into the index."""
    sources = [SOURCES[name] for name in names]
    touched = dict.fromkeys(["cases", "handovers", "search_words", "name_words"])
    for source in sources:
        touched |= dict.fromkeys([source.table.name, *([source.whole.table.name] if source.whole else [])])
    yield from (f"alter table {name} no force row level security" for name in touched)
    yield "delete from search_words"
    yield "update cases set search_text = search_text"
    for source in sources:
        order = f" order by {source.latest}" if source.latest else ""
        yield f"select {source.call('said')} from {source.table.name} as said{order}"
    yield from (f"alter table {name} force row level security" for name in touched)
