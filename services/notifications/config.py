"""What `notifications` needs beyond what every service does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, get_args

from marshmallow import ValidationError, fields

from services.notifications.adapters.mime import sender_address
from services.notifications.adapters.smtp import SmtpServer
from services.notifications.domain.kinds import KINDS, WhenUncertain
from shared.config import FilePath, ServiceConfig, ServiceConfigSchema


class _SmtpUrl(fields.String):
    """Where mail goes; empty is as absent."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> SmtpServer | None:  # type: ignore[override]  # what it stands for
        value = super()._deserialize(*args, **kwargs)
        try:
            return SmtpServer.from_url(value) if value else None
        except ValueError as error:
            raise ValidationError(str(error)) from error


class _Sender(fields.String):
    """`Name <address>`, the mailbox that parents can answer to."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> str:
        value: str = super()._deserialize(*args, **kwargs)
        try:
            sender_address(value)
        except (ValueError, IndexError) as error:
            raise ValidationError("must be an address, or a name and an <address>") from error
        return value


class _WhenUncertain(fields.String):
    """For example `appointment_invitation=ask,appointment_changed=again`."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> dict[str, str]:  # type: ignore[override]  # what it stands for
        pairs = [part.split("=", 1) for part in super()._deserialize(*args, **kwargs).split(",") if part.strip()]
        found = {pair[0].strip(): pair[-1].strip() for pair in pairs}
        if not set(found) <= set(KINDS) or not set(found.values()) <= set(get_args(WhenUncertain)):
            raise ValidationError("must be a list of kind=again or kind=ask")
        return found


class _Schema(ServiceConfigSchema):
    SMTP_URL = _SmtpUrl(load_default=None)
    DATA_DIR = FilePath(load_default=Path("var"))
    MAIL_FROM = _Sender(load_default="Partnerschap <afspraken@partnerschap.example>")
    WHEN_UNCERTAIN = _WhenUncertain(load_default=dict)
    BOUNCE_MAILDIR = FilePath(load_default=None)
    KEEP_COPIES = fields.TimeDelta(precision="days", load_default=timedelta(days=365))


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """Without `smtp_url` mail goes into files under `data_dir`. `when_uncertain` overrides kinds of mail by name.

    `bounce_maildir` is where a mail server on this machine puts what comes back to the sender. Copies of what
    parents got are kept for `keep_copies`.
    """

    service: ClassVar[str] = "notifications"
    schema: ClassVar[type[ServiceConfigSchema]] = _Schema

    smtp_url: SmtpServer | None = None
    data_dir: Path = Path("var")
    mail_from: str = "Partnerschap <afspraken@partnerschap.example>"
    when_uncertain: Mapping[str, WhenUncertain] = field(default_factory=dict)
    bounce_maildir: Path | None = None
    keep_copies: timedelta = timedelta(days=365)

    @property
    def mail_folder(self) -> Path:
        return self.data_dir / "mail"
