"""What the broker does to us: restarts, refuses, gives up, forgets; and what we may not do to it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pika
import pytest
from pika.adapters.blocking_connection import BlockingChannel
from prometheus_client import REGISTRY

from deploy.local import processes, rabbitmq
from shared.errors import Unavailable
from shared.events.envelope import Event
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.transports import topology
from shared.messaging.transports.base import Message, TransportAway
from shared.messaging.transports.rabbitmq import RabbitTransport
from tests.infrastructure import ServiceDatabase
from tests.rig import CONSUMER, TYPE, Rig, encoded, invitation
from tests.waiting import eventually, stretched


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def channel(rabbitmq_url: str) -> Iterator[BlockingChannel]:
    """An operator's hands on the broker."""
    with pika.BlockingConnection(pika.URLParameters(rabbitmq_url)) as connection:
        opened = connection.channel()
        topology.declare(opened)
        yield opened


@pytest.mark.slow
def test_a_restart_of_the_broker_loses_and_doubles_nothing(messaging_database: ServiceDatabase, tmp_path: Path) -> None:
    node = rabbitmq.start(tmp_path / "rabbitmq")
    node.wait_until_ready()
    rig = Rig(messaging_database, RabbitTransport(node.url))
    try:
        rig.start()
        rig.publish(*range(50))
        eventually(lambda: len(rig.effects()) >= 20)
        processes.end(node.process)
        rig.publish(*range(50, 100))
        assert rig.pending() >= 50, "kept while there is no broker"
        node.start_server()
        node.wait_until_ready()
        rig.publish(*range(100, 150))
        eventually(lambda: len(rig.effects()) >= 150, 40)
        assert rig.values() == list(range(150))
        assert rig.parked() == []
    finally:
        rig.close()
        node.stop()


def test_heartbeats_survive_a_slow_handler(messaging_database: ServiceDatabase, rabbitmq_url: str) -> None:
    """The broker hangs up after two missed heartbeats of two seconds, and would deliver again."""
    rig = Rig(messaging_database, RabbitTransport(rabbitmq_url + "?heartbeat=2"))
    rig.before_effect = lambda event: time.sleep(7) if event.data["sequence"] == 1 else None
    before = duplicates()
    rig.start()
    rig.publish(1, 2)
    eventually(lambda: rig.values() == [1, 2])
    rig.publish(3)
    eventually(lambda: rig.values() == [1, 2, 3])
    assert duplicates() == before
    rig.close()


def duplicates() -> float:
    """How many messages were delivered again to a consumer that had been done with them."""
    return REGISTRY.get_sample_value("events_consumed_total", {"service": CONSUMER, "result": "duplicate"}) or 0.0


def test_an_absent_database_makes_no_delivery_count(rig: Rig) -> None:
    """The messages are kept, not let go and fetched anew: that would make dead letters of them in the end."""
    refusing = _Refusing(rig.consumer)
    rig.run(lambda stop: rig.transport.consume(CONSUMER, refusing, stop))
    rig.run(rig.relay.run)
    rig.publish(1, 2, 3)
    eventually(lambda: len(refusing.refused) >= 5)
    assert len(set(refusing.refused)) == 1, "the same messages, again and again"
    refusing.away = False
    eventually(lambda: rig.values() == [1, 2, 3])
    assert rig.parked() == []


class _Refusing:
    """A receiver whose database is away; more deliveries than one would make its messages suspect."""

    def __init__(self, consumer: Consumer) -> None:
        self.receive_at_last = consumer.receive
        self.bury = self.suspect = consumer.suspect
        self.refused: list[tuple[bytes, ...]] = []
        self.away = True

    def receive(self, bodies: Sequence[bytes]) -> None:
        if self.away:
            self.refused.append(tuple(bodies))
            raise Unavailable
        self.receive_at_last(bodies)


def delete_queues(channel: BlockingChannel) -> None:
    """Every one that takes the event: what is in no queue at all is not sent, and so not lost."""
    for name in ("cases", CONSUMER):
        channel.queue_delete(topology.queue_name(name))


def test_a_queue_that_was_deleted_is_declared_again(rig: Rig, channel: BlockingChannel) -> None:
    rig.start()
    rig.publish(1)
    eventually(lambda: rig.values() == [1])
    delete_queues(channel)
    rig.publish(2)
    eventually(lambda: rig.values() == [1, 2])


