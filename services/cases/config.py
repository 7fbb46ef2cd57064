"""What `cases` needs beyond what every service does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from shared.config import FilePath, ServiceConfig, ServiceConfigSchema


class _Schema(ServiceConfigSchema):
    SIGNING_KEY_FILE = FilePath(required=True)


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """`signing_key_file`: the private JWK that tokens are signed with; no other service has it."""

    service: ClassVar[str] = "cases"
    schema: ClassVar[type[ServiceConfigSchema]] = _Schema

    signing_key_file: Path
