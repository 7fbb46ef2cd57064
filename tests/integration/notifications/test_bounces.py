"""Mail that comes back: who hears of it, what is written to no more, and what is no report at all."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.adapters.bounces import read_report
from services.notifications.adapters.maildir import forget_seen
from services.notifications.adapters.return_path import read_return_path, return_path
from services.notifications.cli import cli
from services.notifications.domain.addresses import deliverable
from services.notifications.usecases.bounces import record_bounce
from services.notifications.worker import bounce_loop, take_in
from shared.ids import new_id
from tests.integration.notifications.support import KLIMOP, REGENBOOG, SECRET, MemoryMailer, Post, Web, guardian, invitation
from tests.waiting import eventually

REPORT = """\
From: MAILER-DAEMON@far.example
To: afspraken@partnerschap.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I'm sorry to have to inform you ...

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; far.example
Arrival-Date: Mon, 23 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; fatma@voorbeeld.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--x
Content-Type: {quoted}

Message-ID: {message_id}
Subject: Afspraak

--x--
"""


def report(message_id: str, action: str = "failed", status: str = "5.1.1", quoted: str = "text/rfc822-headers") -> bytes:
    return REPORT.format(message_id=message_id, action=action, status=status, quoted=quoted).replace("\n", "\r\n").encode()


def sent(post: Post, mailer: MemoryMailer) -> str:
    """The Message-ID of a mail that left."""
    post.invites()
    post.dispatcher(mailer).run_once()
    return str(message_from_bytes(mailer.delivered[-1].content)["Message-ID"])


def comes_back(post: Post, content: bytes) -> bool:
    found = read_report(content)
    return found is not None and record_bounce(post.service, found)


@pytest.mark.parametrize("quoted", ["text/rfc822-headers", "message/rfc822"])
def test_a_final_report_marks_the_message_and_stops_the_address(post: Post, mailer: MemoryMailer, quoted: str) -> None:
    message_id = sent(post, mailer)
    assert comes_back(post, report(message_id, quoted=quoted))
    (row,) = post.messages()
    assert (row["status"], row["reason"], row["answer"]) == ("bounced", "returned", "smtp; 550 5.1.1 no such user")
    assert post.told() == ["notifications.message.sent.v1", "notifications.message.failed.v1"]
    (found,) = post.rows("select * from suppressions")
    assert (found["school_id"], found["address"]) == (REGENBOOG, "fatma@voorbeeld.example")
    assert found["expires_at"] - found["created_at"] == timedelta(days=365)


def test_the_next_mail_is_not_sent_until_the_address_is_corrected_or_lifted(web: Web, post: Post, mailer: MemoryMailer) -> None:
    comes_back(post, report(sent(post, mailer)))
    person = guardian()
    post.knows(person)
    post.asks(invitation(person))
    post.dispatcher(mailer).run_once()
    assert (post.messages()[-1]["status"], post.messages()[-1]["reason"]) == ("suppressed", "returned_before")
    post.knows(person | {"email": "nieuw@voorbeeld.example"})
    post.asks(invitation(person))
    post.dispatcher(mailer).run_once()
    assert post.messages()[-1]["status"] == "sent"
    path = "/notifications/api/v1/suppressions"
    (shown,) = web.get(path, "school_staff").json["items"]
    assert shown["address"] == "f***@v***.example"
    (found,) = web.get(path).json["items"]
    assert found["address"] == "fatma@voorbeeld.example"
    client, headers = web.app.test_client(), web.bearer()
    assert client.delete(f"{path}/{found['id']}", headers=web.bearer("liaison", (KLIMOP,))).status_code == 404
    assert client.delete(f"{path}/{found['id']}", headers=headers).status_code == 204
    assert client.delete(f"{path}/{found['id']}", headers=headers).status_code == 404
    post.knows(person)
    post.asks(invitation(person))
    post.dispatcher(mailer).run_once()
    assert post.messages()[-1]["status"] == "sent"


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("relayed", "2.0.0"), ("", "")])
def test_what_is_still_being_tried_changes_nothing(post: Post, mailer: MemoryMailer, action: str, status: str) -> None:
    assert not comes_back(post, report(sent(post, mailer), action, status))
    assert post.messages()[0]["status"] == "sent"


def test_what_came_back_only_for_now_goes_once_more_and_then_somebody_calls(post: Post, mailer: MemoryMailer) -> None:
    post.invites(starts_at=post.clock.now() + timedelta(days=4))
    hands = post.dispatcher(mailer)
    for tries in (1, 2):
        hands.run_once()
        message_id = str(message_from_bytes(mailer.delivered[-1].content)["Message-ID"])
        assert comes_back(post, report(message_id, status="4.4.7"))
        (row,) = post.messages()
        assert (row["status"], row["reason"], row["attempts"]) == ("queued", "returned_for_now", tries)
        assert post.is_consistent()
        assert not comes_back(post, report(message_id, status="4.4.7"))
        assert hands.run_once() == 0
        post.clock.advance(timedelta(hours=5))
    hands.run_once()
    assert len({message_from_bytes(each.content)["Message-ID"] for each in mailer.delivered}) == 1
    assert comes_back(post, report(message_id, status="4.4.7"))
    assert [row["status"] for row in post.messages()] == ["bounced"]
    assert post.told()[-1] == "notifications.message.failed.v1"
    assert len(post.rows("select * from suppressions")) == 1


def test_what_came_back_too_late_for_another_try_is_a_call_to_make(post: Post, mailer: MemoryMailer) -> None:
    post.invites(starts_at=post.clock.now() + timedelta(hours=3))
    post.dispatcher(mailer).run_once()
    message_id = str(message_from_bytes(mailer.delivered[-1].content)["Message-ID"])
    comes_back(post, report(message_id, status="4.4.7"))
    assert post.messages()[0]["status"] == "bounced"


def test_a_report_that_quotes_nothing_is_known_by_its_address(post: Post, mailer: MemoryMailer) -> None:
    renderer = replace(post.service.renderer, bounce_address="retour@partnerschap.example")
    post.invites()
    post.dispatcher(mailer, renderer=renderer).run_once()
    back_to = mailer.delivered[-1].sender
    assert len(back_to.partition("@")[0]) <= 64
    assert "From: Partnerschap <afspraken@partnerschap.example>" in mailer.delivered[-1].content.decode()
    plain = report("<x@elsewhere.example>").replace(b"afspraken@partnerschap.example", back_to.upper().encode())
    assert comes_back(post, plain)
    assert post.messages()[0]["status"] == "bounced"


HOSTILE = [
    report("<a@b.example>") * 2000,
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n" + b"--x\r\n" * 40_000,
    b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (level, level) for level in range(3000)),
    b"Content-Type: message/rfc822\r\n\r\n" * 5000,
    b'Content-Type: multipart/report; report-type*0=delivery; report-type*1=-status; boundary="\r\n\r\n--\r\n',
    b"Content-Type: " + b"multipart/report;" + b" x=y;" * 40_000,
    report("<" + "0" * 100_000 + "@x.example>"),
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_mail_that_is_made_to_harm_is_left_alone_in_no_time(content: bytes) -> None:
    assert read_report(content) is None


@settings(max_examples=200)
@given(st.data())
def test_a_report_with_anything_in_it_is_read_or_left_alone(data: st.DataObject) -> None:
    whole = report(f"<{REGENBOOG}.{KLIMOP}@partnerschap.example>")
    start = data.draw(st.integers(0, len(whole)))
    changed = whole[:start] + data.draw(st.binary(max_size=60)) + whole[start + data.draw(st.integers(0, 60)) :]
    found = read_report(changed)
    assert found is None or (len(found.answer) <= 300 and found.answer.isprintable())


@given(st.uuids(), st.uuids())
def test_an_address_of_its_own_is_read_back_in_any_case(message_id: UUID, school_id: UUID) -> None:
    address = return_path("retour@x.example", message_id, school_id)
    assert deliverable(address) == address
    for text in (address, address.upper(), f"<{address}>"):
        assert read_return_path(text) == (message_id, school_id)


def test_one_bad_mail_does_not_stop_the_reading_of_others(post: Post, mailer: MemoryMailer) -> None:
    message_id = sent(post, mailer)
    for content in (*HOSTILE[:2], b"", report(message_id)):
        take_in(post.service, content)
    assert post.messages()[0]["status"] == "bounced"


def test_a_full_mailbox_rests_for_two_weeks(post: Post, mailer: MemoryMailer) -> None:
    comes_back(post, report(sent(post, mailer), status="5.2.2"))
    (found,) = post.rows("select * from suppressions")
    assert found["expires_at"] - found["created_at"] == timedelta(days=14)
    post.clock.advance(timedelta(days=15))
    post.invites(starts_at=post.clock.now() + timedelta(hours=28))
    post.dispatcher(mailer).run_once()
    assert post.messages()[-1]["status"] == "sent"


def test_the_same_report_twice_is_one(post: Post, mailer: MemoryMailer) -> None:
    content = report(sent(post, mailer))
    assert comes_back(post, content)
    assert not comes_back(post, content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\x00 nonsense",
        b"From: a@b.example\r\nAuto-Submitted: auto-replied\r\nSubject: Afwezig\r\n\r\nIk ben er niet.",
        report("<x@partnerschap.example>"),
        report(f"<{new_id()}.{new_id()}@partnerschap.example>"),
        report(f"<{'-' * 36}.{'-' * 36}@partnerschap.example>"),
        report("<a@b>").replace(b"report-type=delivery-status", b"report-type=feedback-report"),
    ],
)
def test_anything_else_is_left_alone(post: Post, content: bytes) -> None:
    assert not comes_back(post, content)


def test_a_report_that_names_another_school_touches_nothing(post: Post, mailer: MemoryMailer) -> None:
    message_id = sent(post, mailer).replace(str(REGENBOOG), str(KLIMOP))
    assert not comes_back(post, report(message_id))
    assert post.messages()[0]["status"] == "sent"


def test_a_maildir_is_read_by_the_worker(post: Post, mailer: MemoryMailer, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1.mail").write_bytes(report(sent(post, mailer)))
    (tmp_path / "new" / "2.mail").write_bytes(b"spam")
    stop = threading.Event()
    thread = threading.Thread(target=bounce_loop(post.service, tmp_path), args=(stop,))
    thread.start()
    eventually(lambda: not list((tmp_path / "new").iterdir()))
    stop.set()
    thread.join(15)
    assert post.messages()[0]["status"] == "bounced"
    # The report named a parent and quoted their mail; of what is none, somebody can still see what it was, for a week.
    (kept,) = (tmp_path / "cur").iterdir()
    assert kept.read_bytes() == b"spam"
    now = datetime.now(UTC)
    forget_seen(tmp_path, now - timedelta(days=7))
    assert kept.exists()
    forget_seen(tmp_path, now + timedelta(seconds=5))
    assert not kept.exists()


def test_a_report_can_be_piped_in(post: Post, mailer: MemoryMailer) -> None:
    content, config = report(sent(post, mailer)), post.service.config
    environment = {
        "DATABASE_URL": config.database_url,
        "WORKER_DATABASE_URL": config.worker_database_url,
        "RELAY_DATABASE_URL": config.relay_database_url,
        "PUBLIC_URL": config.public_url,
        "SECRET_KEY": SECRET,
        "TOKEN_KEYS_FILE": "keys.json",
    }
    outputs = [CliRunner().invoke(cli, ["bounce"], input=content, env=environment).output for _ in range(2)]
    assert outputs == ["recorded\n", "nothing to record\n"]
