"""Fixtures for every kind of test. Servers are started once a process, databases are made for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from shared.clock import FixedClock
from tests.infrastructure import Databases, ServiceDatabase, postgres_server, rabbitmq_server

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The administrator's address of a PostgreSQL server of our own."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[str]:
    """The address of a RabbitMQ server of our own."""
    with rabbitmq_server() as url:
        yield url


@pytest.fixture(scope="session")
def databases(postgres: str) -> Databases:
    return Databases(postgres)


@pytest.fixture
def database(databases: Databases) -> Iterator[Callable[[str], ServiceDatabase]]:
    """Call it with a service's name: a freshly migrated, empty database of that service."""
    made: list[ServiceDatabase] = []

    def make(service: str) -> ServiceDatabase:
        made.append(databases(service))
        return made[-1]

    yield make
    for each in made:
        databases.drop(each)


@pytest.fixture
def clock() -> FixedClock:
    """Monday 23 November 2026, ten o'clock in the Netherlands."""
    return FixedClock(NOW)
