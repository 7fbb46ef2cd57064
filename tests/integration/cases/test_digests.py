"""Each colleague is told once a working morning how much waits, by the worker, with their own eyes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.cases.usecases.digests import tell_due
from shared.database import Database
from tests.integration.cases.support import Web, World
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_parents import agreement


@pytest.fixture
def worker(world: World) -> Iterator[Database]:
    made = Database(world.database.sqlalchemy_url("worker"), pool_size=2)
    yield made
    made.dispose()


def test_once_a_morning_each_hears_how_much_waits_and_not_what(web: Web, world: World, worker: Database) -> None:
    made = agreement(web, opened(web))
    for key, by in (("ib_regenboog", "school"), ("liaison", "parents")):
        web.post(f"/agreements/{made['id']}/endorsements", {"by": by, "endorses": True}, key)
    world.clock.set(world.clock.now() + timedelta(days=28))
    assert world.clock.now().weekday() == 0
    assert tell_due(worker, world.clock) == len(world.told("cases.digest.due")) > 0
    told = {each["data"]["person_id"]: each["data"] for each in world.told("cases.digest.due")}
    liaison, school = (told[str(world.users[key])] for key in ("liaison", "ib_regenboog"))
    assert liaison["reviews_due"] == school["reviews_due"] == 1
    assert str(world.users["liaison_klimop"]) not in told
    assert tell_due(worker, world.clock) == 0
    world.clock.advance(timedelta(days=1))
    assert tell_due(worker, world.clock) == len(told)
    world.clock.advance(timedelta(hours=5))
    assert tell_due(worker, world.clock) == 0
