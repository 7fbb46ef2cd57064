"""The data folder: claimed once, used by one run at a time, with the keys and passwords of this site in it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.settings import SERVICES, Unusable
from deploy.service.keys import write_secret
from shared.identity import new_private_key, public_keys
from shared.provisioning import ROLES

_MARK = ".partnerschap"
# What may be there before the first run: benchmarks write here too.
_KNOWN = {_MARK, "bench.json", "lock", "mail"}


@dataclass(frozen=True)
class Folder:
    """Paths in the data folder, and what is secret in it."""

    path: Path
    passwords: dict[str, dict[str, str]]
    secret_keys: dict[str, str]

    @property
    def signing_key(self) -> Path:
        return self.path / "keys" / "signing.jwk"

    @property
    def public_keys(self) -> Path:
        return self.path / "keys" / "public.jwks"

    @property
    def demo_begun(self) -> Path:
        """There while the demo data are being loaded: a start that finds it knows that the last one did not finish."""
        return self.path / "demo.loading"

    def sub(self, name: str) -> Path:
        """A folder in it, for its owner alone."""
        made = self.path / name
        made.mkdir(mode=0o700, exist_ok=True)
        return made


@contextmanager
def claimed(path: Path) -> Iterator[Folder]:
    """The folder, ours alone until the end. Raises Unusable when it is not ours or another run has it."""
    path = path.absolute()
    try:
        _claim(path)
        lock = (path / "lock").open("a+")
    except OSError as error:
        raise Unusable(f"DATA_DIR: {path} cannot be used ({error.strerror})") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise Unusable(f"DATA_DIR: {path} is in use by process {lock.read().strip() or '?'}") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield _with_secrets(path)


def read(path: Path) -> Folder:
    """The folder of a site that was started before, whoever uses it now. Raises Unusable when it is none."""
    path = path.absolute()
    if not (path / "keys" / "secrets.json").exists():
        raise Unusable(f"DATA_DIR: {path} holds no site; start it first")
    return _read(path)


def _claim(path: Path) -> None:
    # The database server, another user, must get through to its own folder; nobody may look around.
    path.mkdir(mode=0o711, parents=True, exist_ok=True)
    if not (path / _MARK).exists():
        foreign = {each.name for each in path.iterdir()} - _KNOWN
        if foreign:
            raise Unusable(f"DATA_DIR: {path} holds something else ({min(foreign)}); choose another folder")
        (path / _MARK).write_text("The data of one Partnerschap site. Keep it together: the keys open the databases.\n")
    (path / "mail").mkdir(mode=0o700, exist_ok=True)


def _with_secrets(path: Path) -> Folder:
    keys = path / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    if not (keys / "signing.jwk").exists():
        write_secret(keys / "signing.jwk", new_private_key())
    write_secret(keys / "public.jwks", public_keys(json.loads((keys / "signing.jwk").read_text())))
    if not (keys / "secrets.json").exists():
        write_secret(keys / "secrets.json", {service: _new_secrets() for service in SERVICES})
    return _read(path)


def _read(path: Path) -> Folder:
    found = json.loads((path / "keys" / "secrets.json").read_text())
    return Folder(
        path,
        passwords={service: {role: found[service][role] for role in ROLES} for service in SERVICES},
        secret_keys={service: found[service]["secret_key"] for service in SERVICES},
    )


def _new_secrets() -> dict[str, str]:
    return {name: secrets.token_urlsafe(32) for name in (*ROLES, "secret_key")}
