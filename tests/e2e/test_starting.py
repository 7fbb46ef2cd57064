"""`make run` and `make suite` as their user meets them: starting, stopping, and saying why not."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from deploy.local import postgres
from tests.api_client import PASSWORD, Client
from tests.sites import GONE_WITHIN, ROOT, STOPS_WITHIN, Site, has_ended, started
from tests.waiting import eventually, stretched

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SERVICES = ("cases", "scheduling", "notifications")
KINDS = ["embedded", pytest.param("suite", marks=pytest.mark.suite)]
EMPTY = {"DEMO": "false"}


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """The data folder of a site."""
    made = tmp_path / "data"
    yield made
    if (made / "postgres").is_symlink():
        shutil.rmtree((made / "postgres").resolve(), ignore_errors=True)


def get(site: Site, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def all_ready(site: Site) -> bool:
    return all(get(site, f"/{service}/health/ready")[0] == 200 for service in SERVICES)


@pytest.mark.parametrize("kind", KINDS)
def test_it_starts_stops_cleanly_and_finds_its_data_again(kind: str, data: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with started(kind, data, **EMPTY) as site:
            site.wait_until_ready()
            assert all_ready(site)
            assert get(site, "/")[0] == 303
            assert site.stop(number) == 0
            assert site.left_behind() == []
            assert "Traceback" not in site.err.read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_after_a_kill_nothing_is_left_and_the_next_start_works(kind: str, data: Path) -> None:
    with started(kind, data, **EMPTY) as site:
        site.wait_until_ready()
        site.remember_family()
        site.process.kill()
        site.process.wait()
        assert site.left_behind() == []
    with started(kind, data, **EMPTY) as site:
        site.wait_until_ready()
        assert site.stop() == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", [0.3, 1.5, 3.0])
def test_stopped_while_it_starts_it_leaves_nothing(kind: str, seconds: float, data: Path) -> None:
    with started(kind, data, **EMPTY) as site:
        time.sleep(seconds)  # the moment is the subject
        site.stop()
        assert site.left_behind() == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SMTP_URL": "mail.example"}, "SMTP_URL: "),
        ({"PORT": "web"}, "PORT: "),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: "),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/x"}, "DATABASE_URL: "),
    ],
)
def test_what_it_cannot_use_is_one_line_and_status_2(kind: str, variables: dict[str, str], said: str, data: Path) -> None:
    with started(kind, data, **variables) as site:
        assert site.process.wait(120) == 2
        assert site.err.read_text().startswith(f"Partnerschap cannot start: {said}")
        assert len(site.err.read_text().splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_port_in_use_and_a_folder_in_use_are_said_and_disturb_nobody(kind: str, data: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with started(kind, data, PORT=str(taken.getsockname()[1])) as site:
            assert site.process.wait(120) == 2
            assert "is in use" in site.err.read_text()
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter1.txt").write_text("mine")
    with started(kind, foreign) as site:
        assert site.process.wait(120) == 2
        assert "holds something else" in site.err.read_text()
    assert [path.name for path in foreign.iterdir()] == ["chapter1.txt"]


@pytest.mark.suite
def test_the_suite_starts_again_what_dies(data: Path) -> None:
    with started("suite", data, **EMPTY) as site:
        site.wait_until_ready()
        for words in (
            ("deploy.service.worker", "notifications"),
            ("gunicorn",),
            ("nginx", "master"),
            ("postgres", "-D"),
            ("beam",),
        ):
            victim = site.child(*words)
            victim.kill()
            eventually(partial(has_ended, victim))
        eventually(lambda: site.err.read_text().count("starting it again") >= 5, 120)
        eventually(lambda: all_ready(site), 120)
        assert site.stop() == 0
        assert site.left_behind() == []


def test_a_given_database_server_is_used_and_no_other_started(data: Path, tmp_path: Path) -> None:
    given = postgres.start(tmp_path / "given")
    try:
        for _ in range(2):
            with started("embedded", data, DATABASE_URL=given.admin_url, **EMPTY) as site:
                site.wait_until_ready()
                assert all_ready(site)
                assert site.stop() == 0
        assert not (data / "postgres").exists()
    finally:
        given.stop()
        shutil.rmtree(given.data.parent)


def test_the_first_start_brings_the_demo_and_the_second_the_same_again(data: Path) -> None:
    seen = []
    for _ in range(2):
        with started("embedded", data) as site:
            site.wait_until_ready()
            liaison = Client(site.port).log_in("ouderfunctionaris@demo.example")
            cases = liaison.get("/cases/api/v1/cases?limit=200").data["items"]
            seen.append((sorted(case["id"] for case in cases), len(list((data / "mail").glob("*.eml")))))
            assert site.stop() == 0
    assert seen[0][0] == seen[1][0] != []
    assert 0 < seen[0][1] <= seen[1][1]
    assert not (data / "demo.loading").exists()


def test_a_site_without_demo_gets_its_first_administrator_from_the_command_line(data: Path) -> None:
    with started("embedded", data, **EMPTY) as site:
        site.wait_until_ready()
        person = ["--email", "eerste@maas.example", "--full-name", "Eva Eerste", "--password", PASSWORD]
        done = operated(site, "cases", "found-alliance", "Maasoevers", *person)
        assert done.returncode == 0, done.stderr
        assert Client(site.port).log_in("eerste@maas.example").get("/cases/api/v1/users").data["items"]
        assert "0" in operated(site, "notifications", "queue").stdout
        assert site.stop() == 0
    stopped = operated(site, "cases", "seal-codes", "--administrator", "eerste@maas.example")
    assert stopped.returncode == 2
    assert "start the site first" in stopped.stderr


def operated(site: Site, *words: str) -> subprocess.CompletedProcess[str]:
    """An operator's command at this site."""
    environment = os.environ | {"DATA_DIR": str(site.data), "PORT": str(site.port)}
    command = [sys.executable, "-m", "deploy.local.operate", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_make_run_stops_as_what_it_runs_does(data: Path, free_port: int) -> None:
    """A supervisor knows only `make`: its signal must reach the site, and nothing may stay."""
    environment = os.environ | {"DATA_DIR": str(data), "PORT": str(free_port), **EMPTY}
    environment.pop("MAKEFLAGS", None)
    # What is installed is what the lock says, or this test would not run: make must not look again.
    command = ["make", "--silent", "--assume-old=.venv/.installed-run", "run"]
    with data.with_suffix(".out").open("w") as out:
        make = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, start_new_session=True)
    eventually(lambda: data.with_suffix(".out").read_text() == f"ready: http://127.0.0.1:{free_port}\n", 240)
    family = psutil.Process(make.pid).children(recursive=True)
    make.send_signal(signal.SIGTERM)
    make.wait(stretched(STOPS_WITHIN))
    assert psutil.wait_procs(family, timeout=stretched(GONE_WITHIN))[1] == []
