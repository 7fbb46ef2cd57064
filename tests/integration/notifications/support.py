"""What the tests of `notifications` share: a service on a real database, people to write to, and a mailer in memory."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

from services.notifications.adapters.rendering import MailRenderer
from services.notifications.adapters.texts import library
from services.notifications.app import create_app
from services.notifications.config import Config
from services.notifications.domain.retries import Refusal
from services.notifications.persistence.unit_of_work import work
from services.notifications.service import NotificationsService
from services.notifications.usecases import people, requests
from services.notifications.usecases.dispatch import Dispatcher
from services.notifications.usecases.ports import Mail, Mailer, NoAnswer, Receipt, Refused
from shared.clock import Clock, FixedClock
from shared.database import Database
from shared.identity import TokenIssuer, new_private_key, public_keys
from shared.ids import new_id
from shared.tenancy import Principal, Role, Scope
from tests.infrastructure import ServiceDatabase

REGENBOOG = UUID("00000000-0000-7000-8000-000000000001")
KLIMOP = UUID("00000000-0000-7000-8000-000000000002")
# Tomorrow: too soon for reminders, which have tests of their own.
STARTS_AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
SECRET = "s" * 40


def make_config(database: ServiceDatabase, folder: Path, **more: Any) -> Config:
    values: dict[str, Any] = {
        "database_url": database.sqlalchemy_url("app"),
        "worker_database_url": database.sqlalchemy_url("worker"),
        "relay_database_url": database.sqlalchemy_url("relay"),
        "public_url": "http://127.0.0.1:8000",
        "secret_key": SECRET,
        "token_keys_file": folder / "keys.json",
        "data_dir": folder,
        "quiet_hours": "none",  # tests run at any hour
    }
    return Config(**(values | more))


def make_service(config: Config, clock: Clock, url: str | None = None) -> NotificationsService:
    texts = library()
    renderer = MailRenderer(texts, config.mail_from, config.public_url)
    service = NotificationsService(config, Database(url or config.worker_database_url, pool_size=3), clock, texts, renderer)
    service.bring_in_texts()
    return service


def guardian(person_id: UUID | None = None, **more: Any) -> dict[str, Any]:
    return {
        "person_id": person_id or new_id(),
        "case_id": new_id(),
        "first_name": "Fatma",
        "last_name": "Yılmaz",
        "language": "tr",
        "email": "fatma@voorbeeld.example",
        "phone": "0612345678",
        "channel": "email",
        "interpreter_needed": False,
    } | more


def invitation(person: dict[str, Any], **more: Any) -> dict[str, Any]:
    starts_at = more.get("starts_at", STARTS_AT)
    return {
        "appointment_id": new_id(),
        "case_id": person["case_id"],
        "person_id": person["person_id"],
        "method": "request",
        "kind": "home_visit",
        "place": "at_home",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "sequence": 0,
        "host_first_name": "Samira",
        "host_phone": "+31612345678",
        "reply_token": "geheim-token",
    } | more


@dataclass
class Post:
    """A service with what events would have told it."""

    service: NotificationsService
    database: ServiceDatabase

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.service.clock, FixedClock)
        return self.service.clock

    def knows(self, person: dict[str, Any], school_id: UUID = REGENBOOG) -> None:
        with work(self.service.database, Scope.of_schools({school_id})) as opened:
            people.keep_school(opened, school_id, {"name": "De Regenboog" if school_id == REGENBOOG else "De Klimop"})
            people.keep_guardian(opened, school_id, person)

    def asks(self, data: dict[str, Any], school_id: UUID = REGENBOOG) -> None:
        with work(self.service.database, Scope.of_schools({school_id})) as opened:
            requests.request_invitation(opened, school_id, data, self.service.clock.now())

    def invites(self, **more: Any) -> dict[str, Any]:
        """A known guardian asked to a new appointment; the invitation's data."""
        person = guardian(**{name: more.pop(name) for name in list(more) if name in guardian()})
        self.knows(person)
        data = invitation(person, **more)
        self.asks(data)
        return data

    def dispatcher(self, *mailers: Mailer, **more: Any) -> Dispatcher:
        values: dict[str, Any] = {
            "database": self.service.database,
            "clock": self.service.clock,
            "renderer": self.service.renderer,
            "mailers": mailers,
            "worker": "test",
            "sleep": lambda _seconds: None,
            "chance": lambda: 0.0,
        }
        return Dispatcher(**(values | more))

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """As the administrator, whom no policy binds."""
        with psycopg.connect(self.database.url("admin"), row_factory=psycopg.rows.dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def messages(self) -> list[dict[str, Any]]:
        """All but reminders, oldest first."""
        return self.rows("select * from messages where template <> 'appointment_reminder' order by id")

    def reminders(self) -> list[dict[str, Any]]:
        return self.rows("select * from messages where template = 'appointment_reminder' order by not_before, id")

    def told(self) -> list[str]:
        """The types of the events in the outbox."""
        return [row["type"] for row in self.rows("select type from outbox order by seq")]

    def is_consistent(self) -> bool:
        """Exactly what is unsent has a place in the queue."""
        odd = self.rows(
            "select m.id from messages m left join dispatch_queue q on q.message_id = m.id"
            " where (m.status in ('queued', 'scheduled', 'sending')) is distinct from (q.message_id is not null)"
        )
        return not odd


@dataclass
class MemoryDelivery:
    mailer: MemoryMailer
    mail: Mail

    def hand_over(self) -> Receipt:
        if self.mailer.at_the_dot:
            raise self.mailer.at_the_dot.pop(0)
        self.mailer.delivered.append(self.mail)
        return Receipt("250 ok")

    def abandon(self) -> None:
        self.mailer.abandoned.append(self.mail)


@dataclass
class MemoryMailer:
    """Delivers into a list; faults are put into `before_the_dot` and `at_the_dot` and raised one by one."""

    delivered: list[Mail] = field(default_factory=list)
    abandoned: list[Mail] = field(default_factory=list)
    before_the_dot: list[Exception] = field(default_factory=list)
    at_the_dot: list[Exception] = field(default_factory=list)
    patience: timedelta = timedelta(seconds=10)
    remembers: bool | None = None

    def begin(self, mail: Mail) -> MemoryDelivery:
        if self.before_the_dot:
            raise self.before_the_dot.pop(0)
        return MemoryDelivery(self, mail)

    def has_delivered(self, message_id: UUID) -> bool | None:
        return self.remembers

    def close(self) -> None:
        """Nothing stays open."""


def refused(code: int | None, *, about_this_mail: bool = False) -> Refused:
    return Refused(Refusal(code, f"{code} nee", about_this_mail=about_this_mail))


def no_answer() -> NoAnswer:
    return NoAnswer("TimeoutError")


@dataclass
class Web:
    """The web application under its own role, and people who log in."""

    app: Flask
    post: Post
    issuer: TokenIssuer

    def token(self, role: Role, *schools: UUID) -> str:
        now = self.post.clock.now()
        who = Principal(new_id(), "Samira Bakkali", role, frozenset(schools), new_id(), now, now + timedelta(hours=1))
        return self.issuer.issue(who)

    def get(self, path: str, role: Role = "liaison", schools: tuple[UUID, ...] = (REGENBOOG,)) -> Any:
        return self.app.test_client().get(path, headers=self.bearer(role, schools))

    def post_to(self, path: str, body: Any = None, role: Role = "liaison", schools: tuple[UUID, ...] = (REGENBOOG,)) -> Any:
        return self.app.test_client().post(path, json=body, headers=self.bearer(role, schools))

    def bearer(self, role: Role = "liaison", schools: tuple[UUID, ...] = (REGENBOOG,)) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(role, *schools)}"}


def make_web(post: Post, folder: Path, **more: Any) -> Web:
    key = new_private_key()
    (folder / "keys.json").write_text(json.dumps(public_keys(key)))
    config = make_config(post.database, folder, **more)
    texts = library()
    renderer = MailRenderer(texts, config.mail_from, config.public_url)
    service = NotificationsService(config, Database(config.database_url, pool_size=3), post.clock, texts, renderer)
    return Web(create_app(service=service), post, TokenIssuer(key))
