"""Thirty-two clients race for one person's time over real HTTP: one has it, and PostgreSQL's own log knows of no deadlock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.local import postgres
from shared.clock import FixedClock, SystemClock
from shared.identity import TokenIssuer, new_private_key, public_keys
from shared.ids import new_id
from shared.tenancy import Principal
from tests.infrastructure import Databases, ServiceDatabase
from tests.integration.scheduling.conftest import CASE_K, CASE_R, FATMA, KASIA, KLIMOP, MEHMET, REGENBOOG, SAMIRA, tell
from tests.waiting import eventually

ROOT = Path(__file__).parents[3]
CLIENTS = 32


@contextmanager
def gunicorn(database: ServiceDatabase, folder: Path, port: int) -> Iterator[tuple[str, str]]:
    """The service as it is deployed, in two processes of sixteen threads; its address, and a token of its liaison."""
    key, now = new_private_key(), SystemClock().now()
    (folder / "keys.json").write_text(json.dumps(public_keys(key)))
    who = Principal(SAMIRA, "Samira", "liaison", frozenset({REGENBOOG, KLIMOP}), new_id(), now, now + timedelta(hours=1))
    environment = {
        **os.environ,
        "SERVICE": "scheduling",
        "BIND": f"127.0.0.1:{port}",
        "WEB_THREADS": "16",
        "POOL_SIZE": "16",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "s" * 40,
        "TOKEN_KEYS_FILE": str(folder / "keys.json"),
        "DATABASE_URL": database.url("app"),
        "WORKER_DATABASE_URL": database.url("worker"),
        "RELAY_DATABASE_URL": database.url("relay"),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy/service/gunicorn.py")]
    with (folder / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            eventually(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/scheduling/health/live"), 240)
            assert process.poll() is None, (folder / "gunicorn.log").read_text()
            yield f"http://127.0.0.1:{port}/scheduling/api/v1", TokenIssuer(key).issue(who)
        finally:
            process.terminate()
            process.wait(60)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def post(url: str, token: str, body: dict[str, Any], method: str = "POST") -> tuple[int, Any]:
    """Again while it is said to be too busy (a lock was waited for in vain), as any client does."""
    status, said = 503, None
    while status == 503:
        status, said = _ask(url, token, body, method)
    return status, said


def _ask(url: str, token: str, body: dict[str, Any], method: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def race(work: list[Any]) -> list[tuple[int, Any]]:
    """All at once; their answers, in no order."""
    found: list[tuple[int, Any]] = []
    start = threading.Barrier(len(work))

    def run(call: Any) -> None:
        start.wait()
        found.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def wanted(number: int, day: str) -> dict[str, Any]:
    """Overlapping and unequal, at two schools, the persons named in different orders."""
    at_klimop = number % 2 == 0
    persons = [str(MEHMET), str(FATMA)][:: 1 if number % 4 == 1 else -1]
    return {
        "case_id": str(CASE_K if at_klimop else CASE_R),
        "kind": "home_visit" if number % 3 else "school_meeting",
        "starts_at": f"{day}T13:{number % 4 * 10:02}:00+01:00",
        "duration_minutes": 60 + number,
        "participant_ids": [str(KASIA)] if at_klimop else persons,
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_one_wins_and_nothing_deadlocks(tmp_path: Path, free_port: int) -> None:
    """New appointments, and then moves onto one time and swaps of times, which a plain update would deadlock in."""
    tmp_path.chmod(0o755)
    server = postgres.start(tmp_path / "server", durable=False)
    try:
        database = Databases(server.admin_url, tmp_path)("scheduling")
        tell(database, FixedClock(SystemClock().now()))
        with gunicorn(database, tmp_path, free_port) as (url, token):
            now = SystemClock().now()
            first, *others = (f"{now + timedelta(days=number):%Y-%m-%d}" for number in range(30, 41))
            answers_ = race([lambda n=n: post(f"{url}/appointments", token, wanted(n, first)) for n in range(CLIENTS)])
            assert sorted(status for status, _ in answers_) == [201, *[409] * (CLIENTS - 1)]
            assert all(answer["conflicts"] for status, answer in answers_ if status == 409)
            made = [post(f"{url}/appointments", token, wanted(0, day))[1] for day in others[:8]]
            moves = [
                lambda one=one, to=to: post(f"{url}/appointments/{one['id']}", token, {"starts_at": to}, "PATCH")
                for one, other in zip(made, made[1:] + made[:1], strict=True)
                for to in (other["starts_at"], f"{others[8]}T10:00:00+01:00", one["starts_at"], f"{others[9]}T10:00:00+01:00")
            ]
            assert {status for status, _ in race(moves)} <= {200, 409}
        with psycopg.connect(database.url("admin")) as connection:
            assert connection.execute("select deadlocks from pg_stat_database where datname = current_database()").fetchone() == (
                0,
            )
            overlapping = (
                "select count(*) from occupancy a join occupancy b on a.person_id = b.person_id and a.during && b.during"
                " and a.appointment_id < b.appointment_id"
            )
            assert connection.execute(overlapping).fetchone() == (0,)
        log = (server.data.parent / "postgres.log").read_text(errors="replace")
    finally:
        server.stop()
    assert "ready to accept connections" in log, "it is PostgreSQL's own"
    assert "deadlock" not in log.lower()
