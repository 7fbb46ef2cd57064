"""One rig for every transport."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.messaging.transports.base import Transport
from shared.messaging.transports.in_process import InProcessTransport
from shared.messaging.transports.rabbitmq import RabbitTransport
from tests.infrastructure import ServiceDatabase
from tests.rig import CONSUMER, Rig
from tests.rig_fixtures import messaging_database, messaging_template

__all__ = ["messaging_database", "messaging_template"]


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
