"""What `scheduling` needs: nothing beyond what every service does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from shared.config import ServiceConfig


@dataclass(frozen=True, kw_only=True)
class Config(ServiceConfig):
    """The secret key also signs the parents' reply links."""

    service: ClassVar[str] = "scheduling"
