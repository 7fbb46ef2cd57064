"""The bytes of a mail (RFC 5322, 2045, 6047): three alternatives of one message, safe on a 7-bit road."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

# Base64 or quoted-printable where needed, so that no relay has to rewrite a part (and break its signature).
_POLICY = SMTP.clone(cte_type="7bit")

# A dot that ends no initial as well: folding a long name loses its quotes, and such a dot is then no part of a name.
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,"=?]|(?<!\w)\.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What goes into one mail. `languages` in the order of the text; `calendar` is (METHOD, bytes)."""

    message_id: str
    sender: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    languages: tuple[str, ...]
    written_at: datetime
    calendar: tuple[str, bytes] | None = None


def sender_address(sender: str) -> str:
    """The bare address of a `Name <address>`. Raises ValueError when there is none."""
    address = parseaddr(sender)[1]
    Address(addr_spec=address)
    if "@" not in address or not sender.isprintable():
        raise ValueError("must be an address, or a name and an <address>")
    return address


def sender_name(sender: str) -> str:
    """The name of a `Name <address>`, or its address when it has none."""
    name, address = parseaddr(sender)
    return name or address


def compose(letter: Letter) -> bytes:
    """Raises ValueError for a value that would break out of its header; nothing is made then."""
    message = EmailMessage(policy=_POLICY)
    _headers(message, letter)
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    if letter.calendar is not None:
        method, content = letter.calendar
        # The method here must equal METHOD inside (RFC 6047, 2.4): Outlook looks only here.
        message.add_alternative(content.decode(), subtype="calendar", params={"method": method.upper()})
    # Last: adding alternatives moves the headers about the content into the first part.
    message["Content-Language"] = ", ".join(letter.languages)
    return message.as_bytes()


def _headers(message: EmailMessage, letter: Letter) -> None:
    name, address = parseaddr(letter.sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(_plain_name(letter.recipient_name), addr_spec=letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.message_id}>"
    # No answers from absent people or mailing programs (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"


def _plain_name(name: str) -> str:
    """Without what has a meaning in an address.

    The library quotes most of it right, but lets `=?utf-8?…?=` pass as it is, and a reader would decode that into
    anything, a line break included (RFC 2047, 5).
    """
    return " ".join(_SPECIAL.sub(" ", name).split())
