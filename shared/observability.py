"""Logs, traces and metrics. Nothing personal goes in: ids, routes and counts, never names, addresses, texts or tokens."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from structlog.typing import Processor

_PROPAGATOR = TraceContextTextMapPropagator()

REQUESTS = Counter("http_requests_total", "Answered requests", ["service", "method", "route", "status"])
DURATION = Histogram(
    "http_request_seconds",
    "Time to answer",
    ["service", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


def configure(service: str, level: str = "INFO") -> None:
    """One JSON object a line on stderr, the standard library's loggers included; a tracer that makes valid ids."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    # pika tells every reconnect as an error with the address in it; our transports say it in one line.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider(resource=Resource.create({"service.name": service})))


@contextmanager
def span(name: str, carrier: Mapping[str, str] | None = None) -> Iterator[str]:
    """Work on a trace: goes on with the carrier's `traceparent` if it holds one. Gives the trace id."""
    token = context.attach(_PROPAGATOR.extract(dict(carrier or {})))
    try:
        with trace.get_tracer("partnerschap").start_as_current_span(name) as current:
            yield trace.format_trace_id(current.get_span_context().trace_id)
    finally:
        context.detach(token)


def current_traceparent() -> str | None:
    """The W3C `traceparent` of the work in hand, to send along with an event."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return carrier.get("traceparent")


def metrics_text() -> bytes:
    """All metrics in Prometheus's text format; those of all worker processes where there are several."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library is partly untyped
    return generate_latest(registry)
