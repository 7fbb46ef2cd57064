"""Fixtures of the tests of `cases`. The world is built once a run; each test has its own copy of the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared.clock import FixedClock
from shared.tenancy import Scope
from tests.conftest import NOW
from tests.infrastructure import Databases
from tests.integration.cases.support import Web, World, make_config, make_service, make_web


@dataclass(frozen=True)
class Template:
    """A database with the world in it, and the ids of what there is."""

    name: str
    schools: dict[str, UUID]
    users: dict[str, UUID]
    by: Scope


@pytest.fixture(scope="session")
def template(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Template:
    made = databases("cases")
    service = make_service(make_config(made, tmp_path_factory.mktemp(uuid4().hex)), FixedClock(NOW))
    world = World(service, made).build()
    service.database.dispose()
    return Template(made.name, world.schools, world.users, world.by)


@pytest.fixture
def world(template: Template, databases: Databases, clock: FixedClock, tmp_path: Path) -> Iterator[World]:
    """An alliance with schools and people, on a database of its own."""
    made = databases.clone("cases", template.name)
    service = make_service(make_config(made, tmp_path), clock)
    yield World(service, made, dict(template.schools), dict(template.users), template.by)
    service.database.dispose()
    databases.drop(made)


@pytest.fixture
def web(world: World) -> Web:
    return make_web(world)
