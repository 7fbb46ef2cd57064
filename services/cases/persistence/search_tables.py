"""The tables that a search looks in: words of texts, and words of names. Ordinary rows under policies; ADR 6 says why."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.persistence.columns import metadata, of_case, readers, school


def _word() -> sa.Column[str]:
    # Compared by bytes: equality and order can then be answered from the index under a policy, whatever the locale.
    return sa.Column("word", sa.Text(collation="C"), primary_key=True)


search_words = sa.Table(
    "search_words",
    metadata,
    school(),
    _word(),
    sa.Column("written_at", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("text_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True, comment="what sort of text it stands in"),
    sa.Column("case_id", sa.Uuid, nullable=False),
    readers(),
    of_case(),
    sa.Index("ix_search_words_case", "school_id", "case_id"),
)

name_words = sa.Table(
    "name_words",
    metadata,
    school(),
    _word(),
    sa.Column("case_id", sa.Uuid, primary_key=True),
    of_case(),
    sa.Index("ix_name_words_case", "school_id", "case_id"),
)
