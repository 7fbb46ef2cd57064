"""What `make run` and `make suite` are told by the environment; every error is said at once, in a line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from services.notifications.adapters.smtp import SmtpServer
from shared.config import DatabaseUrl, FilePath

SERVICES = ("cases", "scheduling", "notifications")


class Unusable(Exception):
    """It cannot start like this; the message is a line for the one who started it."""


def _is_smtp_url(value: str) -> None:
    """Checked here as well, before anything is started."""
    try:
        SmtpServer.from_url(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class _Schema(Schema):
    class Meta:
        unknown = EXCLUDE

    PORT = fields.Integer(load_default=8000, validate=validate.Range(1, 65535))
    DATA_DIR = FilePath(load_default=Path("var"))
    DATABASE_URL = DatabaseUrl(load_default=None)
    AMQP_URL = fields.String(
        load_default=None, validate=validate.Regexp("^amqps?://", error="must begin with amqp:// or amqps://")
    )
    SMTP_URL = fields.String(load_default=None, validate=_is_smtp_url)
    LOG_LEVEL = fields.String(load_default="WARNING", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    DEMO = fields.Boolean(load_default=True)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Named as the variables. `database_url` is an administrator's; without it a private server is started."""

    port: int
    data_dir: Path
    database_url: str | None
    amqp_url: str | None
    smtp_url: str | None
    log_level: str
    demo: bool

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Raises Unusable. An empty variable is as an absent one."""
        given = os.environ if environment is None else environment
        try:
            values = _Schema().load({name: value for name, value in given.items() if value})
        except ValidationError as error:
            messages: Mapping[str, list[str]] = error.normalized_messages()  # type: ignore[no-untyped-call]  # the library's
            raise Unusable("; ".join(f"{name}: {' '.join(found)}" for name, found in sorted(messages.items()))) from error
        return cls(**{name.lower(): value for name, value in values.items()})
