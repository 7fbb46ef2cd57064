"""A PostgreSQL server that goes away and comes back, under the relay and the consumer."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from deploy.local import postgres, processes
from shared.errors import Unavailable
from shared.messaging.transports.rabbitmq import RabbitTransport
from shared.provisioning import provision
from tests.infrastructure import PASSWORDS, ServiceDatabase
from tests.rig import Rig, create_tables
from tests.waiting import eventually


@pytest.mark.slow
def test_a_restart_of_the_database_loses_and_doubles_nothing(rabbitmq_url: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    node = postgres.start(tmp_path / "postgres", durable=False)
    provision(node.admin_url, "cases", PASSWORDS, "cases")
    database = ServiceDatabase(node.admin_url, "cases", "cases")
    create_tables(database)
    rig = Rig(database, RabbitTransport(rabbitmq_url))
    try:
        rig.start()
        rig.publish(*range(100))
        eventually(lambda: len(rig.effects()) >= 20)
        processes.end(node.process, signal.SIGINT)
        with pytest.raises(Unavailable):
            rig.publish(100)
        node.start_again()
        eventually(lambda: published(rig, 100))
        eventually(lambda: len(rig.effects()) >= 101, 40)
        assert rig.values() == list(range(101))
        assert rig.parked() == []
    finally:
        rig.close()
        node.stop()


def published(rig: Rig, value: int) -> bool:
    try:
        rig.publish(value)
    except Unavailable:
        return False
    return True
