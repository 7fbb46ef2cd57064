"""A database with nothing but the platform's tables and one for effects, so that messaging is tested for itself."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from shared.migrations import Guard, create_platform_tables
from tests.infrastructure import Databases, ServiceDatabase


@pytest.fixture(scope="session")
def messaging_template(databases: Databases) -> str:
    template = databases.provisioned("cases", f"messaging_{uuid4().hex[:12]}")
    engine = sa.create_engine(template.sqlalchemy_url("owner"))
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)) as op:
        op.execute("create table alembic_version (version_num text)")
        create_platform_tables("cases")
        op.execute(
            "create table effects (n bigint generated always as identity, school_id uuid not null, subject text, value int)"
        )
        Guard("cases").table("effects")
    engine.dispose()
    return template.name


@pytest.fixture
def messaging_database(databases: Databases, messaging_template: str) -> Iterator[ServiceDatabase]:
    made = databases.clone("cases", messaging_template)
    yield made
    databases.drop(made)
