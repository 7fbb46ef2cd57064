"""`make run`: serve the whole product from one process until SIGTERM or Ctrl-C."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import waitress.server

from deploy.embedded.gateway import Gateway
from deploy.local import demo, site
from deploy.local.settings import SERVICES, Settings, Unusable
from deploy.local.signals import stop_on_signals
from shared.messaging.transports.in_process import InProcessTransport
from shared.messaging.worker import join_all

_THREADS = 8
_STOP_SECONDS = 4.0
# Large enough for the application itself to answer a body that is too large, small enough for this machine.
_MAX_BODY_BYTES = 32 * 1024 * 1024


def main() -> int:
    """The exit status: 0 after a clean stop, 1 when a worker crashed, 2 when it cannot start like this."""
    stop_on_signals()
    try:
        with site.opened(Settings.from_env()) as opened:
            return _serve(opened)
    except Unusable as error:
        print(f"Partnerschap cannot start: {error}", file=sys.stderr)
        return 2


def _serve(opened: site.Site) -> int:
    services = demo.build_services(opened)
    apps = {
        name: importlib.import_module(f"services.{name}.app").create_app(service=service) for name, service in services.items()
    }
    server = _listen(Gateway(apps), opened.settings.port)
    gc.freeze()
    gc.enable()
    crashed: list[str] = []
    with _workers(services, crashed):
        demo.load(opened, lambda: services)
        print(f"ready: {opened.settings.public_url}", flush=True)
        server.run()  # until a signal: it catches SystemExit and lets running requests end
    return 1 if crashed else 0


def _listen(gateway: Gateway, port: int) -> Any:
    try:
        return waitress.server.create_server(
            gateway, host="127.0.0.1", port=port, threads=_THREADS, ident=None, max_request_body_size=_MAX_BODY_BYTES
        )
    except OSError as error:
        raise Unusable(f"PORT: {port} cannot be used ({error.strerror})") from error


@contextmanager
def _workers(services: dict[str, Any], crashed: list[str]) -> Iterator[None]:
    """The workers of all services in threads, until the end. A crashed one ends the process: half a site is worse than none."""

    def on_crash(name: str) -> None:
        crashed.append(name)
        os.kill(os.getpid(), signal.SIGTERM)

    transport, stop = InProcessTransport(SERVICES), threading.Event()
    threads = []
    try:
        for name, service in services.items():
            worker = importlib.import_module(f"services.{name}.worker").build_worker(service.config, transport)
            threads += worker.threads(stop, on_crash)
        yield
    finally:
        stop.set()
        join_all(threads, _STOP_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
