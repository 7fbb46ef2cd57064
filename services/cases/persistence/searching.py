"""Queries that search in texts. Words are looked up by equality and in order, which an index can answer under a policy.

Newest first, by the same key as the index: page 1,000 costs what page 1 costs, and a text that the caller may not read is
passed over by its policy before it is counted, shown or put in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, distinct_on
from sqlalchemy.orm import Session

from services.cases.domain.case import Child
from services.cases.domain.searching import BEGIN, END, Hit, Sought, parts_of
from services.cases.persistence.search_index import ALSO, LANGUAGE, SOURCES, Source
from services.cases.persistence.search_tables import search_words
from services.cases.persistence.tables import cases, schools
from shared.pagination import Page, PageRequest, cut

# How far the texts with a word are counted, to begin with the rarest.
_COUNTED = 500
_MARKS = f"StartSel={BEGIN}, StopSel={END}, MaxWords=28, MinWords=12, ShortWord=2, MaxFragments=1"
_KEY = ("written_at", "text_id", "kind")
_HEAD = ("school_id", "case_id", "kind", "text_id", "written_at")


class Searching:
    """In the texts of `school_ids` that the caller may read."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def words(self, q: str) -> list[str]:
        """The stems of what was typed, the rarest among the caller's texts first; words that every text has are left out."""
        stems = sa.func.unnest(sa.func.stems_of(q)).table_valued("lexeme").render_derived(name="stem")
        some = sa.select(sa.literal(1)).where(*self._of(stems.c.lexeme)).limit(_COUNTED).correlate(stems).subquery()
        count = sa.select(sa.func.count()).select_from(some).scalar_subquery()
        found = sa.select(stems.c.lexeme).order_by(count, stems.c.lexeme)
        return list(self._session.execute(found).scalars())

    def find(self, sought: Sought, words: Sequence[str], page: PageRequest) -> Page[Hit]:
        """The texts with all of these words, newest first, each with where it stands in them."""
        rows = self._session.execute(self._page(sought, words, page)).all()
        found = cut([_hit(row) for row in rows], page, lambda hit: (hit.written_at, hit.text_id, hit.kind))
        excerpts = self._excerpts(found.items, words)
        # Whom the text itself is not shown to is not told of it either, should the index ever know less than its policy.
        shown = [
            replace(hit, excerpt=parts_of(excerpts[key])) for hit in found.items if (key := (hit.kind, hit.text_id)) in excerpts
        ]
        return Page(shown, found.next_cursor)

    def _of(self, word: Any) -> list[sa.ColumnElement[bool]]:
        return [search_words.c.school_id.in_(self._schools), search_words.c.word == word]

    def _page(self, sought: Sought, words: Sequence[str], page: PageRequest) -> sa.Select[Any]:
        """Each school's own newest, through the index, and of those the newest."""
        wanted = [each for each in self._schools if sought.school_id in (None, each)]
        own = sa.func.unnest(sa.cast(sa.bindparam("own", wanted), ARRAY(sa.Uuid))).table_valued("id").render_derived(name="own")
        one = search_words.alias("one")
        conditions = [one.c.school_id == own.c.id, one.c.word == words[0], *_beginning(one, page)]
        conditions += [_also_has(one, word) for word in words[1:]]
        if sought.kinds:
            conditions.append(one.c.kind.in_(sought.kinds))
        newest = [one.c[name].desc() for name in _KEY]
        columns = [one.c[name] for name in _HEAD]
        of_school = sa.select(*columns).where(*conditions).order_by(*newest).limit(page.limit + 1).lateral("of_school")
        order = [of_school.c[name].desc() for name in _KEY]
        hits = sa.select(*of_school.c).select_from(own.join(of_school, sa.true())).order_by(*order).limit(page.limit + 1)
        return _with_heads(hits.subquery("hits"))

    def _excerpts(self, hits: Sequence[Hit], words: Sequence[str]) -> dict[tuple[str, UUID], str]:
        """By kind and id, from the texts themselves, under their own policies."""
        if not hits:
            return {}
        wanted = {hit.kind for hit in hits}
        sources = [each for each in SOURCES.values() if each.kind is None or each.kind in wanted]
        texts = sa.union_all(*(self._texts(source, [hit.text_id for hit in hits]) for source in sources)).subquery("texts")
        marked = sa.func.ts_headline(LANGUAGE, texts.c.said, sa.cast(_query(words), TSQUERY), _MARKS)
        rows = self._session.execute(sa.select(texts.c.kind, texts.c.id, marked.label("marked")))
        return {(row.kind, row.id): row.marked for row in rows}

    def _texts(self, source: Source, ids: Sequence[UUID]) -> sa.Select[Any]:
        table = source.table
        kind = sa.literal(source.kind).label("kind") if source.kind else table.c.kind
        identity = table.c[source.id]
        found = sa.select(kind, identity.label("id"), table.c[source.text].label("said"))
        found = found.where(table.c.school_id.in_(self._schools), identity.in_(ids))
        if source.latest:
            of = (table.c.school_id, identity)
            latest = found.ext(distinct_on(*of)).order_by(*of, table.c[source.latest].desc())
            return sa.select(latest.subquery(f"of_{table.name}"))
        return found


def _beginning(words: Any, page: PageRequest) -> list[sa.ColumnElement[bool]]:
    after = page.after(datetime.fromisoformat, UUID, str)
    if after is None:
        return []
    # The first half alone can be answered from the index under a policy.
    return [words.c.written_at <= after[0], sa.tuple_(*(words.c[name] for name in _KEY)) < sa.tuple_(*after)]


def _also_has(one: Any, word: str) -> sa.ColumnElement[bool]:
    other = search_words.alias()
    same = [other.c[name] == one.c[name] for name in ("school_id", *_KEY)]
    # Offset 0 keeps it a look-up for each text with the rarest word. Where PostgreSQL may make a join of it, the plan that it
    # keeps for whatever words takes four times as long.
    return sa.exists(sa.select(sa.literal(1)).where(other.c.word == word, *same).correlate(one).offset(0))


def _query(words: Sequence[str]) -> str:
    """The stems as a tsquery is written, each with what counts as the same."""
    either = [[word, *([ALSO[word]] if word in ALSO else [])] for word in words]
    return " & ".join("(" + " | ".join(_quoted(stem) for stem in stems) + ")" for stems in either)


def _quoted(stem: str) -> str:
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"


def _with_heads(hits: sa.Subquery) -> sa.Select[Any]:
    of = sa.and_(cases.c.school_id == hits.c.school_id, cases.c.id == hits.c.case_id)
    names = (cases.c.reference, cases.c.child_first_name, cases.c.child_last_name, cases.c.child_group, cases.c.coaching_of)
    found = sa.select(*hits.c, *names, schools.c.name.label("school_name"))
    joined = hits.join(cases, of).join(schools, schools.c.school_id == hits.c.school_id)
    return found.select_from(joined).order_by(*(hits.c[name].desc() for name in _KEY))


def _hit(row: Any) -> Hit:
    child = None
    if row.child_first_name is not None:
        child = Child(row.child_first_name, row.child_last_name, row.child_group)
    known = {name: getattr(row, name) for name in (*_HEAD, "reference", "coaching_of", "school_name")}
    return Hit(**known, child=child)
