"""Queries on the buckets that limit how much mail leaves; every worker draws from the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.domain.limits import Bucket
from services.notifications.persistence.tables import rate_buckets as buckets


class RateBuckets:
    """Locked in the order of their keys, from reading to the end of the transaction: two workers never wait for each other."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def locked(self, keys: Iterable[str]) -> dict[str, Bucket]:
        """Those that there are; the others are made, and so locked too."""
        wanted = sorted(keys)
        if not wanted:
            return {}
        # An empty one of long ago is as good as a full one of now, whatever its rate; two workers then meet on its row.
        new = [{"key": key, "tokens": 0.0, "as_of": _LONG_AGO, "spread_until": _LONG_AGO} for key in wanted]
        self._session.execute(insert(buckets).on_conflict_do_nothing(), new)
        query = sa.select(buckets).where(buckets.c.key.in_(wanted)).order_by(buckets.c.key).with_for_update()
        rows = self._session.execute(query)
        return {row.key: Bucket(row.tokens, row.as_of, row.spread_until) for row in rows}

    def keep(self, changed: Mapping[str, Bucket]) -> None:
        values = [
            {"of": key, "tokens": each.tokens, "as_of": each.as_of, "spread_until": each.spread_until}
            for key, each in changed.items()
        ]
        if values:
            statement = sa.update(buckets).where(buckets.c.key == sa.bindparam("of"))
            self._session.connection().execute(statement, values)

    def forget(self, before: datetime) -> None:
        """Those from which nothing was taken since then: they are full."""
        self._session.execute(sa.delete(buckets).where(buckets.c.as_of < before, buckets.c.spread_until < before))


_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
