"""Transactions on a server that comes and goes."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy import text

from shared.database import Database
from shared.errors import Unavailable
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
