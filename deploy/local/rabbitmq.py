"""A private RabbitMQ node: the installed server, or Debian's packages unpacked into a cache folder (no root needed).

Its name server (epmd) is started by us on a port of its own: the one that Erlang starts by itself listens on every
interface and stays behind when the node ends.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local import processes
from deploy.local.ports import free_port, wait_for_port

HOW_TO_INSTALL = "RabbitMQ is missing: install it (Debian, Ubuntu: apt-get install rabbitmq-server), or set AMQP_URL."
_USER = "partnerschap"
_START_SECONDS = 60
# A node that is up ends within a second or two. One that is still starting hears nothing until it has started, and has
# nothing to lose: it starts again after a kill at any moment of it.
_STOP_SECONDS, _STOP_SECONDS_WHILE_STARTING = 4.0, 0.5
_SYSTEM = Path("/")
# What a node needs of Erlang, and the server; everything else they depend on is part of any Debian.
_ERLANG = (
    "base asn1 crypto eldap ftp inets mnesia os-mon parsetools public-key runtime-tools snmp ssl syntax-tools tftp tools xmerl"
)
_PACKAGES = ("rabbitmq-server", *(f"erlang-{part}" for part in _ERLANG.split()))


class Missing(Exception):
    """No RabbitMQ on this machine; the message says what to do."""


class Failed(Exception):
    """The node did not start; the message says where to look."""


@dataclass(frozen=True)
class Installation:
    """Where the programs are. `root` is the system's, or the folder that the packages were unpacked in."""

    root: Path

    @property
    def erlang(self) -> Path:
        return self.root / "usr/lib/erlang/bin"

    @property
    def server(self) -> Path:
        """The server's own script: the one on PATH changes to a user that may not read our folders."""
        return next(self.root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"))

    @property
    def complete(self) -> bool:
        found = any(self.root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"))
        return found and (self.erlang / "erl").exists()


@dataclass
class Node:
    """A node that was started, and its name server, on the loopback."""

    folder: Path
    programs: Installation
    port: int
    names_port: int
    management_port: int | None
    password: str
    process: subprocess.Popen[bytes] = field(init=False)
    names: subprocess.Popen[bytes] = field(init=False)
    ready: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.start_names()
        wait_for_port(self.names_port, 5)
        self.start_server()

    def start_names(self) -> subprocess.Popen[bytes]:
        command = [_epmd(self.programs), "-port", self.names_port, "-address", "127.0.0.1"]
        self.names = processes.start(command, log=self.log, environment=_environment(self))
        return self.names

    def start_server(self) -> subprocess.Popen[bytes]:
        self.process = processes.start([self.programs.server], log=self.log, environment=_environment(self))
        return self.process

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def url(self) -> str:
        return self.url_of("%2F")

    def url_of(self, vhost: str) -> str:
        """The address of one virtual host, its name quoted as in an address."""
        return f"amqp://{_USER}:{self.password}@127.0.0.1:{self.port}/{vhost}"

    @property
    def management_url(self) -> str | None:
        return f"http://{_USER}:{self.password}@127.0.0.1:{self.management_port}" if self.management_port else None

    def wait_until_ready(self) -> None:
        """The management interface comes last; without it the port for messages does. Raises Failed."""
        ports = [port for port in (self.port, self.management_port) if port]
        if not all(wait_for_port(port, _START_SECONDS, alive=lambda: self.process.poll() is None) for port in ports):
            self.stop()
            raise Failed(f"RabbitMQ did not start; see {self.log}")
        self.ready = True

    def stop(self) -> None:
        """Ends the node, and then the name server."""
        processes.end(self.process, seconds=_STOP_SECONDS if self.ready else _STOP_SECONDS_WHILE_STARTING)
        processes.end(self.names, seconds=1)


def find() -> Installation:
    """The installed server, else Debian's packages in the cache folder, fetched on first use. Raises Missing."""
    installed = Installation(_SYSTEM)
    return installed if installed.complete else unpacked(_cache())


def unpacked(cache: Path) -> Installation:
    """Debian's packages in `cache`, fetched through apt if they are not there yet. Raises Missing."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = Installation(cache / "root")
        if not found.complete:
            _unpack(cache / "root")
    return found


def start(folder: Path, *, port: int | None = None, management: bool = False, installation: Installation | None = None) -> Node:
    """Start the node that keeps its data under `folder`; `wait_until_ready` tells when it takes connections.

    `management` opens the HTTP interface as well, for tests. Raises Missing.
    """
    programs = installation or find()
    folder = folder.absolute()
    password = _prepare(folder)
    node_port, management_port = port or free_port(), free_port() if management else None
    _configure(folder, node_port, management_port, password)
    return Node(folder, programs, node_port, free_port(), management_port, password)


def _prepare(folder: Path) -> str:
    """Make the folder; gives the password that this node was, or will be, first started with."""
    (folder / "home").mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = folder / "home" / "password"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(24))
    return kept.read_text()


def _configure(folder: Path, port: int, management_port: int | None, password: str) -> None:
    lines = [
        f"listeners.tcp.1 = 127.0.0.1:{port}",
        "disk_free_limit.absolute = 50MB",
        f"default_user = {_USER}",
        f"default_pass = {password}",
        "log.file = false",
        "log.console = true",
        "log.console.level = warning",
    ]
    if management_port:
        lines += ["management.tcp.ip = 127.0.0.1", f"management.tcp.port = {management_port}"]
    (folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
    (folder / "rabbitmq.conf").chmod(0o600)
    (folder / "enabled_plugins").write_text("[rabbitmq_management].\n" if management_port else "[].\n")


def _environment(node: Node) -> dict[str, str]:
    folder, programs = node.folder, node.programs
    return dict(os.environ) | {
        "PATH": f"{programs.erlang}:{os.environ.get('PATH', os.defpath)}",
        "HOME": str(folder / "home"),
        "ERL_EPMD_PORT": str(node.names_port),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_NODENAME": "partnerschap@localhost",
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }


def _epmd(programs: Installation) -> Path:
    """Debian has it on the path, a build of one's own in Erlang's folder."""
    beside = programs.erlang / "epmd"
    return beside if beside.exists() else programs.root / "usr/bin/epmd"


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "partnerschap" / "rabbitmq"


def _unpack(root: Path) -> None:
    """Fetch and unpack beside `root`, then move there; the paths within are already those of `root`. Raises Missing."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Missing(HOW_TO_INSTALL)
    shutil.rmtree(root, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as scratch:
        packages, half = Path(scratch) / "packages", Path(scratch) / "root"
        packages.mkdir()
        _run(["apt-get", "download", "-q", *_PACKAGES], packages)
        for package in sorted(packages.glob("*.deb")):
            _run(["dpkg-deb", "-x", str(package), str(half)], packages)
        _relocate(half, root)
        half.rename(root)


def _relocate(half: Path, root: Path) -> None:
    """Debian's Erlang has its place written into its scripts, and would use the system's without a word."""
    for script in (half / "usr/lib/erlang").rglob("*"):
        if script.is_file() and not script.is_symlink() and script.stat().st_size < 100_000:
            text = script.read_bytes()
            if b"ROOTDIR=/usr/lib/erlang" in text:
                script.write_bytes(text.replace(b"ROOTDIR=/usr/lib/erlang", b"ROOTDIR=" + os.fsencode(root / "usr/lib/erlang")))


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"{HOW_TO_INSTALL} ({command[0]}: {(done.stderr or done.stdout).strip().splitlines()[-1]})")
