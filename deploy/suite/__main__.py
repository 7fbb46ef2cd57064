"""`make suite`: the whole product as separate processes, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local import demo, rabbitmq, site
from deploy.local.settings import SERVICES, Settings, Unusable
from deploy.local.signals import stop_on_signals
from deploy.suite.programs import Plan, nginx_path
from deploy.suite.supervisor import Program, Supervisor

_READY_SECONDS = 180.0
# With what the broker and the database may take after it, within the ten seconds that a stop is promised in.
_STOP_SECONDS = 4.0
_LOOK_EVERY = 0.2


def main() -> int:
    """The exit status: 0 after a clean stop, 1 when it does not become ready, 2 when it cannot start like this."""
    stop_on_signals()
    try:
        settings = Settings.from_env()
        _check_programs(settings)
        with site.opened(settings) as opened, _supervised(opened) as supervisor, _broker(opened, supervisor) as amqp_url:
            return _run(Plan.make(opened, amqp_url), supervisor)
    except (Unusable, rabbitmq.Missing) as error:
        print(f"Partnerschap cannot start: {error}", file=sys.stderr)
        return 2
    except (rabbitmq.Failed, NotReady) as error:
        print(f"Partnerschap did not start: {error}", file=sys.stderr)
        return 1


class NotReady(Exception):
    """A part did not come up; the message says which, and where to look."""


def _check_programs(settings: Settings) -> None:
    """Before anything is started. Raises Unusable and rabbitmq.Missing."""
    nginx_path()
    if not settings.amqp_url:
        rabbitmq.find()


def _run(plan: Plan, supervisor: Supervisor) -> int:
    plan.forget_last_run()
    try:
        for program in plan.programs():
            supervisor.start(program)
        _wait_until_ready(plan, supervisor)
        demo.load(plan.site, lambda: demo.build_services(plan.site, AMQP_URL=plan.amqp_url))
        print(f"ready: {plan.site.settings.public_url}", flush=True)
        while True:
            supervisor.watch()
            time.sleep(_LOOK_EVERY)
    finally:
        supervisor.stop(_STOP_SECONDS)


@contextmanager
def _supervised(opened: site.Site) -> Iterator[Supervisor]:
    """A supervisor that keeps our own PostgreSQL running; the site itself stops it, after everything else."""
    supervisor = Supervisor(lambda line: print(line, file=sys.stderr, flush=True))
    if opened.server is not None:
        supervisor.keep(Program("postgres", opened.server.start_again, process=opened.server.process))
    yield supervisor


@contextmanager
def _broker(opened: site.Site, supervisor: Supervisor) -> Iterator[str]:
    """The address of the broker: the one given, or a private node's that is kept running until the end."""
    if opened.settings.amqp_url:
        yield opened.settings.amqp_url
        return
    node = rabbitmq.start(opened.folder.sub("rabbitmq"))
    try:
        node.wait_until_ready()
        supervisor.keep(Program("rabbitmq-names", node.start_names, process=node.names))
        supervisor.keep(Program("rabbitmq", node.start_server, process=node.process))
        yield node.url
    finally:
        node.stop()


def _wait_until_ready(plan: Plan, supervisor: Supervisor) -> None:
    """Every service says so through the gateway, and every worker's heart beats. Raises NotReady."""
    until = time.monotonic() + _READY_SECONDS
    waiting = list(SERVICES)
    while waiting and time.monotonic() < until:
        supervisor.watch()
        waiting = [service for service in waiting if not _is_ready(plan, service)]
        time.sleep(_LOOK_EVERY)
    if waiting:
        raise NotReady(f"{', '.join(waiting)} did not become ready; see {plan.site.folder.path / 'log'}")


def _is_ready(plan: Plan, service: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", plan.site.settings.port, timeout=5)
    try:
        connection.request("GET", f"/{service}/health/ready")
        if connection.getresponse().status != 200:
            return False
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return plan.heartbeat(service).exists()


if __name__ == "__main__":
    sys.exit(main())
