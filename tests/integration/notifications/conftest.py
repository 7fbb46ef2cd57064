"""Fixtures of the tests of `notifications`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.clock import FixedClock
from tests.infrastructure import ServiceDatabase
from tests.integration.notifications.support import MemoryMailer, Post, make_config, make_service


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
