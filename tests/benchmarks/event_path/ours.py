"""Our own two processes: `python -m tests.benchmarks.event_path.ours relay|consumer`, with the addresses in the environment."""

from __future__ import annotations

import os
import signal
import sys
import threading

from shared.clock import SystemClock
from shared.database import Database
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.subscription import Subscription
from shared.messaging.transports.rabbitmq import RabbitTransport
from tests.benchmarks.event_path import effect
from tests.rig import CONSUMER, TYPE


def relay(stop: threading.Event) -> None:
    Relay("cases", os.environ["RELAY_URL"], RabbitTransport(os.environ["AMQP_URL"])).run(stop)


def consumer(stop: threading.Event) -> None:
    consumer = Consumer(CONSUMER, Database(os.environ["WORKER_URL"]), [Subscription(TYPE, effect.write)], SystemClock())
    RabbitTransport(os.environ["AMQP_URL"]).consume(CONSUMER, consumer, stop)


if __name__ == "__main__":
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    {"relay": relay, "consumer": consumer}[sys.argv[1]](ended)
