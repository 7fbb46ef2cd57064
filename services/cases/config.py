"""What `cases` needs beyond what every service does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from marshmallow import fields, validate

from shared.config import FilePath, ServiceConfig, ServiceConfigSchema


class _Schema(ServiceConfigSchema):
    SIGNING_KEY_FILE = FilePath(required=True)
    OLD_SECRET_KEY = fields.String(load_default=None, validate=validate.Length(min=32))


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """`signing_key_file`: the private JWK that tokens are signed with; no other service has it.

    `old_secret_key`: the one before SECRET_KEY, while there are codes that were sealed with it.
    """

    service: ClassVar[str] = "cases"
    schema: ClassVar[type[ServiceConfigSchema]] = _Schema

    signing_key_file: Path
    old_secret_key: str | None = None
