"""The kinds of columns and keys that the tables of `cases` are made of. `school_id` leads every key of what a school has."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry

from shared.database import new_metadata

metadata = new_metadata()
mapping = registry(metadata=metadata)

INSTANT = sa.DateTime(timezone=True)


def text(name: str, *, optional: bool = False, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=optional, comment=comment)


def at(name: str, *, optional: bool = False) -> sa.Column[object]:
    return sa.Column(name, INSTANT, nullable=optional)


def school() -> sa.Column[object]:
    return sa.Column("school_id", sa.Uuid, primary_key=True)


def key(name: str = "id") -> sa.Column[object]:
    return sa.Column(name, sa.Uuid, primary_key=True)


def readers() -> sa.Column[object]:
    return sa.Column("readers", ARRAY(sa.Text), nullable=False, comment="who may see this row")


def one_of(column: str, choices: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{each}'" for each in choices)
    return sa.CheckConstraint(f"{column} in ({listed})", column)


def of_case() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["school_id", "case_id"], ["cases.school_id", "cases.id"])


def newest_first(name: str, *columns: str, by: str = "at") -> sa.Index:
    return sa.Index(name, *columns, sa.text(f"{by} desc"), sa.text("id desc"))


def written() -> list[sa.Column[Any]]:
    return [sa.Column("written_by", sa.Uuid, nullable=False), text("written_by_name"), at("written_at")]
