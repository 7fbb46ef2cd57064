"""What an alliance has chosen. `by`: an administrator's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.cases.persistence.alliances import Alliance
from services.cases.service import CasesService
from services.cases.usecases.audit import note
from shared.errors import Stale
from shared.tenancy import Scope


def read(service: CasesService, by: Scope) -> Alliance:
    with service.work(by) as work:
        return work.alliances.own()


def change(service: CasesService, by: Scope, values: Mapping[str, Any], expected_version: int | None = None) -> Alliance:
    """Whoever turns the daily run on is in whose name it erases. Raises Stale."""
    with service.work(by) as work:
        alliance = work.alliances.own(to_change=True)
        if expected_version not in (None, alliance.version):
            raise Stale
        chosen = dict(values) | ({"purge_set_by": by.actor_id} if values.get("purges_daily") else {})
        work.alliances.change(alliance.id, **chosen, version=alliance.version + 1)
        note(service, work, "alliance_changed", (alliance.id, alliance.name), **values)
        return replace(alliance, **chosen, version=alliance.version + 1)
