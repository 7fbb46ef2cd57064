"""Transactions on a server that comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from shared.database import Busy, Database
from shared.errors import Unavailable
from shared.ids import new_id
from shared.prepared import Prepared, Question
from shared.tenancy import NOBODY
from tests.infrastructure import ServiceDatabase
from tests.statements import statements

ECHO = Prepared(text("select cast(:word as text), current_setting('app.audience')"))


def end_connections(database: ServiceDatabase) -> int:
    """As a restart of the server does; gives how many there were."""
    statement = "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    with psycopg.connect(database.admin_url, autocommit=True) as connection:
        row = connection.execute(statement, (database.name,)).fetchone()
        return int(row[0]) if row else 0


def one(database: Database) -> int:
    with database.transaction(NOBODY) as session:
        return int(session.execute(text("select 1")).scalar_one())


def test_a_connection_lost_in_the_pool_is_not_a_lost_request(database: Callable[[str], ServiceDatabase]) -> None:
    made = database("cases")
    used = Database(made.sqlalchemy_url("app"))
    assert one(used) == 1
    assert end_connections(made) == 1
    assert one(used) == 1
    used.dispose()


def test_a_connection_lost_midway_is_never_tried_again(database: Callable[[str], ServiceDatabase]) -> None:
    made = database("cases")
    used = Database(made.sqlalchemy_url("app"))
    runs = []
    with pytest.raises(Unavailable), used.transaction(NOBODY) as session:
        runs.append(session.execute(text("select 1")).scalar_one())
        end_connections(made)
        session.execute(text("select 2"))
    assert runs == [1]
    assert one(used) == 1
    used.dispose()


def test_a_server_that_is_away_is_unavailable() -> None:
    used = Database("postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    with pytest.raises(Unavailable):
        one(used)
    used.dispose()


def is_free(other: Database, held: UUID) -> bool:
    try:
        with other.transaction(NOBODY, held=[held]):
            return True
    except Busy:
        return False


def test_what_a_transaction_holds_is_its_own_until_it_ends(database: Callable[[str], ServiceDatabase]) -> None:
    url = database("cases").sqlalchemy_url("app")
    used, other = Database(url), Database(url, lock_timeout="50ms")
    first, second = new_id(), new_id()
    with used.transaction(NOBODY, held=[first]):
        assert (is_free(other, first), is_free(other, second)) == (False, True)
        with used.transaction(NOBODY, held=[second]):
            assert not is_free(other, second)
        assert (is_free(other, first), is_free(other, second)) == (False, False)
    assert (is_free(other, first), is_free(other, second)) == (True, True)
    used.dispose()
    other.dispose()


def test_what_is_asked_ahead_is_answered_within_the_scope_and_asked_once(database: Callable[[str], ServiceDatabase]) -> None:
    used = Database(database("cases").sqlalchemy_url("app"))
    ahead = [Question(ECHO, {"word": "een"}), Question(ECHO, {"word": "twee"})]
    with statements(used) as sent, used.transaction(NOBODY, held=[new_id()], ahead=ahead) as session:
        assert len(sent) == 3
        assert ECHO.rows(session, {"word": "twee"}) == [("twee", NOBODY.audience)]
        assert ECHO.rows(session, {"word": "een"}) == [("een", NOBODY.audience)]
        assert len(sent) == 3
        assert ECHO.rows(session, {"word": "drie"}) == [("drie", NOBODY.audience)]
        assert ECHO.rows(session, {"word": "een"}) == [("een", NOBODY.audience)]
        assert len(sent) == 5
    used.dispose()


def test_what_is_asked_ahead_waits_for_what_is_held(database: Callable[[str], ServiceDatabase]) -> None:
    url = database("cases").sqlalchemy_url("app")
    used, other = Database(url), Database(url, lock_timeout="50ms")
    mine, ahead = new_id(), [Question(ECHO, {"word": "een"})]
    with used.transaction(NOBODY, held=[mine]), pytest.raises(Busy), other.transaction(NOBODY, held=[mine], ahead=ahead):
        raise AssertionError("somebody else holds it")
    with other.transaction(NOBODY, held=[mine], ahead=ahead) as session:
        assert ECHO.rows(session, {"word": "een"}) == [("een", NOBODY.audience)]
    used.dispose()
    other.dispose()


def test_a_connection_lost_in_the_pool_is_asked_again_ahead_too(database: Callable[[str], ServiceDatabase]) -> None:
    made = database("cases")
    used = Database(made.sqlalchemy_url("app"))
    assert one(used) == 1
    assert end_connections(made) == 1
    with used.transaction(NOBODY, ahead=[Question(ECHO, {"word": "een"})]) as session:
        assert ECHO.rows(session, {"word": "een"}) == [("een", NOBODY.audience)]
    used.dispose()


def test_a_prepared_statement_on_a_connection_that_is_lost_is_unavailable(database: Callable[[str], ServiceDatabase]) -> None:
    made = database("cases")
    used = Database(made.sqlalchemy_url("app"))
    with pytest.raises(Unavailable), used.transaction(NOBODY) as session:
        end_connections(made)
        ECHO.rows(session, {"word": "een"})
    assert one(used) == 1
    used.dispose()
