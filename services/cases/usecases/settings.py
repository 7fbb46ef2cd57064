"""What an alliance has chosen. `by`: an administrator's scope."""

from __future__ import annotations

from services.cases.persistence.alliances import Alliance
from services.cases.service import CasesService
from shared.tenancy import Scope


def read(service: CasesService, by: Scope) -> Alliance:
    with service.work(by) as work:
        return work.alliances.own()
