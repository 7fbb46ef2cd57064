"""From DELETE through all three services and the mail folder: a mark in everything that is held of a family, and then nowhere."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from deploy.embedded.__main__ import _workers
from deploy.local import demo, postgres, site
from deploy.local.ports import free_port
from deploy.local.settings import SERVICES, Settings
from shared.provisioning import role_url
from tests.waiting import eventually

# Workers keep their connections as long as their process lives: here the test's end is theirs.
_LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), _LEFT_OPEN]
MARK = "Zeldzaam" + uuid4().hex[:8]
# What the rows of a family mention and are not of the family themselves.
_OTHERS = {"alembic_version", "inbox", "inbox_subjects", "outbox", "outbox_subjects", "parked_events", "revocations", "erasures"}
# Words of ours that choose what is done, and the number that a receipt keeps.
_CODES = {"reference", "template", "language", "kind", "status", "phase", "type", "subject", "state", "readers", "key"}
_MENTIONS = sql.SQL("whole::text like any(%s)")


@dataclass
class Running:
    """A whole site in this process: its applications, its workers at work, the demo's families in it."""

    opened: site.Site
    services: dict[str, Any]
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        build = {name: importlib.import_module(f"services.{name}.app").create_app for name in SERVICES}
        self.clients = {name: build[name](service=service).test_client() for name, service in self.services.items()}

    def call(self, who: str, method: str, path: str, json: Any = None, **headers: str) -> Any:
        """`path` begins with the service."""
        client = self.clients[path.split("/")[1]]
        if who not in self.tokens:
            given = {"email": f"{who}@demo.example", "password": "demo-wachtwoord"}
            self.tokens[who] = self.clients["cases"].post("/cases/api/v1/session", json=given).json["access_token"]
        answer = client.open(path, method=method, json=json, headers={"Authorization": f"Bearer {self.tokens[who]}"} | headers)
        assert answer.status_code < 300, (path, answer.json)
        return answer.json

    def connect(self, service: str) -> psycopg.Connection[Any]:
        """As the server's administrator, whom no policy binds."""
        return psycopg.connect(role_url(self.opened.admin_url, None, None, service))

    @property
    def mail_folder(self) -> Path:
        folder: Path = self.services["notifications"].config.mail_folder
        return folder

    def holding(self, *words: str) -> list[str]:
        """Every table, of every service, and every file of mail that holds one of these words."""
        found = []
        for service in SERVICES:
            with self.connect(service) as connection:
                found += [f"{service}.{table}" for table in tables(connection) if _holds(connection, table, words)]
        mails = [path for path in self.mail_folder.rglob("*") if path.is_file()]
        return found + [path.name for path in mails if any(each.encode() in path.read_bytes() for each in words)]


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("select tablename from pg_tables where schemaname = 'public' order by 1").fetchall()
    return [row[0] for row in rows]


def _holds(connection: psycopg.Connection[Any], table: str, words: tuple[str, ...]) -> bool:
    """Bytes are written in hexadecimal: what is said in them counts too. So do other spellings, as a search column has."""
    asked = [each for word in words for each in (word.lower(), word.encode().hex(), word.lower().encode().hex())]
    query = sql.SQL("select 1 from {} as whole where lower(whole::text) like any(%s) limit 1").format(sql.Identifier(table))
    return connection.execute(query, ([f"%{each}%" for each in asked],)).fetchone() is not None


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    node = postgres.start(tmp_path / "server", durable=False)
    given = {"PORT": str(free_port()), "DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": node.admin_url}
    crashed: list[str] = []
    try:
        with site.opened(Settings.from_env(given)) as opened:
            services = demo.build_services(opened)
            with _workers(services, crashed):
                demo.load(opened, lambda: services)
                yield Running(opened, services)
        assert crashed == []
    finally:
        node.stop()


def ids_of_family(running: Running, case_id: str) -> set[str]:
    """The ids of all rows that mention the case, and so on with theirs: its guardians, appointments, messages."""
    ids, before = {case_id}, 0
    while len(ids) > before:
        before = len(ids)
        for service in SERVICES:
            with running.connect(service) as connection:
                for table in set(tables(connection)) - _OTHERS:
                    query = sql.SQL("select to_jsonb(whole) ->> 'id' from {} as whole where {}")
                    found = connection.execute(query.format(sql.Identifier(table), _MENTIONS), (_like(ids),)).fetchall()
                    ids |= {row[0] for row in found if row[0] and len(row[0]) == 36}
    return ids


