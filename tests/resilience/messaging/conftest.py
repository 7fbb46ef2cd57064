"""A rig on RabbitMQ, and workers as processes that can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.messaging.transports.rabbitmq import RabbitTransport
from tests.infrastructure import ServiceDatabase
from tests.rig import Rig
from tests.rig_fixtures import messaging_database, messaging_template

__all__ = ["messaging_database", "messaging_template"]
Victim = subprocess.Popen[bytes]


@pytest.fixture
def rig(messaging_database: ServiceDatabase, rabbitmq_url: str) -> Iterator[Rig]:
    """Stopped; call `start`."""
    made = Rig(messaging_database, RabbitTransport(rabbitmq_url))
    yield made
    made.close()


@pytest.fixture
def start_victim(messaging_database: ServiceDatabase, rabbitmq_url: str, tmp_path: Path) -> Iterator[Callable[..., Victim]]:
    """Call it with what the handler is to do (`tests.resilience.messaging.victim`): a worker process."""
    started: list[Victim] = []
    environment = os.environ | {
        "AMQP_URL": rabbitmq_url,
        "WORKER_URL": messaging_database.sqlalchemy_url("worker"),
        "RELAY_URL": messaging_database.url("relay"),
        "HEARTBEAT": str(tmp_path / "heartbeat"),
    }

    def start(**handler: object) -> Victim:
        words = {f"HANDLER_{name.upper()}": str(value) for name, value in handler.items()}
        with (tmp_path / "victim.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.resilience.messaging.victim"]
            started.append(subprocess.Popen(command, env=environment | words, stdout=log, stderr=log))
        return started[-1]

    yield start
    for victim in started:
        victim.kill()
        victim.wait()
