"""Closed cases that were kept long enough: found, shown, and erased like any other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.cases.usecases import administration, retention
from shared.clock import AMSTERDAM
from shared.tenancy import Scope
from tests.integration.cases.support import Web, World, person
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_erasure import close, work_off

ONE_DAY_SHORT = datetime(2029, 11, 22, 23, 59, tzinfo=AMSTERDAM)
OVER = datetime(2029, 11, 23, 0, 0, tzinfo=AMSTERDAM)


def due(world: World, **more: Any) -> list[str]:
    return [str(each.case_id) for each in retention.expired(world.service, world.by, 3, **more)]


def test_only_closed_and_only_when_the_term_is_over(web: Web, world: World) -> None:
    closed, still_open = opened(web), opened(web)
    close(web, closed)
    world.clock.set(ONE_DAY_SHORT)
    assert due(world) == []
    world.clock.set(OVER)
    assert due(world) == [closed["id"]]
    assert still_open["id"] not in due(world)
    assert due(world, kept=[UUID(closed["id"])]) == []


def test_looking_erases_nothing_and_purging_erases_once(web: Web, world: World) -> None:
    case = opened(web)
    close(web, case)
    world.clock.set(OVER)
    assert due(world) == [case["id"]]
    assert world.told("cases.case.erased") == []
    assert [str(each.case_id) for each in retention.purge(world.service, world.by, 3)] == [case["id"]]
    assert retention.purge(world.service, world.by, 3) == []
    work_off(world)
    assert world.rows("select 1 from cases where id = %s", case["id"]) == []
    assert len(world.rows("select 1 from erasures where erased_at is not null")) == 1


def test_another_alliance_purges_nothing_here(web: Web, world: World) -> None:
    case = opened(web)
    close(web, case)
    world.clock.set(OVER + timedelta(days=1))
    other = administration.found_alliance(world.service, "Elders", person("elders", "administrator"))
    assert retention.purge(world.service, Scope(audience="administration", actor_id=other.id), 3) == []
    assert due(world) == [case["id"]]
