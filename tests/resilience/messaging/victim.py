"""A worker process to be killed. Its handler takes HANDLER_SECONDS, and at event HANDLER_DIES_ON ends the process."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from sqlalchemy.orm import Session

from shared.clock import SystemClock
from shared.database import Database
from shared.events.envelope import Event
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.subscription import Subscription
from shared.messaging.transports.rabbitmq import RabbitTransport
from shared.messaging.worker import Worker, run_worker
from tests.rig import CONSUMER, TYPE, write_effect

SECONDS = float(os.environ.get("HANDLER_SECONDS", "0"))
DIES_ON = int(os.environ.get("HANDLER_DIES_ON", "-1"))


def handle(session: Session, event: Event) -> None:
    write_effect(session, event)
    session.flush()
    if event.data["sequence"] == DIES_ON:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(SECONDS)


if __name__ == "__main__":
    transport = RabbitTransport(os.environ["AMQP_URL"])
    consumer = Consumer(CONSUMER, Database(os.environ["WORKER_URL"]), [Subscription(TYPE, handle)], SystemClock())
    worker = Worker(CONSUMER, Relay("cases", os.environ["RELAY_URL"], transport), consumer, transport)
    sys.exit(run_worker(worker, Path(os.environ["HEARTBEAT"])))
