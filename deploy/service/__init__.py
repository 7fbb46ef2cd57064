"""What runs one service, in the suite and in a container alike: gunicorn's settings, the worker, the migration."""

from __future__ import annotations


def gunicorn_variables() -> tuple[str, ...]:
    """The variables that processes of a service read beside those of its configuration."""
    return ("SERVICE", "BIND", "WEB_PROCESSES", "WEB_THREADS", "PROMETHEUS_MULTIPROC_DIR", "HEARTBEAT_FILE", "METRICS_PORT")
