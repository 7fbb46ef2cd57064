"""What the tests of `cases` share: a service on a real database, an alliance with two schools, and people who log in."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from services.cases.adapters.links import ParentLinks
from services.cases.adapters.passwords import Passwords
from services.cases.app import create_app
from services.cases.config import Config
from services.cases.domain.case import Child
from services.cases.service import CasesService
from services.cases.usecases import administration, cases
from services.cases.usecases.administration import NewUser
from services.cases.usecases.cases import NewCase, NewGuardian
from services.cases.usecases.dossiers import Dossier
from shared.clock import FixedClock
from shared.database import Database
from shared.identity import TokenIssuer, new_private_key, public_keys
from shared.ids import new_id
from shared.tenancy import Principal, Role, Scope
from tests.infrastructure import ServiceDatabase
from tests.statements import statements

PASSWORD = "demo-wachtwoord"
SINCE = date(2026, 8, 1)
# Weak on purpose: the tests log in hundreds of times.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
API = "/cases/api/v1"


def make_config(database: ServiceDatabase, folder: Path, **more: Any) -> Config:
    values: dict[str, Any] = {
        "database_url": database.sqlalchemy_url("app"),
        "worker_database_url": database.sqlalchemy_url("worker"),
        "relay_database_url": database.sqlalchemy_url("relay"),
        "public_url": "http://127.0.0.1:8000",
        "secret_key": "k" * 40,
        "token_keys_file": folder / "keys.json",
        "signing_key_file": folder / "signing.json",
    }
    return Config(**(values | more))


def make_service(config: Config, clock: FixedClock) -> CasesService:
    key = new_private_key()
    config.signing_key_file.write_text(json.dumps(key))
    config.token_keys_file.write_text(json.dumps(public_keys(key)))
    return CasesService(
        config,
        Database(config.database_url, pool_size=3),
        clock,
        TokenIssuer(key),
        Passwords(CHEAP),
        ParentLinks(config.secret_key),
    )


@dataclass
class World:
    """An alliance with the schools `regenboog` and `klimop`, and one of each role. `oase` is a school of nobody here."""

    service: CasesService
    database: ServiceDatabase
    schools: dict[str, UUID] = field(default_factory=dict)
    users: dict[str, UUID] = field(default_factory=dict)
    by: Scope = field(default_factory=Scope)

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.service.clock, FixedClock)
        return self.service.clock

    def build(self) -> World:
        """Through the use cases, once a run; each test has a copy of the database."""
        founder = administration.found_alliance(self.service, "Maasoevers", person("beheer", "administrator"))
        self.users["beheer"] = founder.id
        self.by = Scope(audience="administration", actor_id=founder.id)
        for name in ("regenboog", "klimop", "oase"):
            self.schools[name] = administration.register_school(self.service, self.by, f"De {name.title()}").id
        self.hire("ib_regenboog", "school_staff", "regenboog")
        self.hire("ib_klimop", "school_staff", "klimop")
        self.hire("liaison", "liaison", "regenboog")
        self.hire("liaison_klimop", "liaison", "klimop")
        self.hire("team", "team_member", "regenboog", "klimop")
        self.hire("coordinator", "coordinator")
        return self

    def hire(self, key: str, role: str, *schools: str, **period: Any) -> UUID:
        user = administration.add_user(self.service, self.by, person(key, role))
        self.users[key] = user.id
        for school in schools:
            administration.assign(
                self.service, self.by, user.id, self.schools[school], period.get("since", SINCE), period.get("until")
            )
        return user.id

    def who(self, key: str, *schools: str) -> Principal:
        """Somebody as their token would say, at the schools that they are assigned to unless told."""
        now = self.clock.now()
        roles: dict[str, Role] = {
            "liaison": "liaison",
            "liaison_klimop": "liaison",
            "team": "team_member",
            "coordinator": "coordinator",
            "beheer": "administrator",
        }
        usual = {
            "ib_klimop": ("klimop",),
            "liaison_klimop": ("klimop",),
            "team": ("regenboog", "klimop"),
            "coordinator": (),
            "beheer": (),
        }
        own = frozenset(self.schools[name] for name in schools or usual.get(key, ("regenboog",)))
        role = roles.get(key, "school_staff")
        return Principal(self.users[key], name_of(key), role, own, new_id(), now, now + timedelta(hours=1))

    def opens(self, school: str = "regenboog", key: str = "ib_regenboog", **more: Any) -> Dossier:
        """A case opened by somebody of the school."""
        return cases.open_case(self.service, self.who(key, school), new_case(self.schools[school], **more))

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """As the administrator of the server, whom no policy binds."""
        with psycopg.connect(self.database.url("admin"), row_factory=psycopg.rows.dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def told(self, kind: str = "") -> list[dict[str, Any]]:
        """The events in the outbox whose type begins so."""
        rows = self.rows("select body from outbox where type like %s order by seq", f"{kind}%")
        return [json.loads(bytes(row["body"])) for row in rows]


def name_of(key: str) -> str:
    return key.replace("_", " ").title()


def person(key: str, role: str) -> NewUser:
    return NewUser(name_of(key), name_of(key).split()[0], role, f"{key}@demo.example", PASSWORD, "+31612340000")


def guardian_values(**more: Any) -> dict[str, Any]:
    known = {"first_name": "Elif", "last_name": "Yılmaz", "relation": "moeder", "language": "tr"}
    return known | {"email": "elif@voorbeeld.example", "phone": "+31612345678"} | more


def new_case(school_id: UUID, **more: Any) -> NewCase:
    values: dict[str, Any] = {
        "reason": "Aylin is stil in de klas.",
        "planned_end_on": date(2027, 5, 1),
        "child": Child("Aylin", "Yılmaz", "5"),
        "guardians": [NewGuardian(guardian_values())],
    }
    return NewCase(school_id, **(values | more))


def body(school_id: UUID | str, **more: Any) -> dict[str, Any]:
    """A case as the API takes it."""
    known: dict[str, Any] = {
        "school_id": str(school_id),
        "reason": "Aylin is stil in de klas.",
        "planned_end_on": "2027-05-01",
        "child": {"first_name": "Aylin", "last_name": "Yılmaz", "group": "5"},
        "guardians": [guardian_values(phone="06 12345678")],
    }
    return known | more


@dataclass
class Web:
    """The web application under its own role."""

    app: Flask
    world: World

    @property
    def service(self) -> CasesService:
        found: CasesService = self.app.extensions["service"]
        return found

    def token(self, key: str, *schools: str, **more: Any) -> str:
        from dataclasses import replace

        return self.service.issuer.issue(replace(self.world.who(key, *schools), **more))

    def call(self, method: str, path: str, key: str = "liaison", **options: Any) -> Any:
        """A request of the API by somebody with a token; `headers` are added to the token's."""
        headers = {"Authorization": f"Bearer {self.token(key)}"} | options.pop("headers", {})
        return self.app.test_client().open(API + path, method=method, headers=headers, **options)

    def get(self, path: str, key: str = "liaison", **options: Any) -> Any:
        return self.call("GET", path, key, **options)

    def post(self, path: str, json: Any = None, key: str = "liaison", **options: Any) -> Any:
        return self.call("POST", path, key, json=json, **options)

    def patch(self, path: str, json: Any = None, key: str = "liaison", **options: Any) -> Any:
        return self.call("PATCH", path, key, json=json, **options)

    def put(self, path: str, json: Any = None, key: str = "liaison", **options: Any) -> Any:
        return self.call("PUT", path, key, json=json, **options)

    def browser(self, key: str) -> Browser:
        client = self.app.test_client()
        client.set_cookie("session", self.token(key))
        return Browser(client)

    def queries(self) -> AbstractContextManager[list[str]]:
        """Collects the statements that the application sends to the database."""
        return statements(self.service.database)


@dataclass
class Browser:
    """Somebody who is logged in, and posts the forms with the token that the pages carry."""

    client: FlaskClient

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, data: dict[str, Any] | None = None, page: str | None = None) -> Any:
        """`page`: where the form stands, if not on its own address."""
        form = self.client.get(page or path).text
        token = form.partition('name="csrf_token" value="')[2].partition('"')[0]
        return self.client.post(path, data={"csrf_token": token, **(data or {})})


Queries = AbstractContextManager[list[str]]


def make_web(world: World, **more: Any) -> Web:
    from dataclasses import replace

    service = replace(world.service, config=replace(world.service.config, **more)) if more else world.service
    return Web(create_app(service=service), world)
