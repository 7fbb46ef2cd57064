"""A private RabbitMQ node: the installed server, or Debian's packages unpacked into a cache folder (no root needed)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import free_port, wait_for_port

_INSTALLED = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
HOW_TO_INSTALL = "RabbitMQ is missing. Install it (Debian: apt-get install rabbitmq-server), or set AMQP_URL."


class Missing(Exception):
    """No RabbitMQ on this machine; the message says what to do."""


@dataclass(frozen=True)
class Node:
    """A running node on the loopback."""

    process: subprocess.Popen[bytes]
    port: int
    epmd_port: int

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"

    def stop(self) -> None:
        """Ends the node and the name server that it started beside itself."""
        _end_group(self.process)
        subprocess.run(["pkill", "-f", f"epmd .*{self.epmd_port}"], check=False)
        subprocess.run(["epmd", "-port", str(self.epmd_port), "-kill"], check=False, capture_output=True)


def installed() -> bool:
    return _INSTALLED.exists()


def command(folder: Path, port: int, epmd_port: int) -> tuple[list[str], dict[str, str]]:
    """The command and the environment of a node that keeps its data under `folder`. Raises Missing."""
    if not installed():
        raise Missing(HOW_TO_INSTALL)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "home").mkdir(exist_ok=True)
    (folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\ndisk_free_limit.absolute = 50MB\n")
    (folder / "enabled_plugins").write_text("[].\n")
    return [str(_INSTALLED)], os.environ | {
        "HOME": str(folder / "home"),
        "ERL_EPMD_PORT": str(epmd_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_NODENAME": f"partnerschap{port}@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }


def start(folder: Path, *, port: int | None = None) -> Node:
    """Start a node and wait until it takes connections. Raises Missing."""
    chosen, epmd_port = port or free_port(), free_port()
    words, environment = command(folder, chosen, epmd_port)
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True)
    node = Node(process, chosen, epmd_port)
    if not wait_for_port(chosen, 60):
        node.stop()
        raise RuntimeError(f"RabbitMQ did not start; see {folder / 'server.log'}")
    return node


def remove(folder: Path) -> None:
    """Forget a stopped node's data."""
    shutil.rmtree(folder, ignore_errors=True)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    for number, seconds in ((signal.SIGTERM, 8), (signal.SIGKILL, 3)):
        if process.poll() is not None:
            return
        try:
            os.killpg(process.pid, number)
            process.wait(seconds)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
