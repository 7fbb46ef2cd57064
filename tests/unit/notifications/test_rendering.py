"""Mail as bytes: whatever a name holds, it is one mail, to one person, that says what it should and nothing else."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, cast
from uuid import UUID

import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.notifications.adapters import mime
from services.notifications.adapters.rendering import MailRenderer
from services.notifications.adapters.texts import library
from services.notifications.domain.appointment import AppointmentFacts
from services.notifications.domain.at_work import WorkFacts
from services.notifications.domain.kinds import KINDS
from services.notifications.domain.message import Message
from services.notifications.domain.people import Colleague, Guardian, shown
from services.notifications.domain.texts import fingerprint
from services.notifications.usecases.ports import Template

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SENDER = "Partnerschap <afspraken@partnerschap.example>"
RENDERER = MailRenderer(library(), SENDER, "https://partnerschap.example")
TAGS = sorted(library().languages)
TO_PARENTS = sorted(name for name, kind in KINDS.items() if kind.to == "guardian")


def facts(**more: Any) -> AppointmentFacts:
    values: dict[str, Any] = {
        "appointment_id": UUID(int=1),
        "place": "at_home",
        "starts_at": datetime(2026, 12, 1, 13, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 12, 1, 14, 0, tzinfo=UTC),
        "sequence": 3,
        "host_first_name": "Samira",
        "host_phone": "+31612345678",
        "reply_token": "geheim",
    }
    return AppointmentFacts(**(values | more))


def template(kind: str) -> Template:
    sources = library().texts[kind]
    return Template(kind, 1, fingerprint(sources), sources)


def written(
    kind: str = "appointment_invitation", tag: str = "nl", told: AppointmentFacts | None = None, **person: Any
) -> EmailMessage:
    known = told or (facts() if isinstance(KINDS[kind].example, AppointmentFacts) else KINDS[kind].example)
    values = {"first_name": "Fatma", "last_name": "Yılmaz", "email": "fatma@voorbeeld.example"} | person
    guardian = Guardian(UUID(int=2), UUID(int=3), UUID(int=4), language=tag, **values)
    message = Message(UUID(int=9), guardian.school_id, guardian.person_id, kind, "key", known.to_json(), NOW)
    content = RENDERER.render(message, guardian, template(kind), NOW).mail.content
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert content.isascii()
    return message_from_bytes(content, policy=default)


def parts(mail: EmailMessage) -> dict[str, str]:
    return {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}


def event(mail: EmailMessage) -> icalendar.Event:
    calendar = icalendar.Calendar.from_ical(parts(mail)["text/calendar"])
    (found,) = calendar.walk("VEVENT")
    return cast(icalendar.Event, found)


NASTY = st.one_of(
    st.text(max_size=120),
    st.sampled_from(
        [
            "Jan\r\nBcc: iedereen@voorbeeld.example",
            "{link} {name} {{7*7}} {% raw %}",
            "<script>alert(1)</script>",
            "</mj-text></mjml>⟦link@nl⟧",
            '"a,b" <x@y.example>',
            "\u202egnirts esrever",
            "محمد عبد الله",
            "👩‍👩‍👧 Família",
            "x" * 998,
            "=?utf-8?q?Bcc=3A?=",
            "**vet** [klik]({link})",
        ]
    ),
)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(NASTY, NASTY, st.sampled_from(TAGS), st.sampled_from(TO_PARENTS))
@example("\ud800", "", "nl", "appointment_invitation")
@example(".", "x" * 60, "nl", "appointment_invitation")
def test_whatever_a_name_holds_it_stays_a_name(first: str, last: str, tag: str, kind: str) -> None:
    mail = written(kind, tag, first_name=first, last_name=last)
    assert [address.addr_spec for address in mail["To"].addresses] == ["fatma@voorbeeld.example"]
    assert set(mail.keys()) == {
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress",
        "MIME-Version", "Content-Type", "Content-Language",
    }  # fmt: skip
    found = parts(mail)
    name = shown(f"{first} {last}")
    assert name in found["text/plain"]
    assert html.escape(name) in found["text/html"]
    assert "<script" not in found["text/html"]
    links = set(re.findall(r'href="([^"]*)"', found["text/html"]))
    assert links <= {
        RENDERER.public_url + path
        for path in ("/scheduling/reply/geheim", "/scheduling/reply/%E2%80%A6", "/cases/ouders/%E2%80%A6")
    }
    assert name not in str(mail["Subject"]) or len(name) < 12


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("kind", sorted(name for name, kind in KINDS.items() if kind.calendar))
def test_the_calendar_part_is_neutral_and_right(kind: str, tag: str) -> None:
    mail = written(kind, tag)
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    method = "CANCEL" if kind == "appointment_cancelled" else "REQUEST"
    calendar = icalendar.Calendar.from_ical(part.get_content())
    assert part.get_param("method") == calendar["METHOD"] == method
    assert part.get_param("charset") == "utf-8"
    found = event(mail)
    assert str(found["UID"]) == "00000000-0000-0000-0000-000000000001@partnerschap"
    assert (found["SEQUENCE"], str(found["CLASS"])) == (3, "PRIVATE")
    assert str(found["STATUS"]) == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
    assert str(found["SUMMARY"]) == library().languages[tag].appointment
    assert str(found["ATTENDEE"]) == "mailto:fatma@voorbeeld.example"
    assert str(found["ORGANIZER"]) == "mailto:afspraken@partnerschap.example"
    assert found["DTSTART"].to_ical() == b"20261201T130000Z"
    assert found["DTEND"].to_ical() == b"20261201T140000Z"
    raw = part.get_payload(decode=True)
    assert isinstance(raw, bytes)
    assert all(len(line) <= 75 for line in raw.replace(b"\r\n", b"\n").split(b"\n"))


@pytest.mark.parametrize("tag", TAGS)
def test_language_and_direction_are_said_everywhere(tag: str) -> None:
    mail = written(tag=tag)
    direction = library().languages[tag].direction
    page = parts(mail)["text/html"]
    assert f'<html lang="{tag}" dir="{direction}"' in page
    assert page.count(f'lang="{tag}" dir="{direction}"') > 5
    assert mail["Content-Language"] == (tag if tag == "nl" else f"{tag}, nl")
    assert 'lang="nl" dir="ltr"' in page
    assert "Een afspraak met u" in page
    assert page.count("<h1") == 1


def test_times_are_those_of_the_netherlands_in_summer_and_winter() -> None:
    summer = facts(starts_at=datetime(2027, 6, 1, 22, 30, tzinfo=UTC), ends_at=datetime(2027, 6, 1, 23, 0, tzinfo=UTC))
    mail = written(told=summer)
    assert mail["Subject"] == "Afspraak woensdag 2 juni, 00.30 uur"
    assert "Tijd: 00:30 uur" in parts(mail)["text/plain"]
    assert written()["Subject"] == "Afspraak dinsdag 1 december, 14.00 uur"


def test_without_a_phone_number_nothing_speaks_of_calling() -> None:
    text = parts(written(told=facts(host_phone=None)))["text/plain"]
    assert "Vragen?" not in text
    assert "Samira" in text


@pytest.mark.parametrize("tag", TAGS)
def test_phone_numbers_stand_by_themselves(tag: str) -> None:
    found = parts(written(tag=tag))
    assert '<bdi dir="ltr" style="white-space:nowrap">06 12345678</bdi>' in found["text/html"]
    if library().languages[tag].is_right_to_left:
        assert "\u206806 12345678\u2069" in found["text/plain"]


@pytest.mark.parametrize("kind", TO_PARENTS)
@pytest.mark.parametrize("tag", TAGS)
def test_a_mail_tells_nothing_that_is_not_the_parents(kind: str, tag: str) -> None:
    """Words of school support, the role and the like stand in no text: a mail may be read over a shoulder."""
    found = "\n".join(parts(written(kind, tag)).values()).lower()
    for word in (
        "kind",
        "zorg",
        "dossier",
        "ouderfunctionaris",
        "samenwerkingsverband",
        "probleem",
        "gedrag",
        "child",
        "problem",
    ):
        assert not re.search(rf"\b{word}\b", found), word


def test_a_header_cannot_be_broken_out_of() -> None:
    letter = mime.Letter(
        message_id="1@x.example",
        sender=SENDER,
        recipient="a@x.example",
        recipient_name="A",
        subject="x\r\nBcc: b@x.example",
        text="",
        html="",
        languages=("nl",),
        written_at=NOW,
    )
    with pytest.raises(ValueError, match=r"newline|linefeed|carriage"):
        mime.compose(letter)


def test_a_subject_of_998_signs_is_folded() -> None:
    letter = mime.Letter(
        message_id="1@x.example",
        sender=SENDER,
        recipient="a@x.example",
        recipient_name="A",
        subject="ş" * 998,
        text="x",
        html="x",
        languages=("tr",),
        written_at=NOW,
    )
    content = mime.compose(letter)
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert message_from_bytes(content, policy=default)["Subject"] == "ş" * 998


@pytest.mark.parametrize("sender", ["", "x", "Naam <>", "a@x.example\nBcc: b@x.example"])
def test_a_broken_sender_is_refused_at_start(sender: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        mime.sender_address(sender)


TO_STAFF = sorted(name for name, kind in KINDS.items() if kind.to == "staff")


@pytest.mark.parametrize(("kind", "tag"), [(kind, tag) for kind in TO_STAFF for tag in KINDS[kind].languages(TAGS)])
def test_a_mail_to_a_colleague_says_that_something_waits_and_about_nobody(kind: str, tag: str) -> None:
    """Its link asks for a login; its subject can be read by whoever sits beside them."""
    colleague = Colleague(UUID(int=2), UUID(int=3), "Samira <b>Bakkali</b>", "samira@alliantie.example", tag)
    facts = KINDS[kind].example
    message = Message(UUID(int=9), colleague.school_id, colleague.person_id, kind, "key", facts.to_json(), NOW)
    content = RENDERER.render(message, colleague, template(kind), NOW).mail.content
    mail = message_from_bytes(content, policy=default)
    assert not re.search(r"\d|Samira", mail["Subject"])
    found = parts(mail)
    assert facts.secret(RENDERER.public_url) in found["text/plain"]
    assert "<b>Bakkali" not in found["text/html"]
    neutral = {"name", "link", "day", "time", "answer", "count", "before", "reviews", "ending", "waiting"}
    assert KINDS[kind].placeholders <= neutral


def test_a_nought_is_not_spoken_of() -> None:
    colleague = Colleague(UUID(int=2), UUID(int=3), "Samira Bakkali", "samira@alliantie.example")
    facts = WorkFacts("/cases/", {"reviews": 2, "ending": 0, "waiting": 0})
    text = RENDERER.preview(colleague, facts, template("work_digest")).text
    assert "Afspraken om op terug te kijken: 2" in text
    assert "aflopen" not in text
