"""A service's worker as a process: `python -m deploy.service.worker cases`.

Beside the service's own variables: HEARTBEAT_FILE, touched every second while all is well, and METRICS_PORT, where
Prometheus finds the worker's figures when it does not share a folder with the web processes.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

from prometheus_client import start_http_server

from shared import observability
from shared.config import ConfigError
from shared.messaging.transports.rabbitmq import RabbitTransport
from shared.messaging.worker import run_worker


def main(service: str) -> int:
    """The exit status: 0 after SIGTERM, 1 when a loop crashed, 2 when the environment is not usable."""
    try:
        config = importlib.import_module(f"services.{service}.config").Config.from_env()
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if config.amqp_url is None:
        print(f"{service}: AMQP_URL: a worker process needs a broker", file=sys.stderr)
        return 2
    observability.configure(service, config.log_level)
    if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(folder).mkdir(parents=True, exist_ok=True)
    if port := os.environ.get("METRICS_PORT"):
        start_http_server(int(port))
    worker = importlib.import_module(f"services.{service}.worker").build_worker(config, RabbitTransport(config.amqp_url))
    heartbeat = os.environ.get("HEARTBEAT_FILE")
    return run_worker(worker, Path(heartbeat) if heartbeat else None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
