"""The private PostgreSQL: durable, ours, and never left behind."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.local import postgres, processes
from tests.waiting import eventually


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Below pytest's own folder, which is closed to the server's user: the harder case."""
    made = tmp_path / "postgres"
    yield made
    if made.is_symlink():
        import shutil

        shutil.rmtree(made.resolve())


def ask(node: postgres.Node, statement: str) -> object:
    with psycopg.connect(node.admin_url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
        return row and row[0]


def test_it_is_durable_discreet_and_keeps_its_data(folder: Path) -> None:
    node = postgres.start(folder)
    assert ask(node, "show fsync") == "on"
    assert ask(node, "show log_error_verbosity") == "terse"
    assert ask(node, "show timezone") == "UTC"
    with psycopg.connect(node.admin_url, autocommit=True) as connection:
        connection.execute("create table kept (n int)")
    node.stop()
    again = postgres.start(folder)
    assert ask(again, "select count(*) from kept") == 0
    again.stop()


def test_nobody_gets_in_without_the_password(folder: Path) -> None:
    node = postgres.start(folder)
    try:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(node.admin_url.replace(node.password, "guess"))
    finally:
        node.stop()


def test_a_server_that_was_killed_starts_again(folder: Path) -> None:
    node = postgres.start(folder)
    node.process.send_signal(signal.SIGKILL)
    node.process.wait()
    assert (node.data / "postmaster.pid").exists()
    again = postgres.start(folder)
    assert ask(again, "select 1") == 1
    again.stop()


def test_a_lock_file_with_somebody_elses_number_is_forgotten(folder: Path) -> None:
    node = postgres.start(folder)
    lock = node.data / "postmaster.pid"
    text = lock.read_text()
    node.stop()
    lock.write_text(text.replace(text.split()[0], str(os.getpid()), 1))
    again = postgres.start(folder)
    assert ask(again, "select 1") == 1
    again.stop()


def test_a_server_that_outlived_its_starter_is_replaced(folder: Path) -> None:
    orphan = postgres.start(folder)
    node = postgres.start(folder)
    assert ask(node, "select 1") == 1
    eventually(lambda: orphan.process.poll() is not None)
    node.stop()


def test_it_is_started_again_where_it_was(folder: Path) -> None:
    node = postgres.start(folder)
    processes.end(node.process, signal.SIGQUIT)
    node.start_again()
    eventually(lambda: _answers(node))
    node.stop()


def _answers(node: postgres.Node) -> bool:
    try:
        return ask(node, "select 1") == 1
    except psycopg.OperationalError:
        return False


def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    first = postgres.start(folder)
    first.stop()
    home = first.data.parent
    first.data.rename(home / "making")
    node = postgres.start(folder)
    assert ask(node, "select 1") == 1
    node.stop()


def test_somebody_elses_folder_is_refused_and_left_alone(folder: Path) -> None:
    folder.mkdir()
    (folder / "PG_VERSION").write_text("17\n")
    with pytest.raises(postgres.NotOurs, match="not made by Partnerschap"):
        postgres.start(folder)
    assert [path.name for path in folder.iterdir()] == ["PG_VERSION"]


def test_another_major_version_is_refused(folder: Path) -> None:
    node = postgres.start(folder)
    node.stop()
    (node.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(postgres.NotOurs, match="made by PostgreSQL 17"):
        postgres.start(folder)


def test_a_taken_port_is_a_clear_error(folder: Path, tmp_path: Path) -> None:
    node = postgres.start(folder)
    other = tmp_path / "other"
    try:
        with pytest.raises(postgres.Failed, match=r"could not .*\(see .*postgres\.log\)"):
            postgres.start(other, port=node.port)
    finally:
        node.stop()
