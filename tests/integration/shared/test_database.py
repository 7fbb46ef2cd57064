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
from shared.tenancy import NOBODY
from tests.infrastructure import ServiceDatabase


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
