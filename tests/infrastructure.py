"""Real servers for the tests: containers where a Docker engine answers, private nodes on the loopback where not."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import docker
import psycopg
from docker.errors import DockerException
from psycopg import sql

from deploy.local import postgres, rabbitmq
from shared import migrations
from shared.provisioning import ROLES, provision, role_url

PASSWORDS = dict.fromkeys(ROLES, "test")


def docker_answers() -> bool:
    """An engine, not merely the client."""
    try:
        return bool(docker.from_env(timeout=2).ping())  # type: ignore[no-untyped-call]
    except DockerException:
        return False


@contextmanager
def postgres_server() -> Iterator[str]:
    """The administrator's address of an empty PostgreSQL 18."""
    if docker_answers():
        from testcontainers.community.postgres import PostgresContainer

        with PostgresContainer("postgres:18-alpine", driver=None) as container:
            yield container.get_connection_url()
        return
    with tempfile.TemporaryDirectory(prefix="partnerschap-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        node = postgres.start(Path(folder) / "postgres", durable=False)
        try:
            yield node.admin_url
        finally:
            node.stop()


@contextmanager
def rabbitmq_server() -> Iterator[str]:
    """The address of an empty RabbitMQ."""
    if docker_answers():
        from testcontainers.community.rabbitmq import RabbitMqContainer

        with RabbitMqContainer("rabbitmq:4-alpine") as container:
            host, port = container.get_container_host_ip(), container.get_exposed_port(5672)
            yield f"amqp://guest:guest@{host}:{port}/%2F"
        return
    with tempfile.TemporaryDirectory(prefix="partnerschap-mq-", ignore_cleanup_errors=True) as folder:
        node = rabbitmq.start(Path(folder))
        try:
            yield node.url
        finally:
            node.stop()


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


@dataclass
class Databases:
    """Makes databases: each service is migrated once, into a template, and cloned for every test (some 60 ms)."""

    admin_url: str
    templates: dict[str, str] = field(default_factory=dict)

    def __call__(self, service: str) -> ServiceDatabase:
        return self.clone(service, self.templates.get(service) or self._make_template(service))

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

    def _make_template(self, service: str) -> str:
        template = f"{service}_template"
        provision(self.admin_url, service, PASSWORDS, template)
        migrations.upgrade(service, ServiceDatabase(self.admin_url, service, template).url("owner"))
        self.templates[service] = template
        return template
