"""Every mail in every language as it leaves: one file each, for a person to read and for a test to hold.

After a change that is meant: `UPDATE_SNAPSHOTS=1 pytest tests/integration/notifications/test_snapshots.py`, then read the
difference.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from services.notifications.adapters.rendering import MailRenderer
from services.notifications.adapters.texts import library
from services.notifications.domain.appointment import AppointmentFacts
from services.notifications.domain.asked import AskFacts
from services.notifications.domain.kinds import KINDS, Facts
from services.notifications.domain.message import Message
from services.notifications.domain.people import Colleague, Guardian, Recipient
from services.notifications.domain.texts import fingerprint
from services.notifications.usecases.ports import Template

FOLDER = Path(__file__).parent / "snapshots"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STARTS_AT = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
MAILS = [(name, tag) for name, kind in sorted(KINDS.items()) for tag in sorted(kind.languages(library().languages))]

FACTS: dict[type, Facts] = {
    AppointmentFacts: AppointmentFacts(
        UUID(int=1), "at_home", STARTS_AT, STARTS_AT + timedelta(hours=1), 1, "Samira", "+31612345678", "geheim"
    ),
    AskFacts: AskFacts("geheim", date(2026, 12, 1), "Samira", "+31612345678"),
}


def reader(kind: str, tag: str) -> Recipient:
    """Somebody whom this kind of mail is for."""
    if KINDS[kind].to == "staff":
        return Colleague(UUID(int=2), UUID(int=3), "Samira Bakkali", "samira@alliantie.example", tag)
    return Guardian(UUID(int=2), UUID(int=3), UUID(int=4), "Fatma", "Yılmaz", tag, email="fatma@voorbeeld.example")


def written(kind: str, tag: str) -> str:
    """The mail as text: its headers, and each of its parts."""
    facts = FACTS.get(type(KINDS[kind].example), KINDS[kind].example)
    message = Message(UUID(int=9), UUID(int=2), UUID(int=3), kind, "key", facts.to_json(), NOW)
    sources = library().texts[kind]
    template = Template(kind, 1, fingerprint(sources), sources)
    renderer = MailRenderer(library(), "Partnerschap <afspraken@partnerschap.example>", "https://partnerschap.example")
    mail = message_from_bytes(renderer.render(message, reader(kind, tag), template, NOW).mail.content, policy=default)
    headers = [f"{name}: {value}" for name, value in mail.items() if name != "Content-Type"]
    parts = [
        f"=== {part.get_content_type()}\n{part.get_content().replace(chr(13), '')}"
        for part in mail.walk()
        if not part.is_multipart()
    ]
    return "\n".join(["\n".join(headers), "", *parts])


@pytest.mark.parametrize(("kind", "tag"), MAILS)
def test_the_mail_is_the_one_that_was_read(kind: str, tag: str) -> None:
    file, found = FOLDER / f"{kind}.{tag}.txt", written(kind, tag)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(found)
    assert found == file.read_text()


def test_no_snapshot_is_left_behind() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{kind}.{tag}.txt" for kind, tag in MAILS}
