"""Who reads a guardian's former address is told once that it is theirs no more: never the new one, and nobody is called."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from typing import Any

import psycopg
import pytest

from services.notifications.domain.bounces import BounceReport
from services.notifications.domain.timing import QuietHours, Timing
from services.notifications.events import SUBSCRIPTIONS
from services.notifications.persistence.unit_of_work import work
from services.notifications.usecases import people
from services.notifications.usecases.bounces import record_bounce
from shared.clock import AMSTERDAM
from shared.events.catalogue import publishing_schema
from shared.events.envelope import Event
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.tenancy import Role, Scope
from tests.integration.notifications.support import REGENBOOG, MemoryMailer, Post, Web, guardian, invitation, refused
from tests.integration.notifications.test_asked import words
from tests.integration.notifications.test_pages import browser

OLD, NEW = "fatma@voorbeeld.example", "nieuw@voorbeeld.example"
KIND = "cases.person.readdressed.v1"


def hears(post: Post, data: dict[str, Any], times: int = 1) -> None:
    """As the queue brings it."""
    consumer = Consumer("notifications", post.service.database, SUBSCRIPTIONS, post.clock)
    dumped = publishing_schema(KIND).dump(data)
    subject = f"readdressed/{data['change_id']}"
    event = Event(new_id(), KIND, "/cases", post.clock.now(), subject, REGENBOOG, 1, dumped)
    for number in range(times):
        # Once more by the same id, and once by another, as when it was told again after a restore.
        consumer.receive([replace(event, id=new_id() if number > 1 else event.id).encode()])


def readdressed(
    post: Post, times: int = 1, host: dict[str, Any] | None = None, former: str = OLD, **person: Any
) -> dict[str, Any]:
    """A guardian who has another address by now, and the event that says so."""
    known = guardian(**{"language": "nl", "email": NEW} | person)
    post.knows(known)
    data = {name: known[name] for name in ("person_id", "case_id")} | {"change_id": new_id(), "former_email": former}
    data |= {"host_id": host["person_id"] if host else None}
    if host:
        with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
            people.keep_staff(opened, REGENBOOG, host)
    hears(post, data, times)
    return known


def samira() -> dict[str, Any]:
    return {
        "person_id": new_id(), "name": "Samira Haddad", "first_name": "Samira", "role": "liaison", "email": None,
        "phone": "+31612345678", "valid_from": date(2026, 8, 1), "valid_until": None,
    }  # fmt: skip


@pytest.mark.parametrize("channel", ["email", "phone", "letter"])
def test_it_goes_to_the_old_address_however_they_would_rather_be_reached(post: Post, mailer: MemoryMailer, channel: str) -> None:
    readdressed(post, host=samira(), channel=channel)
    post.dispatcher(mailer).run_once()
    assert [mail.recipient for mail in mailer.delivered] == [OLD]
    subject, plain, html = words(mailer)
    assert subject == "Uw e-mailadres is veranderd"
    assert "Klopt dit niet? Bel of mail dan meteen de school." in plain
    assert "U kunt ook Samira bellen: 06 12345678." in plain
    for text in (subject, plain, html, str(message_from_bytes(mailer.delivered[0].content)), str(post.messages())):
        assert NEW not in text
    assert "href" not in html
    assert "http" not in plain
    assert post.told() == ["notifications.message.sent.v1"]


def test_without_an_address_since_it_is_told_too_and_without_a_liaison_the_school_is_named(
    post: Post, mailer: MemoryMailer
) -> None:
    readdressed(post, email=None, channel="phone", language="tr")
    post.dispatcher(mailer).run_once()
    subject, plain, _ = words(mailer)
    assert subject == "E-posta adresiniz değişti"
    assert "Hemen okulu arayın" in plain
    assert "adlı kişiyi" not in plain


def test_told_again_it_is_one_mail_and_another_change_is_another(post: Post, mailer: MemoryMailer) -> None:
    known = readdressed(post, times=3)
    assert len(post.messages()) == 1
    post.knows(known | {"email": "derde@voorbeeld.example"})
    again = {"change_id": new_id(), "former_email": NEW, "host_id": None}
    hears(post, {name: known[name] for name in ("person_id", "case_id")} | again)
    post.asks(invitation(known))
    post.dispatcher(mailer).run_once()
    assert sorted(mail.recipient for mail in mailer.delivered) == ["derde@voorbeeld.example", OLD, NEW]


def test_it_waits_for_the_morning_and_then_goes_before_the_others(post: Post, mailer: MemoryMailer) -> None:
    post.clock.advance(datetime(2026, 11, 23, 21, tzinfo=UTC) - post.clock.now())
    readdressed(post)
    post.invites(starts_at=datetime(2026, 11, 30, 13, tzinfo=UTC))
    hands = post.dispatcher(mailer, timing=Timing(AMSTERDAM, QuietHours()))
    hands.run_once()
    assert mailer.delivered == []
    post.clock.advance(timedelta(hours=10))
    hands.run_once()
    assert len(mailer.delivered) == 2
    assert words(mailer)[0] == "Uw e-mailadres is veranderd"
    assert mailer.delivered[1].recipient == "fatma@voorbeeld.example"


def test_to_an_address_that_is_dead_nothing_goes_and_nobody_is_asked_to_call(web: Web, post: Post, mailer: MemoryMailer) -> None:
    known = readdressed(post)
    with psycopg.connect(post.database.url("admin")) as connection:
        connection.execute(
            "insert into suppressions (school_id, id, address, reason, created_at, expires_at)"
            " values (%s, %s, %s, 'returned', %s, %s)",
            (REGENBOOG, new_id(), OLD, post.clock.now(), post.clock.now() + timedelta(days=1)),
        )
    post.dispatcher(mailer).run_once()
    assert mailer.delivered == []
    nobody_is_asked(web, post, known, "suppressed")


def test_when_it_comes_back_or_is_refused_nobody_is_asked_to_call_either(web: Web, post: Post, mailer: MemoryMailer) -> None:
    known = readdressed(post)
    post.dispatcher(mailer).run_once()
    (row,) = post.messages()
    assert record_bounce(post.service, BounceReport(row["id"], REGENBOOG, "failed", "5.1.1", "550 weg"))
    nobody_is_asked(web, post, known, "bounced")
    other = readdressed(post, former="ooit@voorbeeld.example")
    mailer.before_the_dot.append(refused(550, about_this_mail=True))
    post.dispatcher(mailer).run_once()
    nobody_is_asked(web, post, other, "failed")


def nobody_is_asked(web: Web, post: Post, known: dict[str, Any], status: str) -> None:
    row = next(each for each in post.messages() if each["person_id"] == known["person_id"])
    assert (row["status"], row["reason"]) == (status, "former_address")
    assert set(post.told()) <= {"notifications.message.sent.v1"}
    desk = browser(web)
    assert "Niemand te bellen" in desk.get("/notifications/bellijst").text
    assert "Geen berichten" in desk.get("/notifications/berichten?status=aandacht").text
    life = desk.get(f"/notifications/berichten/{row['id']}").text
    assert "Dit vorige e-mailadres werkt niet meer. U hoeft niets te doen." in life
    assert "Bel deze ouder" not in life
    assert "De link om te antwoorden" not in life, "there was none"


def test_the_list_shows_where_it_goes_masked_for_who_may_not_read_it(web: Web, post: Post) -> None:
    readdressed(post)
    path = f"/notifications/api/v1/messages?school_id={REGENBOOG}"
    seen: tuple[tuple[Role, str], ...] = (("liaison", OLD), ("school_staff", "f***@v***.example"))
    for role, shown in seen:
        (item,) = web.get(path, role).json["items"]
        assert item["recipient"] == shown
        assert NEW not in json.dumps(item)
