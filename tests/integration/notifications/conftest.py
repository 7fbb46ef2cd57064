"""Fixtures of the tests of `notifications`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from shared.clock import FixedClock
from tests.infrastructure import ServiceDatabase
from tests.integration.notifications.support import MemoryMailer, Post, Web, make_config, make_service, make_web
from tests.statements import statements


@pytest.fixture
def post(database: Callable[[str], ServiceDatabase], clock: FixedClock, tmp_path: Path) -> Iterator[Post]:
    """The service under its worker's role on an empty database."""
    made = database("notifications")
    service = make_service(make_config(made, tmp_path), clock)
    yield Post(service, made)
    service.database.dispose()


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def web(post: Post, tmp_path: Path) -> Iterator[Web]:
    made = make_web(post, tmp_path)
    yield made
    made.app.extensions["service"].database.dispose()


@pytest.fixture
def queries() -> Callable[[Web], AbstractContextManager[list[str]]]:
    """Call it with the web application: collects the statements that it sends to the database."""
    return lambda web: statements(web.app.extensions["service"].database)
