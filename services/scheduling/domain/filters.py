"""Which appointments somebody asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Filters:
    """Those that overlap a period, of one case or one school; what is None does not matter."""

    since: datetime | None = None
    until: datetime | None = None
    case_id: UUID | None = None
    school_id: UUID | None = None
