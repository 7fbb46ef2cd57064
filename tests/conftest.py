"""Fixtures for every kind of test. Servers are started once a run, databases and virtual hosts are made for each test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect, sync_playwright

from deploy.local import ports
from shared.clock import FixedClock
from tests.infrastructure import Broker, Databases, ServiceDatabase
from tests.keeper import shared_server

_BROWSER_SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

# How long an example takes says something of the machine, and nothing of what is tested.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> str:
    """The administrator's address of the run's PostgreSQL server."""
    return shared_server("postgres", run_folder)["url"]


@pytest.fixture(scope="session")
def broker(run_folder: Path) -> Broker:
    """The run's RabbitMQ server."""
    return Broker(**shared_server("rabbitmq", run_folder))


@pytest.fixture
def rabbitmq_url(broker: Broker) -> Iterator[str]:
    """The address of an empty RabbitMQ: a virtual host of this test's own."""
    url = broker.add()
    yield url
    broker.remove(url)


@pytest.fixture(scope="session")
def databases(postgres: str, run_folder: Path) -> Databases:
    return Databases(postgres, run_folder)


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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The run's one browser in this process: Playwright's synchronous interface runs once in a process, not twice."""
    expect.set_options(timeout=30_000)  # generous: a busy machine is no failure
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=_BROWSER_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def clock() -> FixedClock:
    """Monday 23 November 2026, ten o'clock in the Netherlands."""
    return FixedClock(NOW)


@pytest.fixture
def free_port() -> int:
    """A port on the loopback that nobody listens on."""
    return ports.free_port()
