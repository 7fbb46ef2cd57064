"""Mail as files, one `.eml` a message: for a machine without a mail server, and for looking at what parents get.

The name is made of the message's id, so a second try at the same message meets its own file: here "exactly once" is
whole, also after a crash at the worst moment.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

from services.notifications.domain.retries import Refusal
from services.notifications.usecases.ports import Mail, Receipt, Refused


@dataclass
class FileDelivery:
    """A mail written under a temporary name; the dot is its renaming."""

    draft: Path
    final: Path

    def hand_over(self) -> Receipt:
        try:
            self.draft.replace(self.final)
            _sync_folder(self.final.parent)
        except OSError as error:
            raise Refused(Refusal(None, type(error).__name__)) from error
        return Receipt(f"250 {self.final.name}")

    def abandon(self) -> None:
        self.draft.unlink(missing_ok=True)


class FileMailer:
    """Puts each mail into a folder."""

    patience = timedelta(seconds=10)

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, mail: Mail) -> FileDelivery:
        final = self._folder / file_name(mail.id)
        draft = self._folder / f".{final.name}.{os.getpid()}.tmp"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(mail.content)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise Refused(Refusal(None, type(error).__name__)) from error
        return FileDelivery(draft, final)

    def has_delivered(self, message_id: UUID) -> bool | None:
        return (self._folder / file_name(message_id)).exists()

    def close(self) -> None:
        """Nothing stays open."""


def file_name(message_id: UUID) -> str:
    """The file of a message; an id's letters cannot lead out of the folder."""
    return f"{message_id}.eml"


def stored(folder: Path) -> set[UUID]:
    """The messages of which there is a file."""
    found = set()
    for path in folder.glob("*.eml"):
        with suppress(ValueError):  # not a mail of ours
            found.add(UUID(path.stem))
    return found


def remove(folder: Path, message_ids: Iterable[UUID]) -> None:
    """Those that are there."""
    for message_id in message_ids:
        (folder / file_name(message_id)).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Without this the renaming itself may be lost when the machine falls over."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail that lies in the folder, read back as a mail program would."""

    id: UUID
    subject: str
    sender: str
    recipient: str
    written_at: datetime
    language: str
    text: str
    html: str
    calendar: str | None


def read_mails(folder: Path, most: int) -> list[StoredMail]:
    """Newest first."""
    paths = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [found for path in paths[:most] if (found := _stored(path)) is not None]


def read_mail(folder: Path, message_id: UUID) -> StoredMail | None:
    """None when there is no such mail."""
    path = folder / file_name(message_id)
    return _stored(path) if path.exists() else None


def _stored(path: Path) -> StoredMail | None:
    """None for a file that is no mail of ours."""
    try:
        message_id = UUID(path.stem)
    except ValueError:
        return None
    message = message_from_bytes(path.read_bytes(), policy=default)
    parts = {part.get_content_type(): str(part.get_content()) for part in message.walk() if not part.is_multipart()}
    return StoredMail(
        id=message_id,
        subject=str(message["Subject"]),
        sender=str(message["From"]),
        recipient=str(message["To"]),
        written_at=parsedate_to_datetime(str(message["Date"])),
        language=str(message["Content-Language"]).partition(",")[0],
        text=parts.get("text/plain", ""),
        html=parts.get("text/html", ""),
        calendar=parts.get("text/calendar"),
    )
