"""A secret address: shown to the liaison who visits, around the visit, and in nothing that anybody else is given."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from services.cases.usecases import dossiers
from tests.integration.cases.support import Web, World, body, guardian_values
from tests.integration.cases.test_api import ADDRESS, opened
from tests.integration.cases.test_events import Told
from tests.integration.cases.test_texts import everything_they_get

PATH = "/cases/{case[id]}/guardians/{case[guardians][0][id]}"


@pytest.fixture
def case(web: Web, world: World) -> dict[str, Any]:
    secret = guardian_values(address=ADDRESS, address_secret=True)
    return dict(web.post("/cases", body(world.schools["regenboog"], guardians=[secret]), "ib_regenboog").json)


@pytest.fixture
def told(world: World) -> Iterator[Told]:
    made = Told(world)
    yield made
    made.database.dispose()


def visited(told: Told, world: World, case: dict[str, Any], host: str, **more: Any) -> None:
    known = dossiers.read_case(world.service, world.who("liaison"), UUID(case["id"])).case
    people = [{"person_id": known.guardians[0].id, "response": "awaiting"}]
    told.appointment("invited", known, participants=people, host_id=world.users[host], **more)


def address(web: Web, case: dict[str, Any], key: str = "liaison") -> Any:
    return web.get(f"/cases/{case['id']}", key).json["guardians"][0]["address"]


def test_only_who_visits_and_only_around_the_visit(web: Web, world: World, told: Told, case: dict[str, Any]) -> None:
    now = world.clock.now()
    visited(told, world, case, "liaison", starts_at=now + timedelta(days=5))
    seen = []
    for day in range(8):
        world.clock.set(now + timedelta(days=day))
        seen.append(address(web, case) is not None)
        assert "Putselaan" not in everything_they_get(web, case["id"], "ib_regenboog")
        assert "Putselaan" not in everything_they_get(web, case["id"], "team")
    assert seen == [False] * 4 + [True] * 3 + [False]
    assert "Putselaan" not in json.dumps(world.told(), default=str)


def test_around_the_visit_it_is_on_page_and_export_and_that_is_logged(
    web: Web, world: World, told: Told, case: dict[str, Any]
) -> None:
    page, export = f"/cases/dossiers/{case['id']}", f"/cases/{case['id']}/export"
    browser = web.browser("liaison")
    assert "Putselaan" not in browser.get(page).text + web.get(export).text
    visited(told, world, case, "liaison", starts_at=world.clock.now())
    assert "Putselaan" in browser.get(page).text
    assert "Putselaan" in web.get(export).text
    pdf = web.get(export, headers={"Accept": "application/pdf"}).data
    assert "Putselaan" in " ".join(part.extract_text() for part in PdfReader(io.BytesIO(pdf)).pages)
    log = [each["what"] for each in web.get(f"/cases/{case['id']}/access-log").json["items"]]
    assert log.count("geheim adres") == 1
    assert "geheim adres" not in web.get(f"/cases/{case['id']}/access-log", "ib_regenboog").text


def test_another_liaison_of_the_school_is_not_shown_it(web: Web, world: World, told: Told, case: dict[str, Any]) -> None:
    visited(told, world, case, "team", starts_at=world.clock.now())
    assert address(web, case) is None
    assert address(web, case, "team") is None


def test_who_cannot_see_an_address_can_hide_one_but_not_uncover_or_replace_it(web: Web) -> None:
    case = opened(web, guardians=[guardian_values(address=ADDRESS)])
    path = PATH.format(case=case)
    hidden = web.patch(path, {"address_secret": True}, "ib_regenboog")
    assert hidden.status_code == 200
    assert hidden.json["address"] is None
    for sent in ({"address_secret": False}, {"address": None}, {"address": ADDRESS}):
        assert web.patch(path, sent, "ib_regenboog").status_code == 422
    assert web.patch(path, {"first_name": "Elise"}, "ib_regenboog").json["first_name"] == "Elise"


def test_a_liaison_who_is_not_shown_it_writes_it_anew_and_uncovers_nothing(web: Web, world: World, case: dict[str, Any]) -> None:
    path, rows = PATH.format(case=case), "select street, secret from addresses"
    refused = web.patch(path, {"address_secret": False})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["address_secret"])
    assert web.patch(path, {"first_name": "Elise"}).status_code == 200
    assert world.rows(rows) == [{"street": "Putselaan", "secret": True}]
    assert web.patch(path, {"address": ADDRESS | {"street": "Dorpsstraat"}}).json["address"] is None
    assert world.rows(rows) == [{"street": "Dorpsstraat", "secret": True}]
    opened_up = web.patch(path, {"address": ADDRESS, "address_secret": False})
    assert opened_up.json["address"]["street"] == "Putselaan"
    assert web.patch(path, {"address": None}).json["address"] is None
