"""Fixtures of the tests of `cases`. The world is built once a run into a template, and cloned for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.clock import FixedClock
from tests.infrastructure import ServiceDatabase
from tests.integration.cases.support import Web, World, make_config, make_service, make_web


@pytest.fixture
def world(database: Callable[[str], ServiceDatabase], clock: FixedClock, tmp_path: Path) -> Iterator[World]:
    """An alliance with schools and people, on a database of its own."""
    made = database("cases")
    service = make_service(make_config(made, tmp_path), clock)
    yield World(service, made).build()
    service.database.dispose()


@pytest.fixture
def web(world: World) -> Web:
    return make_web(world)
