"""Mail as files, one `.eml` a message: for a machine without a mail server, and for looking at what parents get.

The name is made of the message's id, so a second try at the same message meets its own file: here "exactly once" is
whole, also after a crash at the worst moment.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
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


def _sync_folder(folder: Path) -> None:
    """Without this the renaming itself may be lost when the machine falls over."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
