"""Databases and brokers for single tests, on servers that the whole run shares (`tests.keeper`)."""

from __future__ import annotations

import base64
import fcntl
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

from shared import migrations
from shared.provisioning import ROLES, provision, role_url

PASSWORDS = dict.fromkeys(ROLES, "test")


@dataclass(frozen=True)
class ServiceDatabase:
    """One service's migrated database and the addresses of its roles."""

    admin_url: str
    service: str
    name: str

    def url(self, role: str) -> str:
        """The address for `role` (owner, app, worker, relay), or the administrator's for `admin`."""
        if role == "admin":
            return role_url(self.admin_url, None, None, self.name)
        return role_url(self.admin_url, f"{self.service}_{role}", PASSWORDS[role], self.name)

    def sqlalchemy_url(self, role: str) -> str:
        return self.url(role).replace("postgresql://", "postgresql+psycopg://", 1)


@dataclass(frozen=True)
class Databases:
    """Makes databases: each service is migrated once a run, into a template, and cloned for every test (some 60 ms).

    `folder` is shared by the run's workers: roles and templates belong to the server, so one at a time makes them.
    """

    admin_url: str
    folder: Path

    def __call__(self, service: str) -> ServiceDatabase:
        return self.clone(service, self._template(service))

    def clone(self, service: str, template: str) -> ServiceDatabase:
        name = f"{service}_{uuid4().hex[:12]}"
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            statement = sql.SQL("create database {} template {} owner {}")
            names = [sql.Identifier(part) for part in (name, template, f"{service}_owner")]
            connection.execute(statement.format(*names))
        return ServiceDatabase(self.admin_url, service, name)

    def drop(self, database: ServiceDatabase) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database.name)))

    def provisioned(self, service: str, name: str) -> ServiceDatabase:
        """A database with roles and extensions and no tables."""
        with (self.folder / "databases.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            provision(self.admin_url, service, PASSWORDS, name)
        return ServiceDatabase(self.admin_url, service, name)

    def _template(self, service: str) -> str:
        made = self.folder / f"{service}.template"
        with (self.folder / f"{service}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                template = self.provisioned(service, f"{service}_template")
                migrations.upgrade(service, template.url("owner"))
                made.write_text(template.name)
        return made.read_text()


@dataclass(frozen=True)
class Broker:
    """A RabbitMQ server; each test gets a virtual host of its own, so that the fixed names of queues do not meet."""

    base: str
    management: str

    def add(self) -> str:
        """The address of a new virtual host."""
        name, user = uuid4().hex, urlsplit(self.management).username
        self._call("PUT", f"vhosts/{name}")
        self._call("PUT", f"permissions/{name}/{user}", b'{"configure": ".*", "write": ".*", "read": ".*"}')
        return self.base + name

    def remove(self, url: str) -> None:
        self._call("DELETE", f"vhosts/{url.rpartition('/')[2]}")

    def _call(self, method: str, path: str, body: bytes = b"") -> None:
        parts = urlsplit(self.management)
        login = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        url = f"http://{parts.hostname}:{parts.port}/api/{path}"
        urllib.request.urlopen(urllib.request.Request(url, body, headers, method=method), timeout=30).close()
