"""Conditions on many keys at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY


def among(columns: tuple[sa.Column[Any], ...], keys: Collection[tuple[Any, ...]]) -> sa.ColumnElement[bool]:
    """As `tuple_(*columns).in_(keys)`, in a text that stays the same however many keys there are.

    So driver and server take it apart once; anew for each number of keys that was most of what a small statement cost.
    """
    parts = zip(*keys, strict=True) if keys else ((),) * len(columns)
    arrays = [sa.literal(list(part), ARRAY(column.type)) for column, part in zip(columns, parts, strict=True)]
    given = sa.func.unnest(*arrays).table_valued(*(column.name for column in columns)).render_derived(name="given")
    return sa.tuple_(*columns).in_(sa.select(given))
