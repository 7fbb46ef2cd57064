"""Transactions that carry their tenancy.

`Database.transaction(scope)` is the only way to the data. Its first statement sets the caller's schools, audience and
user for this transaction alone (a session-level SET would leak through the pool) and, in the same round trip, refuses
a login that was ended meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Engine, MetaData, Uuid, bindparam, create_engine, event, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from shared.errors import Unauthenticated, Unavailable
from shared.prepared import Prepared, Question, array, ask
from shared.tenancy import Scope

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_SET = (
    "select set_config('app.schools', :schools, true), set_config('app.audience', :audience, true),"
    " set_config('app.user_id', :user_id, true), set_config('app.case_id', :case_id, true)"
)
_ENDED = "exists(select 1 from revocations where subject_id in (:session_id, :actor_id) and issued_before > :issued_at)"
# One turn for each id, the same for every transaction and in the same order for all: nobody can wait in a circle.
_HELD = (
    "(select count(pg_advisory_xact_lock(hashtextextended(id::text, 0)))"
    " from (select id from unnest(:held) with ordinality as t (id, n) order by n) as held)"
)
_IDS = bindparam("held", type_=ARRAY(Uuid))
_HOLD = Prepared(text(f"select {_HELD}").bindparams(_IDS))
# By whether a login is looked at, and whether anything is held.
_OPEN = {
    (False, False): Prepared(text(_SET)),
    (True, False): Prepared(text(f"{_SET}, {_ENDED}")),
    (False, True): Prepared(text(f"{_SET}, {_HELD}").bindparams(_IDS)),
    (True, True): Prepared(text(f"{_SET}, {_ENDED}, {_HELD}").bindparams(_IDS)),
}
# Lock not available, deadlock, statement cancelled: the server is there and this work met other work.
_BUSY = ("55P03", "40P01", "40001", "57014")
# Server away or shutting down, connection refused or lost, too many connections (SQLSTATE classes 08, 53, 57P).
_AWAY = ("08", "53", "57P")


class Busy(Unavailable):
    """Other work holds what this needs; nothing was done, and the same again may well succeed."""


def new_metadata() -> MetaData:
    """Metadata with names for every constraint, so that migrations can drop what they made."""
    return MetaData(naming_convention=NAMING)


class Database:
    """One service's database under one role; safe to share between threads."""

    def __init__(self, url: str, *, pool_size: int = 8, lock_timeout: str = "5s", statement_timeout: str = "15s") -> None:
        self.engine = _engine(url, pool_size, lock_timeout, statement_timeout)
        self._open = threading.local()

    @contextmanager
    def transaction(
        self, scope: Scope, *, set_by_caller: bool = False, held: Collection[UUID] = (), ahead: Sequence[Question] = ()
    ) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any exception.

        `held`: as in `hold`, and `ahead`: what will be asked first, without round trips of their own.

        With `set_by_caller` the caller's first statement writes the settings of the scope along (`scope_settings`), to save a
        round trip; until then nothing is seen.

        Inside an open transaction of this thread it joins that one (which is how an Idempotency-Key and the effect it
        guards become one); the scope must then be the same, because tenancy never changes midway.

        Raises Unavailable when the database is away, Unauthenticated when the login was ended.
        """
        current: tuple[Session, Scope] | None = getattr(self._open, "current", None)
        if current is not None:
            if current[1] != scope:
                raise RuntimeError("a transaction cannot change its tenancy midway")
            if held:
                hold(current[0], held)
            yield current[0]
            return
        with translated_errors(), Session(self.engine, expire_on_commit=False) as session:
            if not set_by_caller:
                _begin(session, scope, held, ahead)
            self._open.current = (session, scope)
            try:
                yield session
            finally:
                self._open.current = None
            session.commit()

    def ping(self) -> None:
        """Raises Unavailable unless the database answers."""
        with translated_errors(), self.engine.connect() as connection:
            connection.execute(text("select 1"))

    def dispose(self) -> None:
        self.engine.dispose()


def hold(session: Session, ids: Collection[UUID]) -> None:
    """Be the only one with each of these until the commit, of all who hold them; waits for whoever has one."""
    _HOLD.rows(session, {"held": array(sorted(ids))})


def _begin(session: Session, scope: Scope, held: Collection[UUID], ahead: Sequence[Question]) -> None:
    """The first statement finds out about a connection that was lost in the pool; nothing was done yet, so once again."""
    try:
        set_scope(session, scope, held, ahead)
    except psycopg.OperationalError as error:
        if error.sqlstate is not None and not error.sqlstate.startswith(_AWAY):
            raise
        session.invalidate()
        set_scope(session, scope, held, ahead)


def set_scope(session: Session, scope: Scope, held: Collection[UUID] = (), ahead: Sequence[Question] = ()) -> None:
    """Write the tenancy into this transaction's settings. Consumers call it again for each school of a batch.

    Raises Unauthenticated when the scope's login was ended since its token was issued.
    """
    values = scope_settings(scope)
    checked = scope.session_id is not None
    if checked:
        values |= {"session_id": scope.session_id, "actor_id": scope.actor_id, "issued_at": scope.issued_at}
    if held:
        values["held"] = array(sorted(held))
    opening = Question(_OPEN[checked, bool(held)], values)
    (row,) = ask(session, opening, ahead) if ahead else opening.statement.rows(session, values)
    if checked and row[4]:
        raise Unauthenticated


def scope_settings(scope: Scope) -> dict[str, Any]:
    """The values of app.schools, app.audience, app.user_id and app.case_id."""
    return {
        "schools": ",".join(sorted(map(str, scope.schools))),
        "audience": scope.audience,
        "user_id": str(scope.actor_id or ""),
        "case_id": str(scope.case_id or ""),
    }


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn "the database is away" into Unavailable; let every other database error through."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable from error
    except (DBAPIError, psycopg.Error) as error:
        told = error.orig if isinstance(error, DBAPIError) else error
        state = getattr(told, "sqlstate", None)
        if state in _BUSY:
            raise Busy from error
        if _is_away(told, state):
            raise Unavailable from error
        raise


def _is_away(error: BaseException | None, state: str | None) -> bool:
    """Without a state, it was not PostgreSQL that said so."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) if state is None else state.startswith(_AWAY)


def _engine(url: str, pool_size: int, lock_timeout: str, statement_timeout: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,  # an error is logged, and what people typed is not
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        pool_recycle=1800,
        connect_args={"connect_timeout": 5},
    )

    @event.listens_for(engine, "connect")
    def _timeouts(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"set lock_timeout = '{lock_timeout}'")
        connection.execute(f"set statement_timeout = '{statement_timeout}'")
        connection.execute("set idle_in_transaction_session_timeout = '60s'")
        connection.autocommit = False

    return engine
