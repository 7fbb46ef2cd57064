"""Noting what somebody did in an alliance's affairs, in the transaction in which they did it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.cases.domain.accounts import School, User
from services.cases.domain.administration import ACTIONS
from services.cases.persistence.audit import Act
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from shared.pagination import Page, PageRequest
from shared.tenancy import Scope

About = User | School | tuple[UUID, str] | None


def note(service: CasesService, work: Work, action: str, about: About = None, **data: Any) -> None:
    """In the name of whoever works. `data`: what was chosen; never a secret, and nothing of a case but its reference."""
    assert action in ACTIONS, action
    named = (about.id, about.name) if isinstance(about, User | School) else about
    work.audit.note(service.clock.now(), action, named, {name: _plain(value) for name, value in data.items()})


def newest(service: CasesService, by: Scope, page: PageRequest) -> Page[Act]:
    """What was done in the administrator's alliance."""
    with service.work(by) as work:
        return work.audit.newest(page)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value
