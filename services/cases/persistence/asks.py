"""Queries on what guardians are asked, and on how they come in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.asks import TRIES, Ask, Entry
from services.cases.domain.case import Case
from services.cases.persistence.parent_tables import asks, entries
from shared.database import hold
from shared.errors import NotFound

_ENTRY = [entries.c[name] for name in Entry.__dataclass_fields__]


class Asks:
    """Within the transaction of `session`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, ask: Ask) -> None:
        self._session.execute(sa.insert(asks).values(**ask.__dict__))

    def get(self, school_id: UUID, ask_id: UUID) -> Ask:
        """Raises NotFound."""
        found = sa.select(asks).where(asks.c.school_id == school_id, asks.c.id == ask_id)
        row = self._session.execute(found).one_or_none()
        if row is None:
            raise NotFound
        return Ask(**row._asdict())

    def of(self, case: Case, since: datetime | None = None) -> list[Ask]:
        """Of a case, newest first."""
        found = sa.select(asks).where(asks.c.school_id == case.school_id, asks.c.case_id == case.id)
        if since is not None:
            found = found.where(asks.c.asked_at > since)
        rows = self._session.execute(found.order_by(asks.c.asked_at.desc(), asks.c.id.desc()).limit(200))
        return [Ask(**row._asdict()) for row in rows]

    def open(self, ask: Ask, now: datetime) -> None:
        """The guardian came to their page: everything that waited there was seen."""
        mine = (asks.c.school_id == ask.school_id, asks.c.guardian_id == ask.guardian_id, asks.c.opened_at.is_(None))
        self._session.execute(sa.update(asks).where(*mine).values(opened_at=now))

    def lock_guardian(self, ask: Ask) -> None:
        """Two who ask for a code at once are counted one after the other."""
        hold(self._session, [ask.guardian_id])

    def add_entry(self, entry: Entry, code_hash: bytes) -> None:
        self._session.execute(sa.insert(entries).values(**entry.__dict__, code_hash=code_hash))

    def sent_since(self, ask: Ask, since: datetime) -> list[datetime]:
        """When this guardian's codes were sent."""
        mine = (entries.c.school_id == ask.school_id, entries.c.guardian_id == ask.guardian_id, entries.c.sent_at > since)
        return list(self._session.execute(sa.select(entries.c.sent_at).where(*mine)).scalars())

    def try_code(self, ask: Ask) -> tuple[Entry, bytes] | None:
        """The newest code of this guardian, one try older: counted before it is compared, by one statement that locks it."""
        mine = (entries.c.school_id == ask.school_id, entries.c.guardian_id == ask.guardian_id)
        newest = sa.select(entries.c.id).where(*mine).order_by(entries.c.sent_at.desc(), entries.c.id.desc()).limit(1)
        statement = (
            sa.update(entries)
            .where(*mine, entries.c.id == newest.scalar_subquery(), entries.c.tries < TRIES)
            .values(tries=entries.c.tries + 1)
        )
        row = self._session.execute(statement.returning(*_ENTRY, entries.c.code_hash)).one_or_none()
        if row is None:
            return None
        known = row._asdict()
        code_hash = known.pop("code_hash")
        return Entry(**known | {"tries": known["tries"] - 1}), code_hash

    def entry(self, school_id: UUID, entry_id: UUID) -> Entry | None:
        row = self._session.execute(
            sa.select(*_ENTRY).where(entries.c.school_id == school_id, entries.c.id == entry_id)
        ).one_or_none()
        return Entry(**row._asdict()) if row else None

    def keep_open(self, entry: Entry, until: datetime) -> None:
        mine = (entries.c.school_id == entry.school_id, entries.c.id == entry.id)
        self._session.execute(sa.update(entries).where(*mine).values(open_until=until))
