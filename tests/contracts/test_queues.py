"""What is declared on the broker is consumed, by workers that handle exactly what comes."""

from __future__ import annotations

import importlib
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pika
import pytest

from shared.events.catalogue import CATALOGUE, consumed_by
from shared.messaging.transports import topology
from shared.messaging.transports.in_process import InProcessTransport
from shared.messaging.transports.rabbitmq import RabbitTransport
from tests.waiting import eventually

SERVICES = ("cases", "scheduling", "notifications")
ROOT = Path(__file__).parents[2]
NOBODY_THERE = "postgresql://nobody@127.0.0.1:9/none"  # to be built, a worker needs no database
_TYPE = re.compile(r'"((?:cases|scheduling|notifications)\.\w+\.\w+\.v\d+)"')


class Patient:
    """Receives whatever comes."""

    def receive(self, bodies: Sequence[bytes]) -> None: ...

    suspect = bury = receive


class Noting:
    """A channel that notes what is declared on it."""

    def __init__(self) -> None:
        self.queues: list[str] = []

    def queue_declare(self, queue: str, **_: object) -> None:
        self.queues.append(queue)

    def __getattr__(self, _name: str) -> Any:
        return lambda *_, **__: None


@pytest.fixture
def consuming(rabbitmq_url: str) -> Iterator[str]:
    """A broker at which every service that has events to hear consumes."""
    transport, stop = RabbitTransport(rabbitmq_url), threading.Event()
    consumers = [threading.Thread(target=transport.consume, args=(name, Patient(), stop)) for name in topology.services()]
    for consumer in consumers:
        consumer.start()
    yield rabbitmq_url
    stop.set()
    for consumer in consumers:
        consumer.join(20)


def test_every_declared_queue_is_consumed(consuming: str) -> None:
    noting = Noting()
    topology.declare(noting)
    assert len(noting.queues) == 2 * len(topology.services())
    with pika.BlockingConnection(pika.URLParameters(consuming)) as connection:
        channel = connection.channel()
        topology.declare(channel)

        def consumed(queue: str) -> bool:
            return bool(channel.queue_declare(queue, passive=True).method.consumer_count)

        eventually(lambda: all(map(consumed, noting.queues)))


@pytest.mark.parametrize("service", SERVICES)
def test_a_worker_handles_exactly_what_its_queue_brings(service: str, tmp_path: Path) -> None:
    config = importlib.import_module(f"services.{service}.config").Config.from_env(_environment(tmp_path))
    worker = importlib.import_module(f"services.{service}.worker").build_worker(config, InProcessTransport([service]))
    assert worker.service == worker.consumer.service == service
    assert worker.consumer.types == set(consumed_by(service))
    assert worker.consumer.types
    handled = [subscription.type for subscription in importlib.import_module(f"services.{service}.events").SUBSCRIPTIONS]
    assert len(handled) == len(set(handled)), "one handler a type"


def _environment(folder: Path) -> dict[str, str]:
    return {
        **dict.fromkeys(("DATABASE_URL", "WORKER_DATABASE_URL", "RELAY_DATABASE_URL"), NOBODY_THERE),
        **dict.fromkeys(("TOKEN_KEYS_FILE", "SIGNING_KEY_FILE"), str(folder / "keys.json")),
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "k" * 40,
        "DATA_DIR": str(folder),
    }


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_speaks_of_is_in_the_catalogue(service: str) -> None:
    """A type with a typing error would be published to nobody."""
    named = {name for path in (ROOT / "services" / service).rglob("*.py") for name in _TYPE.findall(path.read_text())}
    assert named
    assert named <= set(CATALOGUE)
