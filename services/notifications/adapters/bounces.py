"""Reading what comes back to the service's mailbox: reports of non-delivery, among answers and notes of absence.

Anybody may write to that mailbox. So a mail is small and simple or it is not read, and whatever it does to the parser,
it is then no report.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from uuid import UUID

import structlog

from services.notifications.adapters.return_path import read_return_path
from services.notifications.domain.bounces import BounceReport

LARGEST = 256 * 1024
# A report has three parts, the mail that it quotes as many again. Each level makes reading every line after it dearer.
_MOST_MULTIPARTS = 8

# As `adapters.rendering` writes it: the message, then its school, so that a worker knows whose rows it may look at.
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([0-9a-f-]{36})\.([0-9a-f-]{36})@", re.IGNORECASE | re.MULTILINE)
_QUOTES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_ADDRESSED = ("Delivered-To", "X-Original-To", "To")
_LONGEST_ANSWER = 300

_log = structlog.get_logger(__name__)


def read_report(content: bytes) -> BounceReport | None:
    """The report in a mail; None for anything else: an answer, an absence, spam, or a report about a mail not ours."""
    if len(content) > LARGEST or content.lower().count(b"multipart/") > _MOST_MULTIPARTS:
        return None
    try:
        return _report(message_from_bytes(content))
    except Exception as error:  # the parser's errors are many, and RecursionError is one of them
        _log.warning("returned mail not understood", error=type(error).__name__)
        return None


def _report(message: Message) -> BounceReport | None:
    if message.get_content_type() != "multipart/report" or message.get_param("report-type") != "delivery-status":
        return None
    about = _addressed(message) or _quoted(message)
    fields = _recipient_fields(message)
    if about is None or fields is None:
        return None
    action = str(fields.get("Action", "")).strip().lower()
    status = str(fields.get("Status", "")).strip().split(" ")[0]
    return BounceReport(about[0], about[1], action, status, _answer(fields, status))


def _addressed(message: Message) -> tuple[UUID, UUID] | None:
    """By the address that it came back to."""
    found = (read_return_path(str(value)) for name in _ADDRESSED for value in message.get_all(name, []))
    return next((each for each in found if each is not None), None)


def _quoted(message: Message) -> tuple[UUID, UUID] | None:
    """The returned mail's own Message-ID: in the part that quotes it, never in the report's headers, which are the sender's."""
    for part in message.walk():
        if part.get_content_type() in _QUOTES:
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


def _recipient_fields(message: Message) -> Message | None:
    """The first block that speaks of a recipient; ours have one."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            return next((block for block in part.walk() if "Action" in block), None)
    return None


def _answer(fields: Message, status: str) -> str:
    words = str(fields.get("Diagnostic-Code", "")) or status
    return " ".join("".join(mark if mark.isprintable() else " " for mark in words).split())[:_LONGEST_ANSWER]
