"""A `scheduling` service on a real database, with two schools, their people, and clients who are logged in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.scheduling.app import create_app
from services.scheduling.config import Config
from services.scheduling.events import SUBSCRIPTIONS
from services.scheduling.service import SchedulingService, build
from services.scheduling.usecases.week_search import Searcher
from shared.clock import FixedClock
from shared.database import Database
from shared.events.envelope import Event
from shared.identity import TokenIssuer, new_private_key, public_keys
from shared.ids import new_id
from shared.tenancy import Principal, Role, Scope
from tests.infrastructure import ServiceDatabase

REGENBOOG, KLIMOP = UUID(int=1), UUID(int=2)
SAMIRA, ANNA = UUID(int=10), UUID(int=11)
FATMA, MEHMET, KASIA = UUID(int=20), UUID(int=21), UUID(int=22)
CASE_R, CASE_K = UUID(int=30), UUID(int=31)
BOTH = {REGENBOOG, KLIMOP}


@dataclass
class Office:
    """The service, its database, and who may call it."""

    app: Flask
    service: SchedulingService
    database: ServiceDatabase
    issuer: TokenIssuer
    clock: FixedClock

    def client(self, role: Role, schools: set[UUID], user: UUID = SAMIRA, name: str = "Samira Bakker") -> Caller:
        now = self.clock.now()
        who = Principal(user, name, role, frozenset(schools), new_id(), now, now + timedelta(hours=1))
        return Caller(self.app.test_client(), self.issuer.issue(who))

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.database.url("admin")) as connection:
            return connection.execute(query).fetchall()


@dataclass
class Caller:
    """A client of the API with a token."""

    client: FlaskClient
    token: str

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.client.open(f"/scheduling/api/v1{path}", method=method, json=body, headers=headers)


@pytest.fixture
def office(database: Callable[[str], ServiceDatabase], clock: FixedClock, tmp_path: Path) -> Iterator[Office]:
    made = database("scheduling")
    key = new_private_key()
    (tmp_path / "keys.json").write_text(json.dumps(public_keys(key)))
    urls: dict[str, Any] = {
        f"{name}database_url": made.sqlalchemy_url(role)
        for name, role in (("", "app"), ("worker_", "worker"), ("relay_", "relay"))
    }
    config = Config(
        **urls, public_url="http://localhost", secret_key="s" * 40, token_keys_file=tmp_path / "keys.json", pool_size=20
    )
    service = build(config, clock)
    tell(made, clock)
    yield Office(create_app(service=service), service, made, TokenIssuer(key), clock)
    service.database.dispose()


@pytest.fixture
def searcher(office: Office) -> Iterator[Searcher]:
    """Makes week plans, as the worker does."""
    database = Database(office.database.sqlalchemy_url("worker"))
    yield Searcher(database, office.clock)
    database.dispose()


def hear(office: Office, kind: str, school: UUID, data: dict[str, Any]) -> None:
    """An event of another service, as the worker applies it."""
    worker = Database(office.database.sqlalchemy_url("worker"))
    handlers = {subscription.type: subscription.handler for subscription in SUBSCRIPTIONS}
    with worker.transaction(Scope.of_schools([school])) as session:
        handlers[kind](session, Event(new_id(), kind, "/cases", office.clock.now(), "subject", school, 1, data))
    worker.dispose()


def tell(database: ServiceDatabase, clock: FixedClock) -> None:
    """What `cases` would have told: two schools, a liaison at both, three guardians."""
    worker = Database(database.sqlalchemy_url("worker"))
    handlers = {subscription.type: subscription.handler for subscription in SUBSCRIPTIONS}
    for kind, school, data in _told():
        with worker.transaction(Scope.of_schools([school])) as session:
            handlers[kind](session, Event(new_id(), kind, "/cases", clock.now(), "subject", school, 1, data))
    worker.dispose()


def _told() -> list[tuple[str, UUID, dict[str, Any]]]:
    found: list[tuple[str, UUID, dict[str, Any]]] = []
    for school, name in ((REGENBOOG, "De Regenboog"), (KLIMOP, "De Klimop")):
        found.append(("cases.school.registered.v1", school, {"school_id": school, "name": name, "brin": None}))
        found.append(("cases.staff.assigned.v1", school, _staff(school)))
    found.append(("cases.case.opened.v1", REGENBOOG, _case(CASE_R, REGENBOOG, [FATMA, MEHMET])))
    found.append(("cases.case.opened.v1", KLIMOP, _case(CASE_K, KLIMOP, [KASIA])))
    for person, case, school, first, language in (
        (FATMA, CASE_R, REGENBOOG, "Fatma", "tr"),
        (MEHMET, CASE_R, REGENBOOG, "Mehmet", "nl"),
        (KASIA, CASE_K, KLIMOP, "Kasia", "pl"),
    ):
        found.append(("cases.person.registered.v1", school, _guardian(person, case, first, language)))
    return found


def _staff(school: UUID) -> dict[str, Any]:
    data = {"person_id": SAMIRA, "school_id": school, "name": "Samira Bakker", "first_name": "Samira", "role": "liaison"}
    return data | {"email": None, "phone": "+31612345678", "valid_from": date(2026, 1, 1), "valid_until": None}


def _case(case: UUID, school: UUID, guardians: list[UUID]) -> dict[str, Any]:
    data = {"case_id": case, "school_id": school, "reference": "2026-0001", "kind": "family", "phase": "referred"}
    return data | {"liaison_id": SAMIRA, "guardian_ids": guardians, "planned_end_on": None}


def _guardian(person: UUID, case: UUID, first_name: str, language: str) -> dict[str, Any]:
    data = {"person_id": person, "case_id": case, "first_name": first_name, "last_name": "Yılmaz", "language": language}
    return data | {"email": "a@b.example", "phone": None, "channel": "email", "interpreter_needed": False}


def browser(office: Office, caller: Caller) -> FlaskClient:
    """The same person with pages instead of the API."""
    client = office.app.test_client()
    client.set_cookie("session", caller.token)
    return client


@pytest.fixture
def samira(office: Office) -> Caller:
    """The liaison at both schools."""
    return office.client("liaison", BOTH)


@pytest.fixture
def pages(office: Office, samira: Caller) -> FlaskClient:
    return browser(office, samira)