def plant(connection: psycopg.Connection[Any], ids: set[str]) -> set[str]:
    """The mark into every column that holds text or JSON of these rows, and takes it; gives which did."""
    columns = connection.execute(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
        " and data_type in ('text', 'jsonb') and is_generated = 'NEVER' and column_name <> all(%s)",
        (list(_CODES),),
    ).fetchall()
    wanted = [each for each in columns if each[0] not in _OTHERS]
    return {f"{table}.{column}" for table, column, kind in wanted if _set(connection, table, column, kind, ids)}


def _set(connection: psycopg.Connection[Any], table: str, column: str, kind: str, ids: set[str]) -> bool:
    """False where there is no such row, or a rule of the table allows only other words there."""
    value = "%s" if kind == "text" else "jsonb_build_object('said', %s::text)"
    query = sql.SQL("update {} as whole set {} = " + value + " where {}")
    try:
        with connection.transaction():
            named = query.format(sql.Identifier(table), sql.Identifier(column), _MENTIONS)
            return connection.execute(named, (MARK, _like(ids))).rowcount > 0
    except (psycopg.errors.IntegrityError, psycopg.errors.DataError):
        return False


def _like(ids: set[str]) -> list[str]:
    return [f"%{each}%" for each in sorted(ids)]


def bury(connection: psycopg.Connection[Any], case_id: str, school_id: str) -> None:
    """A dead letter about the case."""
    connection.execute(
        "insert into parked_events (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at,"
        " next_attempt_at) values (%s, %s, 'x', %s, 1, convert_to(%s, 'UTF8'), 'dead', 9, 'x', now(), now())",
        (uuid4(), school_id, f"x/{uuid4()}", f'{{"case_id": "{case_id}", "said": "{MARK}"}}'),
    )


def speak(running: Running, path: str, guardian_id: str) -> None:
    """The mark on its way through the outboxes, and in an answer that is kept for who asks again."""
    running.call("ouderfunctionaris", "PATCH", f"{path}/guardians/{guardian_id}", {"first_name": MARK})
    said = {"Idempotency-Key": uuid4().hex}
    running.call("ouderfunctionaris", "POST", f"{path}/wishes", {"text": MARK}, **said)
    eventually(lambda: {"scheduling.people", "notifications.people"} <= set(running.holding(MARK)))


def much_talked_about(running: Running) -> dict[str, Any]:
    """Of the demo's cases that are not closed, the one with the most mail about it."""
    listed = running.call("ouderfunctionaris", "GET", "/cases/api/v1/cases?limit=100")["items"]
    cases = [running.call("ouderfunctionaris", "GET", f"/cases/api/v1/cases/{each['id']}") for each in listed]
    with running.connect("notifications") as connection:
        mails = dict(connection.execute("select case_id::text, count(*) from messages group by case_id").fetchall())
    wanted = [each for each in cases if each["guardians"] and each["phase"] != "closed"]
    return max(wanted, key=lambda each: int(mails.get(each["id"], 0)))


def test_everything_that_is_held_of_a_family_goes(running: Running) -> None:
    case = much_talked_about(running)
    path = f"/cases/api/v1/cases/{case['id']}"
    speak(running, path, case["guardians"][0]["id"])
    running.call("ouderfunctionaris", "POST", f"{path}/phase", {"to": "closed", "reason": MARK})
    ids, planted = ids_of_family(running, case["id"]), set[str]()
    for service in SERVICES:
        with running.connect(service) as connection:
            planted |= plant(connection, ids)
            bury(connection, case["id"], case["school_id"])
    mails = [each for each in running.mail_folder.glob("*.eml") if each.stem in ids]
    for mail in mails:
        mail.write_bytes(mail.read_bytes() + MARK.encode())
    held = running.holding(MARK)
    assert {"cases.search_text", "cases.reason", "guardians.last_name", "timeline.data", "people.email"} <= planted
    assert {f"{service}.parked_events" for service in SERVICES} | {"cases.idempotency_keys"} <= set(held)
    assert mails
    running.call("beheer", "DELETE", path, {"reason": "De bewaartermijn is voorbij."})
    eventually(lambda: running.holding(MARK) == [])
    (receipt,) = running.call("beheer", "GET", "/cases/api/v1/erasures")["items"]
    assert receipt["case_id"] == case["id"]
