"""The way to a visit: the address for who goes there, nobody else's, and a trace of every look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.cases.usecases import dossiers
from tests.integration.cases.support import Web, World, body, guardian_values
from tests.integration.cases.test_api import ADDRESS
from tests.integration.cases.test_events import Told
from tests.integration.cases.test_secret_address import told

__all__ = ["told"]
OTHER = guardian_values(first_name="Mehmet", email="m@ouder.example", address=ADDRESS | {"street": "Beukelsdijk"})


def planned(web: Web, world: World, told: Told, **more: Any) -> tuple[str, dict[str, Any]]:
    """A home visit in an hour to the first guardian, by the liaison; its path, and the case."""
    guardians = [guardian_values(address=ADDRESS, **more), OTHER]
    case = dict(web.post("/cases", body(world.schools["regenboog"], guardians=guardians), "ib_regenboog").json)
    known = dossiers.read_case(world.service, world.who("liaison"), UUID(case["id"])).case
    visit = uuid4()
    people = [{"person_id": known.guardians[0].id, "response": "accepted"}]
    starts_at = world.clock.now() + timedelta(hours=1)
    told.appointment(
        "invited", known, participants=people, host_id=world.users["liaison"], starts_at=starts_at, appointment_id=visit
    )
    return f"/cases/bezoeken/{visit}", case


def test_it_shows_where_to_go_and_not_where_the_other_lives(web: Web, world: World, told: Told) -> None:
    path, case = planned(web, world, told)
    page = web.browser("liaison").get(path)
    assert page.status_code == 200
    assert "Putselaan" in page.text
    assert "Beukelsdijk" not in page.text
    assert "Mehmet" not in page.text
    log = web.get(f"/cases/{case['id']}/access-log", "liaison").json["items"]
    assert "adres" in [each["what"] for each in log]


@pytest.mark.parametrize(("who", "shown"), [("liaison", True), ("ib_regenboog", False), ("team", False)])
def test_a_secret_address_is_for_who_visits(web: Web, world: World, told: Told, who: str, shown: bool) -> None:
    path, case = planned(web, world, told, address_secret=True)
    page = web.browser(who).get(path).text
    assert ("Putselaan" in page) is shown
    assert ("Dit adres is geheim" in page) is shown
    log = web.get(f"/cases/{case['id']}/access-log", "liaison").json["items"]
    assert ("geheim adres" in [each["what"] for each in log]) is shown


def test_another_schools_visit_is_not_found_as_one_that_is_none(web: Web, world: World, told: Told) -> None:
    path, _case = planned(web, world, told)
    browser = web.browser("ib_klimop")
    assert [browser.get(each).status_code for each in (path, f"/cases/bezoeken/{uuid4()}")] == [404, 404]