def test_what_no_queue_takes_is_not_confirmed(rabbitmq_url: str) -> None:
    publisher = RabbitTransport(rabbitmq_url).publisher()
    with pytest.raises(TransportAway, match="no queue is bound"):
        publisher.publish([Message("nobody.hears.this.v1", b"")])
    publisher.publish([Message(TYPE, b"")])  # and the publisher is whole again
    publisher.close()


def test_a_full_queue_refuses_and_the_outbox_keeps(rig: Rig, channel: BlockingChannel) -> None:
    """x-overflow=reject-publish, here on a queue beside ours that is full at once."""
    full = {"x-max-length": 1, "x-overflow": "reject-publish", "x-queue-type": "quorum"}
    channel.queue_declare("full", durable=True, arguments=full)
    channel.queue_bind("full", topology.EXCHANGE, TYPE)
    rig.publish(1, 2, 3, 4, 5)
    with pytest.raises(TransportAway, match="refused"):
        rig.relay.drain()
        rig.publish(6, 7, 8)
        rig.relay.drain()
    assert rig.pending() > 0
    channel.queue_delete("full")
    rig.start()
    eventually(lambda: set(rig.values()) >= {1, 2, 3, 4, 5})
    assert rig.values() == sorted(set(rig.values()))


def test_what_the_broker_gives_up_on_becomes_a_dead_letter(rig: Rig, channel: BlockingChannel) -> None:
    rig.start()
    for body in (encoded(invitation(1), event_id=new_id(), sequence=1), b"nonsense"):
        channel.basic_publish(topology.DEAD_EXCHANGE, CONSUMER, body)
    eventually(lambda: rig.parked() == [("dead", 0)] * 2)
    types = {kind for (kind,) in rig.query("select type from parked_events")}
    assert types == {TYPE, "unreadable"}


def test_of_two_consumers_one_is_active_and_the_other_takes_over_from_where_it_stopped(rig: Rig) -> None:
    """There is more than the active one may hold (400): what it gives back must come before what it never had."""
    with rig.held():
        active = rig.start_consumer()
        rig.publish(0)
        rig.relay.drain()
        eventually(lambda: rig.calls[0] == 1)
        rig.start_consumer()
        rig.publish(*range(1, 700))
        rig.relay.drain()
        active.set()
    eventually(lambda: len(rig.effects()) >= 700)
    assert rig.values() == list(range(700))
    assert set(rig.calls.values()) == {1}


def test_a_broker_that_stays_away_costs_nothing(messaging_database: ServiceDatabase, free_port: int) -> None:
    """Every attempt gives back its sockets: a night without a broker must not end in "too many open files"."""
    publisher = RabbitTransport(f"amqp://guest:guest@127.0.0.1:{free_port}/").publisher()

    def attempt() -> None:
        with pytest.raises(TransportAway):
            publisher.publish([Message(TYPE, b"")])

    attempt()
    before = open_files()
    for _ in range(20):
        attempt()
    assert open_files() <= before + 1


def test_reconnecting_leaves_nothing_behind(rig: Rig, rabbitmq_url: str) -> None:
    transport = RabbitTransport(rabbitmq_url)

    def once() -> None:
        publisher = transport.publisher()
        publisher.publish([Message(TYPE, b"x")])
        publisher.close()
        stop = rig.run(lambda stop: transport.consume(CONSUMER, rig.consumer, stop))
        eventually(lambda: rig.parked() == [("dead", 0)])
        stop.set()
        rig.stop()

    once()
    begin, before = time.monotonic(), open_files()
    for _ in range(5):
        once()
    assert open_files() <= before + 1
    assert time.monotonic() - begin < stretched(15)


def test_a_batch_in_hand_is_finished_before_the_next_connection_begins(rig: Rig, channel: BlockingChannel) -> None:
    running, together = [0], []

    def slow(_event: Event) -> None:
        running[0] += 1
        together.append(running[0])
        time.sleep(1.0)
        running[0] -= 1

    rig.before_effect = slow
    rig.start()
    rig.publish(1)
    eventually(lambda: running[0] == 1)
    delete_queues(channel)
    rig.publish(2, subject=2)
    eventually(lambda: rig.values() == [1, 2])
    assert max(together) == 1
