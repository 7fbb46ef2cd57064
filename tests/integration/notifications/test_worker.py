"""The worker whole: events in, mail out, events out."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.notifications.config import Config
from services.notifications.domain.limits import Limits, Rate
from services.notifications.domain.timing import QuietHours
from services.notifications.events import SUBSCRIPTIONS
from services.notifications.worker import build_worker
from shared.clock import SystemClock
from shared.config import ConfigError
from shared.events.catalogue import consumed_by
from shared.events.envelope import Event
from shared.ids import new_id
from shared.messaging.transports.in_process import InProcessTransport
from tests.infrastructure import ServiceDatabase
from tests.integration.notifications.support import REGENBOOG, Post, guardian, invitation, make_config, make_service
from tests.waiting import eventually


@pytest.fixture
def running(database: Callable[[str], ServiceDatabase], tmp_path: Path) -> Iterator[tuple[Post, InProcessTransport]]:
    """A worker with a clock that runs, listening on a transport that the test publishes into."""
    made = database("notifications")
    config = make_config(made, tmp_path)
    transport = InProcessTransport(["notifications"])
    worker = build_worker(config, transport)
    stop, crashed = threading.Event(), list[str]()
    threads = worker.threads(stop, crashed.append)
    service = make_service(config, SystemClock())
    eventually(lambda: transport.listening("notifications"))
    yield Post(service, made), transport
    stop.set()
    for thread in threads:
        thread.join(10)
    service.database.dispose()
    worker.consumer._database.dispose()
    assert crashed == []


def event(kind: str, subject: str, data: dict[str, Any], sequence: int = 1) -> bytes:
    plain = json.loads(json.dumps(data, default=lambda value: value.isoformat() if isinstance(value, datetime) else str(value)))
    return Event(new_id(), kind, "/test", datetime.now(UTC), subject, REGENBOOG, sequence, plain).encode()


def publish(transport: InProcessTransport, *bodies: bytes) -> None:
    transport._receivers["notifications"].receive(bodies)


def test_from_event_to_mail_to_event(running: tuple[Post, InProcessTransport]) -> None:
    post, transport = running
    person = guardian()
    starts_at = datetime.now(UTC) + timedelta(days=8)
    data = invitation(person, starts_at=starts_at)
    subject = f"invitation/{data['appointment_id']}/{person['person_id']}"
    asked = event("scheduling.invitation.requested.v1", subject, data)
    publish(
        transport,
        event(
            "cases.school.registered.v1", f"school/{REGENBOOG}", {"school_id": REGENBOOG, "name": "De Regenboog", "brin": None}
        ),
        event("cases.person.registered.v1", f"person/{person['person_id']}", person),
        asked,
    )
    publish(transport, asked)
    folder = post.service.config.mail_folder
    (mail,) = eventually(lambda: sorted(folder.glob("*.eml")))
    eventually(lambda: [row["status"] for row in post.messages()] == ["sent"])
    assert mail.stem == str(post.messages()[0]["id"])
    moved = data | {"method": "update", "sequence": 1}
    publish(transport, event("scheduling.invitation.requested.v1", subject, moved, 2))
    eventually(lambda: [row["status"] for row in post.messages()] == ["sent", "sent"])
    assert [row["template"] for row in post.messages()] == ["appointment_invitation", "appointment_changed"]
    eventually(lambda: post.told() == [])


def test_staff_and_guardians_are_kept_as_last_told(running: tuple[Post, InProcessTransport]) -> None:
    post, transport = running
    person_id = new_id()
    staff = {
        "person_id": person_id, "school_id": REGENBOOG, "name": "S. B.", "first_name": "Samira", "role": "liaison", "email": None,
        "phone": None, "valid_from": "2026-01-01", "valid_until": None,
    }  # fmt: skip
    subject = f"staff/{REGENBOOG}/{person_id}"
    left = {"person_id": person_id, "school_id": REGENBOOG, "valid_until": "2026-12-31"}
    publish(transport, event("cases.staff.assigned.v1", subject, staff), event("cases.staff.released.v1", subject, left, 2))
    (row,) = post.rows("select * from staff")
    assert (row["first_name"], str(row["valid_until"])) == ("Samira", "2026-12-31")


def test_every_event_for_this_service_has_a_handler() -> None:
    assert {subscription.type for subscription in SUBSCRIPTIONS} == set(consumed_by("notifications"))


def environment(**more: str) -> dict[str, str]:
    return {
        "DATABASE_URL": "postgresql://a@h/d",
        "WORKER_DATABASE_URL": "postgresql://a@h/d",
        "RELAY_DATABASE_URL": "postgresql://a@h/d",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "s" * 40,
        "TOKEN_KEYS_FILE": "keys.json",
    } | more


def test_the_configuration_says_where_mail_goes() -> None:
    config = Config.from_env(environment())
    assert config.smtp_url is None
    assert config.mail_folder == Path("var/mail")
    config = Config.from_env(environment(SMTP_URL="smtps://mail.example", WHEN_UNCERTAIN="appointment_invitation=ask"))
    assert config.smtp_url is not None
    assert config.smtp_url.port == 465
    assert config.when_uncertain == {"appointment_invitation": "ask"}
    assert Config.from_env(environment(SMTP_URL="")).smtp_url is None


def test_every_mistake_in_the_configuration_is_told_at_once() -> None:
    broken = environment(SMTP_URL="mail.example", MAIL_FROM="nobody", WHEN_UNCERTAIN="appointment_invitation=maybe")
    with pytest.raises(ConfigError) as caught:
        Config.from_env(broken)
    assert [line.split(":")[1].strip() for line in str(caught.value).splitlines()] == ["MAIL_FROM", "SMTP_URL", "WHEN_UNCERTAIN"]


def test_the_configuration_says_how_fast_and_when_mail_leaves() -> None:
    usual = Config.from_env(environment())
    assert usual.limits == Limits(Rate.read("6000/m"), {"*": Rate.read("6000/m")})
    assert usual.quiet == QuietHours()
    assert Config.from_env(environment(DEMO="true")).quiet is None
    assert Config.from_env(environment(QUIET_HOURS="none")).quiet is None
    own = environment(
        QUIET_HOURS="21:00-07:00", DEMO="true", SCHOOL_LIMIT="", DOMAIN_LIMITS="Hotmail.com=60/m, *=5/s", BOUNCE_ADDRESS=""
    )
    changed = Config.from_env(own)
    assert changed.quiet == QuietHours(time(21), time(7))
    assert changed.limits == Limits(None, {"hotmail.com": Rate.read("60/m"), "*": Rate.read("5/s")})
    assert changed.bounce_address is None
    assert Config.from_env(environment(BOUNCE_ADDRESS="retour@x.example")).bounce_address == "retour@x.example"


def test_the_mail_servers_certificate_may_be_vouched_for_by_our_own(tmp_path: Path) -> None:
    config = Config.from_env(environment(SMTP_URL="smtps://mail.example", SMTP_CA_FILE=str(tmp_path / "ca.pem")))
    assert config.smtp is not None
    assert config.smtp.ca_file == tmp_path / "ca.pem"
