"""One rig for every transport."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from shared.messaging.transports.base import Transport
from shared.messaging.transports.in_process import InProcessTransport
from shared.messaging.transports.rabbitmq import RabbitTransport
from tests.infrastructure import Databases, ServiceDatabase
from tests.rig import CONSUMER, Rig, create_tables


@pytest.fixture(scope="session")
def messaging_template(databases: Databases) -> str:
    template = databases.provisioned("cases", f"messaging_{uuid4().hex[:12]}")
    create_tables(template)
    return template.name


@pytest.fixture
def messaging_database(databases: Databases, messaging_template: str) -> Iterator[ServiceDatabase]:
    made = databases.clone("cases", messaging_template)
    yield made
    databases.drop(made)


@pytest.fixture(params=["in_process", "rabbitmq"])
def transport(request: pytest.FixtureRequest) -> Transport:
    if request.param == "in_process":
        return InProcessTransport([CONSUMER])
    return RabbitTransport(request.getfixturevalue("rabbitmq_url"))


@pytest.fixture
def rig(messaging_database: ServiceDatabase, transport: Transport) -> Iterator[Rig]:
    """Stopped; call `start`."""
    made = Rig(messaging_database, transport)
    yield made
    made.close()
