"""A request becomes one row, and only the newest word about an appointment leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.ids import new_id
from tests.integration.notifications.support import STARTS_AT, MemoryMailer, Post, guardian, invitation


def statuses(post: Post) -> list[tuple[str, str, str | None]]:
    return [(row["template"], row["status"], row["reason"]) for row in post.messages()]


def test_one_request_is_one_row_however_often_it_comes(post: Post) -> None:
    data = post.invites()
    post.asks(data)
    assert statuses(post) == [("appointment_invitation", "queued", None)]
    assert post.is_consistent()


def test_a_move_before_the_mail_left_replaces_it_and_is_still_an_invitation(post: Post, mailer: MemoryMailer) -> None:
    data = post.invites()
    post.asks(data | {"method": "update", "sequence": 1})
    assert statuses(post) == [
        ("appointment_invitation", "cancelled", "superseded"),
        ("appointment_invitation", "queued", None),
    ]
    post.dispatcher(mailer).run_once()
    assert len(mailer.delivered) == 1
    assert post.is_consistent()


def test_a_move_after_the_mail_left_is_a_change_and_a_cancellation_follows(post: Post, mailer: MemoryMailer) -> None:
    data = post.invites()
    for number, method in enumerate(("update", "cancel"), start=1):
        post.dispatcher(mailer).run_once()
        post.asks(data | {"method": method, "sequence": number})
    post.dispatcher(mailer).run_once()
    assert [each[:2] for each in statuses(post)] == [
        ("appointment_invitation", "sent"),
        ("appointment_changed", "sent"),
        ("appointment_cancelled", "sent"),
    ]
    parts = [mail.content.decode() for mail in mailer.delivered]
    assert ['method="REQUEST"' in part for part in parts] == [True, True, False]
    assert 'method="CANCEL"' in parts[2]


def test_calling_off_what_nobody_heard_of_sends_nothing(post: Post, mailer: MemoryMailer) -> None:
    data = post.invites()
    post.asks(data | {"method": "cancel", "sequence": 1})
    assert post.dispatcher(mailer).run_once() == 0
    assert statuses(post)[1] == ("appointment_cancelled", "cancelled", "never_invited")
    assert all("reply_token" not in row["facts"] for row in post.messages())


def test_an_older_request_that_comes_late_is_not_sent(post: Post, mailer: MemoryMailer) -> None:
    data = post.invites(sequence=2)
    post.asks(data | {"sequence": 1})
    post.dispatcher(mailer).run_once()
    assert len(mailer.delivered) == 1
    assert statuses(post)[1][1:] == ("cancelled", "superseded")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"channel": "phone"}, "prefers_phone"),
        ({"channel": "letter"}, "prefers_letter"),
        ({"email": None}, "no_address"),
        ({"email": '"a,b"@x.example'}, "unusable_address"),
    ],
)
def test_a_parent_who_gets_no_mail_is_shown_with_the_reason(
    post: Post, mailer: MemoryMailer, more: dict[str, str], reason: str
) -> None:
    post.invites(**more)
    post.dispatcher(mailer).run_once()
    assert statuses(post) == [("appointment_invitation", "suppressed", reason)]
    assert post.told() == ["notifications.message.suppressed.v1"]
    assert mailer.delivered == []


def test_late_mail_about_a_past_appointment_is_not_sent(post: Post, mailer: MemoryMailer) -> None:
    post.invites()
    post.clock.set(STARTS_AT + timedelta(seconds=1))
    post.dispatcher(mailer).run_once()
    assert statuses(post) == [("appointment_invitation", "expired", "too_late")]
    assert mailer.delivered == []


def test_an_invitation_that_overtakes_its_guardian_waits_for_them(post: Post, mailer: MemoryMailer) -> None:
    person = guardian()
    post.asks(invitation(person))
    post.dispatcher(mailer).run_once()
    assert statuses(post) == [("appointment_invitation", "queued", "recipient_unknown")]
    post.knows(person)
    post.clock.advance(timedelta(seconds=30))
    post.dispatcher(mailer).run_once()
    assert len(mailer.delivered) == 1


def test_the_address_is_todays(post: Post, mailer: MemoryMailer) -> None:
    person = guardian()
    post.knows(person)
    post.asks(invitation(person))
    post.knows(person | {"email": "nieuw@voorbeeld.example", "language": "ar"})
    post.dispatcher(mailer).run_once()
    assert [mail.recipient for mail in mailer.delivered] == ["nieuw@voorbeeld.example"]
    assert post.messages()[0]["language"] == "ar"


def test_each_guardian_has_their_own(post: Post, mailer: MemoryMailer) -> None:
    appointment_id = new_id()
    first = post.invites(appointment_id=appointment_id)
    second = post.invites(appointment_id=appointment_id, email="mehmet@voorbeeld.example", first_name="Mehmet")
    assert first["person_id"] != second["person_id"]
    post.dispatcher(mailer).run_once()
    assert sorted(mail.recipient for mail in mailer.delivered) == ["fatma@voorbeeld.example", "mehmet@voorbeeld.example"]
    assert all("Mehmet" not in mail.content.decode() for mail in mailer.delivered if mail.recipient.startswith("fatma"))
