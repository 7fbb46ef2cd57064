"""Queries that logging in needs. A login knows no user yet, so each method can find one account and never a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.cases.domain.throttling import FORGOTTEN_AFTER, Failures
from services.cases.persistence.tables import accounts, login_failures, sessions


@dataclass(frozen=True)
class Account:
    """What somebody logs in with."""

    user_id: UUID
    alliance_id: UUID
    email: str
    password_hash: str | None = None
    totp_secret: str | None = None
    totp_last_step: int | None = None
    totp_pending: str | None = None
    totp_pending_id: UUID | None = None
    totp_pending_until: datetime | None = None


@dataclass(frozen=True)
class LiveSession:
    """A login that has not ended. `device`: browser and system, as far as it told."""

    id: UUID
    began_at: datetime
    expires_at: datetime
    device: str | None


class Accounts:
    """Within the transaction of `session`; the policies decide which rows there are."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_email(self, email: str) -> Account | None:
        """The account with exactly this address, the only one that somebody who is not logged in can make visible."""
        self._session.execute(sa.text("select set_config('app.login_email', :email, true)"), {"email": email})
        return self._account(accounts.c.email == email)

    def of_user(self, user_id: UUID) -> Account | None:
        return self._account(accounts.c.user_id == user_id)

    def add(self, account: Account) -> bool:
        """False when somebody else logs in with this address."""
        statement = insert(accounts).values(**account.__dict__).on_conflict_do_nothing()
        return self._rows(statement) == 1

    def set(self, user_id: UUID, **values: Any) -> None:
        self._session.execute(sa.update(accounts).where(accounts.c.user_id == user_id).values(**values))

    def use_code(self, user_id: UUID, step: int) -> bool:
        """Mark a one-time code as used; False when it, or a later one, was used before."""
        fresh = sa.or_(accounts.c.totp_last_step.is_(None), accounts.c.totp_last_step < step)
        statement = sa.update(accounts).where(accounts.c.user_id == user_id, fresh).values(totp_last_step=step)
        return self._rows(statement) == 1

    def begin_session(self, user_id: UUID, session: LiveSession) -> None:
        self._session.execute(sa.insert(sessions).values(user_id=user_id, **session.__dict__))

    def session_end(self, session_id: UUID, now: datetime) -> datetime | None:
        """When the session ends, or None when it has."""
        live = sa.and_(sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
        return self._session.execute(sa.select(sessions.c.expires_at).where(sessions.c.id == session_id, live)).scalar()

    def end_session(self, session_id: UUID, at: datetime) -> datetime | None:
        """End it; gives when it would have ended, or None when it had ended already."""
        ended = sa.update(sessions).where(sessions.c.id == session_id, sessions.c.ended_at.is_(None)).values(ended_at=at)
        return self._session.execute(ended.returning(sessions.c.expires_at)).scalar()

    def live_sessions(self, user_id: UUID, now: datetime) -> list[LiveSession]:
        """Newest first."""
        live = sa.and_(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
        columns = (sessions.c.id, sessions.c.began_at, sessions.c.expires_at, sessions.c.device)
        rows = self._session.execute(sa.select(*columns).where(live).order_by(sessions.c.began_at.desc()))
        return [LiveSession(**row._asdict()) for row in rows]

    def end_sessions(self, user_id: UUID, at: datetime, but: UUID | None = None) -> None:
        """All of somebody's that have not ended, `but` one."""
        live = sa.and_(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None))
        others = live if but is None else sa.and_(live, sessions.c.id != but)
        self._session.execute(sa.update(sessions).where(others).values(ended_at=at))

    def failures(self, subjects: Mapping[str, bytes]) -> list[Failures]:
        """By kind of subject; locked, so that a thousand guesses at once are counted one after the other."""
        columns = (login_failures.c.kind, login_failures.c.count, login_failures.c.last_at)
        found = sa.select(*columns).where(login_failures.c.subject.in_(list(subjects.values())))
        rows = self._session.execute(found.order_by(login_failures.c.subject).with_for_update())
        return [Failures(*row) for row in rows]

    def count_failure(self, subjects: Mapping[str, bytes], at: datetime) -> None:
        """One more for each; a count of long ago begins anew."""
        rows = [{"subject": key, "kind": kind, "count": 1, "last_at": at} for kind, key in subjects.items()]
        statement = insert(login_failures).values(sorted(rows, key=lambda row: bytes(row["subject"])))
        old = login_failures.c.last_at < at - FORGOTTEN_AFTER
        again = {"count": sa.case((old, 1), else_=login_failures.c.count + 1), "last_at": at}
        self._session.execute(statement.on_conflict_do_update(index_elements=["subject"], set_=again))

    def forgive(self, subjects: Mapping[str, bytes]) -> None:
        """The password was right after all: the account starts anew, the network address is one down."""
        self._session.execute(sa.delete(login_failures).where(login_failures.c.subject == subjects["account"]))
        network = login_failures.c.subject == subjects["network"]
        less = sa.func.greatest(login_failures.c.count - 1, 0)
        self._session.execute(sa.update(login_failures).where(network).values(count=less))

    def _account(self, condition: sa.ColumnElement[bool]) -> Account | None:
        row = self._session.execute(sa.select(accounts).where(condition)).one_or_none()
        return Account(**row._asdict()) if row else None

    def _rows(self, statement: sa.Executable) -> int:
        done = self._session.execute(statement, execution_options={"preserve_rowcount": True})
        return int(done.rowcount)  # type: ignore[attr-defined]  # a CursorResult
