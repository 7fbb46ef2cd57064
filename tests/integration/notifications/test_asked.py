"""Mails that lead to a guardian's own page, and the code that opens it: sent once, and nothing kept of the code."""

from __future__ import annotations

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from services.notifications.domain.kinds import KINDS
from services.notifications.persistence.unit_of_work import work
from services.notifications.usecases import asked, people
from shared.ids import new_id
from shared.tenancy import Scope
from tests.integration.notifications.support import REGENBOOG, MemoryMailer, Post, guardian

ASKS = ("agreement_to_support", "report_to_check", "evaluation_request", "satisfaction_request", "case_closed")


def asks(post: Post, what: str = "agreement_to_support", host: dict[str, Any] | None = None, **person: Any) -> dict[str, Any]:
    known = guardian(**person)
    post.knows(known)
    data = {name: known[name] for name in ("person_id", "case_id")}
    data |= {"ask_id": new_id(), "what": what, "token": "geheim-token", "answer_before": None, "host_id": None}
    with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
        if host:
            people.keep_staff(opened, REGENBOOG, host)
            data["host_id"] = host["person_id"]
        for _ in range(2):
            asked.request_ask(opened, REGENBOOG, data, post.clock.now())
    return data


def wants_in(post: Post, **person: Any) -> dict[str, Any]:
    known = guardian(**person)
    post.knows(known)
    data = {name: known[name] for name in ("person_id", "case_id")}
    data |= {"code_id": new_id(), "code": "123456", "expires_at": post.clock.now() + timedelta(minutes=15)}
    with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
        asked.request_code(opened, REGENBOOG, data, post.clock.now())
    return data


def words(mailer: MemoryMailer, number: int = 0) -> tuple[str, str, str]:
    """Subject, plain text and HTML."""
    mail = message_from_bytes(mailer.delivered[number].content, policy=default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    return str(mail["Subject"]), plain.get_content(), html.get_content()


@pytest.mark.parametrize("what", ASKS)
def test_each_asks_in_the_parents_language_and_tells_nothing_of_what_it_is_about(
    post: Post, mailer: MemoryMailer, what: str
) -> None:
    samira = {
        "person_id": new_id(), "name": "Samira Haddad", "first_name": "Samira", "role": "liaison", "email": None,
        "phone": "+31612345678", "valid_from": date(2026, 8, 1), "valid_until": None,
    }  # fmt: skip
    asks(post, what, host=samira)
    post.dispatcher(mailer).run_once()
    assert len(mailer.delivered) == 1
    subject, plain, html = words(mailer)
    assert subject == "Size bir mesaj var"
    for text in (plain, html):
        assert "/cases/ouders/geheim-token" in text
        assert "Fatma Yılmaz" in text
        assert "06 12345678" in text
        for telling in ("afspraak", "verslag", "school", "okul", "kind"):
            assert telling not in text.lower()
    (copy,) = post.rows("select * from message_copies")
    assert "geheim-token" not in copy["text"] + copy["html"]


def test_who_is_not_known_is_left_out_whole(post: Post, mailer: MemoryMailer) -> None:
    asks(post, language="nl")
    post.dispatcher(mailer).run_once()
    _, plain, _ = words(mailer)
    assert "Vragen?" not in plain
    assert "Groet" not in plain
    assert "None" not in plain


def test_a_day_to_answer_before_is_said(post: Post, mailer: MemoryMailer) -> None:
    known = guardian(language="nl")
    post.knows(known)
    data = {"ask_id": new_id(), "what": "evaluation_request", "token": "t", "answer_before": date(2026, 12, 1), "host_id": None}
    with work(post.service.database, Scope.of_schools({REGENBOOG})) as opened:
        asked.request_ask(opened, REGENBOOG, known | data, post.clock.now())
    post.dispatcher(mailer).run_once()
    assert "dinsdag 1 december" in words(mailer)[1]


def test_who_would_rather_be_called_is_called_and_still_gets_their_code(post: Post, mailer: MemoryMailer) -> None:
    asks(post, channel="phone")
    post.dispatcher(mailer).run_once()
    assert mailer.delivered == []
    assert [row["reason"] for row in post.messages()] == ["prefers_phone"]
    wants_in(post, channel="phone")
    post.dispatcher(mailer).run_once()
    assert "123 456" in words(mailer)[1]


def test_a_code_goes_first_and_nothing_of_it_stays(post: Post, mailer: MemoryMailer) -> None:
    asks(post)
    wants_in(post)
    post.dispatcher(mailer).run_once()
    assert "123 456" in words(mailer, 0)[1]
    (row,) = [each for each in post.messages() if each["template"] == "one_time_code"]
    assert row["status"] == "sent"
    assert not re.search(r"\b123456\b", str(row))
    assert "123 456" not in str(post.rows("select * from message_copies"))
    assert "123" not in words(mailer, 0)[0]


def test_a_code_that_is_worth_nothing_is_not_sent(post: Post, mailer: MemoryMailer) -> None:
    wants_in(post)
    post.clock.advance(timedelta(minutes=15))
    post.dispatcher(mailer).run_once()
    assert mailer.delivered == []
    (row,) = post.messages()
    assert (row["status"], row["facts"]) == ("expired", {})


def test_a_link_that_was_not_followed_in_a_week_is_not_sent_late(post: Post, mailer: MemoryMailer) -> None:
    asks(post)
    post.clock.advance(timedelta(days=8))
    post.dispatcher(mailer).run_once()
    assert mailer.delivered == []
    assert [row["status"] for row in post.messages()] == ["expired"]
    assert "token" not in post.messages()[0]["facts"]


def test_the_kinds_that_ask_have_no_place_for_what_they_are_about() -> None:
    for what in ASKS:
        assert KINDS[what].placeholders <= {"name", "link", "before", "host", "phone"}
