"""Is it alive, can it serve, and how is it doing: for supervisors, load balancers and Prometheus."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import structlog
from flask import Blueprint, Response, jsonify

from shared.http.policy import public
from shared.observability import metrics_text

Check = Callable[[], None]
_KEEP_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Readiness:
    """Runs the checks at most once a second, however often it is asked."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._lock = threading.Lock()
        self._until = 0.0
        self._missing: list[str] = []

    def missing(self) -> list[str]:
        """The names of what is away."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._missing = [name for name, check in self._checks.items() if not _passes(name, check)]
                self._until = time.monotonic() + _KEEP_SECONDS
            return self._missing


def _passes(name: str, check: Check) -> bool:
    try:
        check()
    except Exception as error:  # whatever it is, the answer is "not ready"
        _log.warning("not ready", missing=name, error=type(error).__name__)
        return False
    return True


def blueprint(checks: Mapping[str, Check]) -> Blueprint:
    """The routes `/health/live`, `/health/ready` and `/metrics`."""
    routes = Blueprint("health", __name__)
    readiness = Readiness(checks)

    @routes.get("/health/live")
    @public("a supervisor has no account")
    def live() -> Response:
        return jsonify(status="ok")

    @routes.get("/health/ready")
    @public("a load balancer has no account")
    def ready() -> tuple[Response, int]:
        missing = readiness.missing()
        status = "unavailable" if missing else "ok"
        return jsonify(status=status, missing=missing), 503 if missing else 200

    @routes.get("/metrics")
    @public("Prometheus has no account, and the figures name nobody")
    def metrics() -> Response:
        return Response(metrics_text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return routes
