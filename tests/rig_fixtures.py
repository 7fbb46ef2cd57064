"""Fixtures around `tests.rig`, for the folders whose conftest imports them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.infrastructure import Databases, ServiceDatabase
from tests.rig import create_tables


@pytest.fixture(scope="session")
def messaging_template(databases: Databases) -> str:
    template = databases.provisioned("cases", f"messaging_{uuid4().hex[:12]}")
    create_tables(template)
    return template.name


@pytest.fixture
def messaging_database(databases: Databases, messaging_template: str) -> Iterator[ServiceDatabase]:
    """A database with nothing but the platform's tables and one for effects."""
    made = databases.clone("cases", messaging_template)
    yield made
    databases.drop(made)
