"""What `notifications` needs beyond what every service does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from services.notifications.adapters.mime import sender_address
from services.notifications.adapters.return_path import return_path
from services.notifications.adapters.signing import DkimKey, Signer
from services.notifications.adapters.smtp import SmtpServer
from services.notifications.domain.addresses import UnusableAddress, deliverable, domain_of
from services.notifications.domain.kinds import KINDS, WhenUncertain
from services.notifications.domain.limits import Limits, Rate
from services.notifications.domain.timing import QuietHours
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


class _BounceAddress(fields.String):
    """A bare address whose local part leaves room for what marks a mail."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> str | None:  # type: ignore[override]  # what it stands for
        value: str = super()._deserialize(*args, **kwargs)
        if not value:
            return None
        try:
            deliverable(value)
            deliverable(return_path(value, UUID(int=0), UUID(int=0)))
        except UnusableAddress as error:
            raise ValidationError("must be an address with at most 11 signs before its @") from error
        return value


class _WhenUncertain(fields.String):
    """For example `appointment_invitation=ask,appointment_changed=again`."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> dict[str, str]:  # type: ignore[override]  # what it stands for
        pairs = [part.split("=", 1) for part in super()._deserialize(*args, **kwargs).split(",") if part.strip()]
        found = {pair[0].strip(): pair[-1].strip() for pair in pairs}
        if not set(found) <= set(KINDS) or not set(found.values()) <= set(get_args(WhenUncertain)):
            raise ValidationError("must be a list of kind=again or kind=ask")
        return found


class _DkimKeys(fields.String):
    """For example `2026=/run/secrets/dkim.pem,2026r=/run/secrets/dkim-rsa.pem`."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> tuple[DkimKey, ...]:  # type: ignore[override]  # what it stands for
        pairs = [part.partition("=") for part in super()._deserialize(*args, **kwargs).split(",") if part.strip()]
        try:
            return tuple(DkimKey.from_file(selector.strip(), Path(path.strip())) for selector, _, path in pairs)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class _Rate(fields.String):
    """For example `600/m`; empty is as absent."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Rate | None:  # type: ignore[override]  # what it stands for
        value = super()._deserialize(*args, **kwargs)
        try:
            return Rate.read(value) if value else None
        except ValueError as error:
            raise ValidationError(str(error)) from error


class _DomainRates(fields.String):
    """For example `hotmail.com=60/m,*=300/m`."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> dict[str, Rate]:  # type: ignore[override]  # what it stands for
        pairs = [part.partition("=") for part in super()._deserialize(*args, **kwargs).split(",") if part.strip()]
        try:
            return {domain.strip().lower(): Rate.read(rate) for domain, _, rate in pairs}
        except ValueError as error:
            raise ValidationError("must be a list of domain=rate, such as hotmail.com=60/m,*=300/m") from error


class _QuietHours(fields.String):
    """`20:00-08:00`, or `none`; empty is as absent."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> QuietHours | Literal["none"] | None:  # type: ignore[override]  # what it stands for
        value = super()._deserialize(*args, **kwargs)
        try:
            return "none" if value == "none" else QuietHours.read(value) if value else None
        except ValueError as error:
            raise ValidationError("must be the hours of the evening and the morning, such as 20:00-08:00, or none") from error


class _Schema(ServiceConfigSchema):
    SMTP_URL = _SmtpUrl(load_default=None)
    SMTP_CA_FILE = FilePath(load_default=None)
    DKIM_KEYS = _DkimKeys(load_default=())
    DKIM_DOMAIN = fields.String(load_default=None)
    DATA_DIR = FilePath(load_default=Path("var"))
    MAIL_FROM = _Sender(load_default="Partnerschap <afspraken@partnerschap.example>")
    WHEN_UNCERTAIN = _WhenUncertain(load_default=dict)
    BOUNCE_ADDRESS = _BounceAddress(load_default=None)
    BOUNCE_MAILDIR = FilePath(load_default=None)
    MAIL_CONNECTIONS = fields.Integer(load_default=16, validate=validate.Range(1, 64))
    SCHOOL_LIMIT = _Rate(load_default=Rate.read("6000/m"))
    DOMAIN_LIMITS = _DomainRates(load_default=lambda: {"*": Rate.read("6000/m")})
    QUIET_HOURS = _QuietHours(load_default=None)
    KEEP_COPIES = fields.TimeDelta(precision="days", load_default=timedelta(days=365))


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """Without `smtp_url` mail goes into files under `data_dir`. `when_uncertain` overrides kinds of mail by name.

    `bounce_maildir` is where a mail server on this machine puts what comes back to the sender. Copies of what
    parents got are kept for `keep_copies`. So many mails are on their way at once as there are `mail_connections`.
    """

    service: ClassVar[str] = "notifications"
    schema: ClassVar[type[ServiceConfigSchema]] = _Schema

    smtp_url: SmtpServer | None = None
    smtp_ca_file: Path | None = None
    dkim_keys: tuple[DkimKey, ...] = ()
    dkim_domain: str | None = None
    data_dir: Path = Path("var")
    mail_from: str = "Partnerschap <afspraken@partnerschap.example>"
    when_uncertain: Mapping[str, WhenUncertain] = field(default_factory=dict)
    bounce_address: str | None = None
    bounce_maildir: Path | None = None
    mail_connections: int = 16
    school_limit: Rate | None = None
    domain_limits: Mapping[str, Rate] = field(default_factory=dict)
    quiet_hours: QuietHours | Literal["none"] | None = None
    keep_copies: timedelta = timedelta(days=365)

    @property
    def smtp(self) -> SmtpServer | None:
        """Where mail goes, and whom we trust to say that it is that."""
        return replace(self.smtp_url, ca_file=self.smtp_ca_file) if self.smtp_url is not None else None

    @property
    def signer(self) -> Signer:
        """In the name of the sender's domain, or of one above it; without keys it changes nothing."""
        return Signer(self.dkim_domain or domain_of(sender_address(self.mail_from)), self.dkim_keys)

    @property
    def limits(self) -> Limits:
        return Limits(self.school_limit, self.domain_limits)

    @property
    def quiet(self) -> QuietHours | None:
        """When mail waits. A demonstration at night does not, unless it says so."""
        if self.quiet_hours == "none" or (self.quiet_hours is None and self.demo):
            return None
        return self.quiet_hours or QuietHours()

    @property
    def mail_folder(self) -> Path:
        return self.data_dir / "mail"
