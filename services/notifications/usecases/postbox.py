"""The demo's postbox: reading the mail that lies in files. Only where DEMO is on."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from services.notifications.adapters.mailbox import StoredMail, read_mail, read_mails
from services.notifications.service import NotificationsService
from shared.errors import NotFound

_MOST = 200


def list_letters(service: NotificationsService) -> Sequence[StoredMail]:
    """Newest first. Raises NotFound where this is no demo."""
    _require_demo(service)
    return read_mails(service.config.mail_folder, _MOST)


def read_letter(service: NotificationsService, message_id: UUID) -> StoredMail:
    """Raises NotFound."""
    _require_demo(service)
    found = read_mail(service.config.mail_folder, message_id)
    if found is None:
        raise NotFound
    return found


def _require_demo(service: NotificationsService) -> None:
    if not service.config.demo:
        raise NotFound
