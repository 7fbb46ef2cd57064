"""The bytes of a mail (RFC 5322, 2045, 6047): three alternatives of one message, safe on a 7-bit road."""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import uuid4

# Base64 or quoted-printable where needed, so that no relay has to rewrite a part (and break its signature).
_POLICY = SMTP.clone(cte_type="7bit")

# A dot that ends no initial as well: folding a long name loses its quotes, and such a dot is then no part of a name.
_SPECIAL = re.compile(r'[()<>\[\]:;@\\,"=?]|(?<!\w)\.')
_LINE_END = re.compile(r"\r\n|\r|\n")


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
    """Raises ValueError for a value that would break out of its header; nothing is made then.

    The library writes the headers, which hold what people typed. The parts are put together here: parsing and folding
    again what is known beforehand took it most of the time that a mail costs.
    """
    parts = [_part("text/plain", letter.text), _part("text/html", letter.html)]
    if letter.calendar is not None:
        method, content = letter.calendar
        # The method here must equal METHOD inside (RFC 6047, 2.4): Outlook looks only here.
        parts.append(_part(f'text/calendar; method="{method.upper()}"', content.decode()))
    boundary = f"=={uuid4().hex}=="
    between = f"--{boundary}\r\n".encode()
    headers = _headers(letter, boundary)
    return b"".join([headers, b"\r\n", *(between + part + b"\r\n" for part in parts), f"--{boundary}--\r\n".encode()])


def _part(kind: str, text: str) -> bytes:
    """One of the alternatives, in the shorter of the two ways to be safe on a 7-bit road."""
    content = (_LINE_END.sub("\r\n", text).removesuffix("\r\n") + "\r\n").encode()
    # The shape of base64 says nothing to a person who looks at the source: quoted-printable where it is not much longer.
    quoted, encoded = b2a_qp(content), encodebytes(content).replace(b"\n", b"\r\n")
    way, body = ("quoted-printable", quoted) if len(quoted) <= len(encoded) else ("base64", encoded)
    return f'Content-Type: {kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {way}\r\n\r\n'.encode() + body


def _headers(letter: Letter, boundary: str) -> bytes:
    message = EmailMessage(policy=_POLICY)
    name, address = parseaddr(letter.sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(_plain_name(letter.recipient_name), addr_spec=letter.recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.written_at)
    message["Message-ID"] = f"<{letter.message_id}>"
    # No answers from absent people or mailing programs (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    typed = b"".join(_POLICY.fold_binary(*header) for header in message.raw_items())
    fixed = (
        f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n'
        f"Content-Language: {', '.join(letter.languages)}\r\n"
    )
    return typed + fixed.encode()


def _plain_name(name: str) -> str:
    """Without what has a meaning in an address.

    The library quotes most of it right, but lets `=?utf-8?…?=` pass as it is, and a reader would decode that into
    anything, a line break included (RFC 2047, 5).
    """
    return " ".join(_SPECIAL.sub(" ", name).split())
