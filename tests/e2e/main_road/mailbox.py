"""What parents find in their mailbox: the files that a site writes when it sends for nobody."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from icalendar import Calendar

from tests.waiting import eventually


@dataclass(frozen=True)
class Mail:
    """One message as its reader meets it."""

    message: EmailMessage

    @property
    def text(self) -> str:
        return str(self._part("plain").get_content())

    @property
    def html(self) -> str:
        return str(self._part("html").get_content())

    @property
    def link(self) -> str:
        """The path of the page on which they answer."""
        found = re.search(r"https?://[^/\s]+(/(?:scheduling/reply|cases/ouders)/\S+)", self.text)
        assert found, self.text
        return found[1]

    @property
    def invitation(self) -> dict[str, object]:
        """What a calendar makes of it."""
        parts = [part for part in self.message.walk() if part.get_content_type() == "text/calendar"]
        calendar = Calendar.from_ical(parts[0].get_content())
        (event,) = calendar.walk("VEVENT")
        attendees = event["ATTENDEE"] if isinstance(event["ATTENDEE"], list) else [event["ATTENDEE"]]
        return {
            "method": str(calendar["METHOD"]),
            "uid": str(event["UID"]),
            "sequence": int(str(event["SEQUENCE"])),
            "starts_at": event.decoded("DTSTART"),
            "attendees": len(attendees),
        }

    def _part(self, kind: str) -> EmailMessage:
        found = self.message.get_body((kind,))
        assert isinstance(found, EmailMessage)
        return found


@dataclass(frozen=True)
class Mailbox:
    """One address, in a site's folder of mail."""

    folder: Path
    address: str

    def mails(self, method: str) -> list[Mail]:
        """Those that carry this method of the calendar's protocol, oldest first."""
        mine = [mail for mail in self._all() if self.address in str(mail.message["To"])]
        return [mail for mail in mine if any(part.get_param("method") == method for part in mail.message.walk())]

    def about(self, subject: str, count: int = 1) -> Mail:
        """The newest with this subject, as soon as there are `count`; never more."""
        eventually(lambda: len(self._with(subject)) >= count, 120)
        found = self._with(subject)
        assert len(found) == count
        return found[-1]

    def _with(self, subject: str) -> list[Mail]:
        return [mail for mail in self._all() if self.address in str(mail.message["To"]) and mail.message["Subject"] == subject]

    def gets(self, method: str, count: int = 1) -> Mail:
        """The newest, as soon as there are `count`; never more."""
        eventually(lambda: len(self.mails(method)) >= count, 120)
        found = self.mails(method)
        assert len(found) == count
        return found[-1]

    def _all(self) -> list[Mail]:
        paths = sorted(self.folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        return [Mail(_read(path)) for path in paths]


def _read(path: Path) -> EmailMessage:
    made = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(made, EmailMessage)
    return made
