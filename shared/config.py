"""Configuration from the environment: read once at start, every error told at once.

A marshmallow schema names the variables; a frozen dataclass carries the values. `CASES_DATABASE_URL` wins over
`DATABASE_URL`, so that one environment can hold several services.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

_POSTGRES = validate.Regexp(r"^postgres(ql)?(\+psycopg)?://", error="must begin with postgresql://")
_WEB = validate.Regexp(r"^https?://[^/]+/?$", error="must be http://host or https://host, without a path")
_AMQP = validate.Regexp(r"^amqps?://", error="must begin with amqp:// or amqps://")


class ConfigError(Exception):
    """The environment is not usable; the message has a line for each variable that is missing or wrong."""


class DatabaseUrl(fields.String):
    """A PostgreSQL address, with the driver that we use filled in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=_POSTGRES, **options)

    def _deserialize(self, *args: Any, **kwargs: Any) -> str:
        value: str = super()._deserialize(*args, **kwargs)
        return value.replace("postgres://", "postgresql://", 1).replace("postgresql://", "postgresql+psycopg://", 1)


class FilePath(fields.String):
    """A path on this machine."""

    def _deserialize(self, *args: Any, **kwargs: Any) -> Path:  # type: ignore[override]  # a Path is what a path is
        return Path(super()._deserialize(*args, **kwargs))


class ServiceConfigSchema(Schema):
    """The variables that every service reads. A service's own schema extends it."""

    class Meta:
        unknown = EXCLUDE

    DATABASE_URL = DatabaseUrl(required=True)
    WORKER_DATABASE_URL = DatabaseUrl(required=True)
    RELAY_DATABASE_URL = DatabaseUrl(required=True)
    PUBLIC_URL = fields.String(required=True, validate=_WEB)
    SECRET_KEY = fields.String(required=True, validate=validate.Length(min=32))
    TOKEN_KEYS_FILE = FilePath(required=True)
    AMQP_URL = fields.String(load_default=None, validate=_AMQP)
    DEMO = fields.Boolean(load_default=False)
    LOG_LEVEL = fields.String(load_default="INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    TRUSTED_PROXIES = fields.Integer(load_default=0, validate=validate.Range(0, 5))
    POOL_SIZE = fields.Integer(load_default=8, validate=validate.Range(1, 100))


@dataclass(frozen=True, kw_only=True)
class ServiceConfig:
    """What every service needs. A service's own Config adds fields, named as the variables in lower case."""

    service: ClassVar[str]
    schema: ClassVar[type[ServiceConfigSchema]] = ServiceConfigSchema

    database_url: str
    worker_database_url: str
    relay_database_url: str
    public_url: str
    secret_key: str
    token_keys_file: Path
    amqp_url: str | None = None
    demo: bool = False
    log_level: str = "INFO"
    trusted_proxies: int = 0
    pool_size: int = 8

    @property
    def secure(self) -> bool:
        """Served over https: cookies are Secure and carry the `__Host-` prefix."""
        return urlsplit(self.public_url).scheme == "https"

    @classmethod
    def from_env(cls, environment: Mapping[str, str] | None = None) -> Self:
        """Raises ConfigError naming every variable that is missing or wrong. `environment` replaces the process's."""
        variables = os.environ if environment is None else environment
        prefix = f"{cls.service.upper()}_"
        own = {name.removeprefix(prefix): value for name, value in variables.items() if name.startswith(prefix)}
        try:
            values = cls.schema().load({**variables, **own})
        except ValidationError as error:
            messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]  # the library's
            raise ConfigError(_lines(cls.service, messages)) from error
        return cls(**{name.lower(): value for name, value in values.items()})


def _lines(service: str, errors: Mapping[str, Any]) -> str:
    return "\n".join(f"{service}: {name}: {' '.join(messages)}" for name, messages in sorted(errors.items()))
