"""One site on one machine: its folder, its PostgreSQL with a migrated database a service, and what each service is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from deploy.local import folder, ports, postgres
from deploy.local.settings import SERVICES, Settings, Unusable
from shared import migrations
from shared.provisioning import provision, role_url


@dataclass(frozen=True)
class Site:
    """Ready for the services. `fresh` when its databases hold nothing yet; `server` is ours, or None for one given."""

    settings: Settings
    folder: folder.Folder
    admin_url: str
    server: postgres.Node | None
    fresh: bool

    def environment(self, service: str, **more: str) -> dict[str, str]:
        """The variables that `service` is configured with."""
        passwords = self.folder.passwords[service]
        urls = {role: role_url(self.admin_url, f"{service}_{role}", password, service) for role, password in passwords.items()}
        return {
            "DATABASE_URL": urls["app"],
            "WORKER_DATABASE_URL": urls["worker"],
            "RELAY_DATABASE_URL": urls["relay"],
            "PUBLIC_URL": self.settings.public_url,
            "SECRET_KEY": self.folder.secret_keys[service],
            "TOKEN_KEYS_FILE": str(self.folder.public_keys),
            "DATA_DIR": str(self.folder.path),
            "DEMO": str(self.settings.demo).lower(),
            "LOG_LEVEL": self.settings.log_level,
            **({"SIGNING_KEY_FILE": str(self.folder.signing_key)} if service == "cases" else {}),
            **({"SMTP_URL": self.settings.smtp_url} if self.settings.smtp_url else {}),
            **more,
        }


@contextmanager
def opened(settings: Settings) -> Iterator[Site]:
    """The site, until the end. Raises Unusable with a line that says what stands in the way."""
    if ports.is_taken(settings.port):
        raise Unusable(f"PORT: {settings.port} is in use; choose another, such as PORT={settings.port + 1}")
    with folder.claimed(settings.data_dir) as claimed, _database_server(settings, claimed) as (admin_url, server):
        fresh = _is_fresh(admin_url, claimed, demo=settings.demo)
        _prepare(admin_url, claimed)
        yield Site(settings, claimed, admin_url, server, fresh)


@contextmanager
def _database_server(settings: Settings, claimed: folder.Folder) -> Iterator[tuple[str, postgres.Node | None]]:
    if settings.database_url:
        yield make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False), None
        return
    try:
        node = postgres.start(claimed.path / "postgres")
    except (postgres.NotOurs, postgres.Failed) as error:
        raise Unusable(str(error)) from error
    try:
        yield node.admin_url, node
    finally:
        node.stop()


def _is_fresh(admin_url: str, claimed: folder.Folder, *, demo: bool) -> bool:
    """No service has a database yet. Half a demo, left by a first start that was interrupted, is thrown away.

    Whether one is to come is written down before anything is made: an end at any moment is an interruption.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True, connect_timeout=5) as connection:
            identity = _identity(connection)
            if claimed.demo_begun.exists() and claimed.demo_begun.read_text() == identity:
                _drop_databases(connection)
            found = connection.execute("select 1 from pg_database where datname = any(%s)", (list(SERVICES),)).fetchone()
    except psycopg.OperationalError as error:
        raise Unusable(f"DATABASE_URL: {_first_line(error)}") from error
    claimed.demo_begun.unlink(missing_ok=True)
    if demo and found is None:
        claimed.demo_begun.write_text(identity)
    return found is None


def _drop_databases(connection: psycopg.Connection[Any]) -> None:
    for service in SERVICES:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(service)))


def _identity(connection: psycopg.Connection[Any]) -> str:
    """What tells one database server from another: a mark left for one must not empty another."""
    row = connection.execute("select system_identifier from pg_control_system()").fetchone()
    return str(row[0]) if row else ""


def _prepare(admin_url: str, claimed: folder.Folder) -> None:
    for service in SERVICES:
        passwords = claimed.passwords[service]
        try:
            provision(admin_url, service, passwords)
        except psycopg.Error as error:
            raise Unusable(f"DATABASE_URL: {service} could not be set up: {_first_line(error)}") from error
        migrations.upgrade(service, role_url(admin_url, f"{service}_owner", passwords["owner"], service))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
