"""Reading what comes back to the service's mailbox: reports of non-delivery, among answers and notes of absence."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

from services.notifications.domain.bounces import BounceReport

# As `adapters.rendering` writes it: the message, then its school, so that a worker knows whose rows it may look at.
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([0-9a-f-]{36})\.([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)
_LONGEST_ANSWER = 300


def read_report(content: bytes) -> BounceReport | None:
    """The report in a mail; None for anything else: an answer, an absence, spam, or a report about a mail not ours."""
    message = message_from_bytes(content, policy=default)
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
        return None
    about = _about(message)
    fields = _recipient_fields(message)
    if about is None or fields is None:
        return None
    action = str(fields.get("Action", "")).strip().lower()
    status = str(fields.get("Status", "")).strip().split(" ")[0]
    return BounceReport(about[0], about[1], action, status, _answer(fields, status))


def _about(message: EmailMessage) -> tuple[UUID, UUID] | None:
    """The returned mail's own Message-ID: in the part that quotes it, never in the report's headers, which are the sender's."""
    for part in message.walk():
        if part.get_content_type() in ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"):
            quoted = part.get_payload(decode=True) or part.as_bytes()
            found = _MESSAGE_ID.search(quoted if isinstance(quoted, bytes) else b"")
            if found is not None:
                return _uuids(found[1], found[2])
    return None


def _uuids(*texts: bytes) -> tuple[UUID, UUID] | None:
    try:
        message_id, school_id = (UUID(text.decode()) for text in texts)
    except ValueError:
        return None
    return message_id, school_id


def _recipient_fields(message: EmailMessage) -> EmailMessage | None:
    """The first block that speaks of a recipient; ours have one."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            return next((block for block in part.walk() if "Action" in block), None)
    return None


def _answer(fields: EmailMessage, status: str) -> str:
    words = str(fields.get("Diagnostic-Code", "")) or status
    return " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())[:_LONGEST_ANSWER]
