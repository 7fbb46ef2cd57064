"""Keyset pages: the next page begins after the last row's key, so page 1,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.errors import Invalid

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


@dataclass(frozen=True)
class PageRequest:
    """At most `limit` rows after the key in `cursor` (opaque to clients)."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def after(self, *types: Callable[[str], Any]) -> tuple[Any, ...] | None:
        """The key to begin after, each part read by its type. Raises Invalid on `cursor` for one that we did not make."""
        if self.cursor is None:
            return None
        try:
            padded = self.cursor + "=" * (-len(self.cursor) % 4)
            parts = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            return tuple(read(str(part)) for read, part in zip(types, parts, strict=True))
        except (ValueError, TypeError, binascii.Error) as error:
            raise Invalid({"cursor": ["Deze pagina bestaat niet. Begin opnieuw bij de eerste."]}) from error


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page and the cursor of the next, if there is one."""

    items: Sequence[T]
    next_cursor: str | None = None

    def map(self, convert: Callable[[T], U]) -> Page[U]:
        return Page([convert(item) for item in self.items], self.next_cursor)


def cut(rows: Sequence[T], request: PageRequest, key: Callable[[T], Sequence[object]]) -> Page[T]:
    """The page from rows that were fetched with `limit + 1`: one too many tells that there is a next page."""
    if len(rows) <= request.limit:
        return Page(rows)
    items = rows[: request.limit]
    return Page(items, _encode(key(items[-1])))


def _encode(key: Sequence[object]) -> str:
    text = json.dumps([part.isoformat() if hasattr(part, "isoformat") else str(part) for part in key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
