"""Make a service's roles and database on a PostgreSQL server. Safe to repeat.

Roles belong to the server, not to a database: `<service>_owner` owns and migrates, `_app`, `_worker` and `_relay` log in.
None is a superuser and none bypasses row-level security.
"""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

ROLES = ("owner", "app", "worker", "relay")
_EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


def provision(admin_url: str, service: str, passwords: Mapping[str, str], database: str | None = None) -> None:
    """Make the roles with these passwords (by role name without the service), the database and its extensions."""
    name = database or service
    with psycopg.connect(_plain(admin_url), autocommit=True) as connection:
        for role in ROLES:
            _make_role(connection, f"{service}_{role}", passwords[role])
        if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            owner = sql.Identifier(f"{service}_owner")
            connection.execute(sql.SQL("create database {} owner {}").format(sql.Identifier(name), owner))
        connection.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
        for role in ROLES:
            grant = sql.SQL("grant connect on database {} to {}")
            connection.execute(grant.format(sql.Identifier(name), sql.Identifier(f"{service}_{role}")))
    with psycopg.connect(_plain(role_url(admin_url, None, None, name)), autocommit=True) as connection:
        for extension in _EXTENSIONS:
            connection.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(extension)))
        connection.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(f"{service}_owner")))


def role_url(admin_url: str, role: str | None, password: str | None, database: str) -> str:
    """The address of `database` on the same server, for `role` or, without one, for the administrator."""
    url = make_url(admin_url).set(database=database)
    if role is not None:
        url = url.set(username=role, password=password)
    return url.render_as_string(hide_password=False)


def _make_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    known = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
    statement = sql.SQL("alter role {} {}" if known else "create role {} {}")
    rights = sql.SQL("login nosuperuser nocreatedb nocreaterole nobypassrls password {}").format(sql.Literal(password))
    connection.execute(statement.format(sql.Identifier(role), rights))


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
