"""Finding cases by the words of their names and references: by how they begin, or by what resembles them.

How a word begins is asked as a range, which the index answers under a policy. What resembles it (trigrams) cannot be: that
reads the words of the caller's schools, from the index alone, and only where nothing begins as was typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from services.cases.domain.case import folded
from services.cases.persistence.search_tables import name_words

_ALIKE = 0.25  # of 1: two mistakes in a name of eight letters are forgiven
_MOST_ALIKE = 8
_LAST_SIGN = chr(0x10FFFF)
_MOST_WORDS = 6


def named(q: str, school_ids: Sequence[UUID], *, similar: bool = False) -> sa.CTE:
    """The cases, by school and id, in which every word of `q` begins a name or number, or with `similar` resembles one."""
    condition = _resembles if similar else _begins
    each = [
        sa.select(name_words.c.school_id, name_words.c.case_id).where(
            name_words.c.school_id.in_(school_ids), condition(word, school_ids)
        )
        for word in folded(q).split()[:_MOST_WORDS]
    ]
    found = each[0].distinct() if len(each) == 1 else sa.intersect(*each)
    return found.cte("named").prefix_with("materialized", dialect="postgresql")


def asks_for_a_name(q: str | None) -> bool:
    """Something is left of it to look for."""
    return bool(folded(q or ""))


def _begins(word: str, _school_ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
    return sa.and_(name_words.c.word >= word, name_words.c.word < word + _LAST_SIGN)


def _resembles(word: str, school_ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
    known = sa.select(name_words.c.word).where(name_words.c.school_id.in_(school_ids)).distinct().subquery("known")
    likeness = sa.func.similarity(known.c.word, word)
    best = sa.select(known.c.word).where(likeness >= _ALIKE).order_by(likeness.desc(), known.c.word).limit(_MOST_ALIKE)
    return name_words.c.word.in_(best.scalar_subquery())
