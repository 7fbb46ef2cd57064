"""Keeps one real server running for a whole test run: `python -m tests.keeper postgres|rabbitmq ANSWER_FILE PID`.

A process of its own, because the run's workers (pytest-xdist) share the server and any of them may end first. It ends
when the run is gone, however that ended; nothing is left behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
from docker.errors import DockerException

from deploy.local import postgres, rabbitmq

ROOT = Path(__file__).parent.parent
Server = dict[str, str]
# Held on to: a process that is forgotten while it runs is a warning, and warnings fail.
_KEEPERS: list[subprocess.Popen[bytes]] = []


def docker_answers() -> bool:
    """An engine, not merely the client."""
    try:
        return bool(docker.from_env(timeout=2).ping())
    except DockerException:
        return False


@contextmanager
def postgres_server() -> Iterator[Server]:
    """An empty PostgreSQL 18; `url` is its administrator's address."""
    if docker_answers():
        from testcontainers.community.postgres import PostgresContainer

        with PostgresContainer("postgres:18-alpine", driver=None) as container:
            yield {"url": container.get_connection_url()}
        return
    with tempfile.TemporaryDirectory(prefix="partnerschap-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        node = postgres.start(Path(folder) / "postgres", durable=False)
        try:
            yield {"url": node.admin_url}
        finally:
            node.stop()


@contextmanager
def rabbitmq_server() -> Iterator[Server]:
    """An empty RabbitMQ; `base` ends in the slash before a virtual host's name, `management` is its HTTP interface."""
    if docker_answers():
        from testcontainers.community.rabbitmq import RabbitMqContainer

        with RabbitMqContainer("rabbitmq:4-management-alpine").with_exposed_ports(15672) as container:
            host = container.get_container_host_ip()
            ports = [container.get_exposed_port(port) for port in (5672, 15672)]
            yield {"base": f"amqp://guest:guest@{host}:{ports[0]}/", "management": f"http://guest:guest@{host}:{ports[1]}"}
        return
    with tempfile.TemporaryDirectory(prefix="partnerschap-mq-", ignore_cleanup_errors=True) as folder:
        node = rabbitmq.start(Path(folder), management=True)
        try:
            node.wait_until_ready()
            yield {"base": node.url_of(""), "management": node.management_url or ""}
        finally:
            node.stop()


SERVERS = {"postgres": postgres_server, "rabbitmq": rabbitmq_server}


def shared_server(kind: str, folder: Path) -> Server:
    """The run's one server of this kind, started by whichever worker asks first. Raises RuntimeError, never skips."""
    answer = folder / f"{kind}.json"
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answer.exists():
            _start(kind, answer)
    return dict(json.loads(answer.read_text()))


def _start(kind: str, answer: Path) -> None:
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    log = answer.with_suffix(".log")
    command = [sys.executable, "-m", "tests.keeper", kind, str(answer), str(run)]
    with log.open("wb") as output:
        keeper = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True)
    while not answer.exists():
        if keeper.poll() is not None:
            raise RuntimeError(f"no {kind} for the tests: {log.read_text()[-2000:]}")
        time.sleep(0.02)
    _KEEPERS.append(keeper)


def _keep(kind: str, answer: Path, run: int) -> None:
    with SERVERS[kind]() as server:
        half = answer.with_suffix(".half")
        half.write_text(json.dumps(server))
        half.rename(answer)
        while _alive(run):
            time.sleep(0.2)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    _keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
