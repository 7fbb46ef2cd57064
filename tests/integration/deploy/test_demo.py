"""The first start's demo data: whole or not at all, however the first start ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local import postgres, site
from deploy.local.ports import free_port
from deploy.local.settings import Settings
from shared.provisioning import role_url


@pytest.fixture
def server(tmp_path: Path) -> Iterator[postgres.Node]:
    """A server of this test's own: the roles and databases of a site have fixed names."""
    node = postgres.start(tmp_path / "server", durable=False)
    yield node
    node.stop()


def settings(server: postgres.Node, data: Path, **more: str) -> Settings:
    given = {"PORT": str(free_port()), "DATA_DIR": str(data), "DATABASE_URL": server.admin_url}
    return Settings.from_env(given | more)


def leave_something(opened: site.Site) -> None:
    with psycopg.connect(role_url(opened.admin_url, None, None, "cases"), autocommit=True) as connection:
        connection.execute("create table left_behind (n int)")


def is_left(opened: site.Site) -> bool:
    with psycopg.connect(role_url(opened.admin_url, None, None, "cases")) as connection:
        return connection.execute("select to_regclass('left_behind') is not null").fetchone() == (True,)


def test_a_start_that_did_not_finish_loading_begins_anew(server: postgres.Node, tmp_path: Path) -> None:
    with site.opened(settings(server, tmp_path / "data")) as opened:
        assert opened.fresh
        leave_something(opened)
    with site.opened(settings(server, tmp_path / "data")) as opened:
        assert opened.fresh
        assert not is_left(opened)


def test_once_loaded_the_data_stay(server: postgres.Node, tmp_path: Path) -> None:
    with site.opened(settings(server, tmp_path / "data")) as opened:
        leave_something(opened)
        opened.folder.demo_begun.unlink()  # as `demo.load` does when it is done
    with site.opened(settings(server, tmp_path / "data")) as opened:
        assert not opened.fresh
        assert is_left(opened)


def test_without_a_demo_nothing_is_ever_thrown_away(server: postgres.Node, tmp_path: Path) -> None:
    for fresh in (True, False):
        with site.opened(settings(server, tmp_path / "data", DEMO="false")) as opened:
            assert opened.fresh is fresh
            if fresh:
                leave_something(opened)
            assert is_left(opened)


def test_the_mark_of_one_server_does_not_empty_another(server: postgres.Node, tmp_path: Path) -> None:
    with site.opened(settings(server, tmp_path / "first", DEMO="false")) as opened:
        leave_something(opened)
    with site.opened(settings(server, tmp_path / "second")) as opened:
        opened.folder.demo_begun.write_text("another server")
    with site.opened(settings(server, tmp_path / "second")) as opened:
        assert not opened.fresh
        assert is_left(opened)
