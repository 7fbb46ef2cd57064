"""Gunicorn's settings for every service: `SERVICE=cases gunicorn -c deploy/service/gunicorn.py`.

Other variables: BIND, WEB_PROCESSES, WEB_THREADS, PROMETHEUS_MULTIPROC_DIR.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

wsgi_app = f"services.{os.environ['SERVICE']}.app:create_app()"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 30
# Shorter than a supervisor's patience, longer than a request may take under the statement timeout's usual case.
graceful_timeout = 5
keepalive = 15
# Answers every process's memory growth, at moments spread so that they do not all go at once.
max_requests = 20_000
max_requests_jitter = 2_000
# The heartbeat file must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn makes an unguessable name in it
# The application logs each request, without what is personal in an address.
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def child_exit(_server: Any, worker: Any) -> None:
    """A dead process's gauges go; its counts stay."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library's


if metrics_folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    Path(metrics_folder).mkdir(parents=True, exist_ok=True)
