"""A guardian's e-mail address is changed: what was opened by way of the old one is closed, and who reads it is told."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_parents import FATHER, Parent, agreement, asked, parent

OLD, NEW = "elif@voorbeeld.example", "elif.nieuw@voorbeeld.example"


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return opened(web, guardians=[guardian_values(), FATHER])


@pytest.fixture
def mother(web: Web, case: dict[str, Any]) -> Parent:
    agreement(web, case)
    return parent(web, case["guardians"][0]["id"])


def change(web: Web, case: dict[str, Any], values: dict[str, Any], key: str = "ib_regenboog") -> None:
    answer = web.patch(f"/cases/{case['id']}/guardians/{case['guardians'][0]['id']}", values, key)
    assert answer.status_code == 200, answer.text
    web.world.clock.advance(timedelta(seconds=1))


def told(world: World) -> list[dict[str, Any]]:
    return [each["data"] for each in world.told("cases.person.readdressed")]


def test_the_old_address_travels_to_who_mails_and_the_new_one_does_not_go_along(
    web: Web,
    world: World,
    case: dict[str, Any],
) -> None:
    change(web, case, {"email": NEW})
    (event,) = world.told("cases.person.readdressed")
    known = event["data"]
    assert (known["former_email"], known["person_id"], known["case_id"]) == (OLD, case["guardians"][0]["id"], case["id"])
    assert known["host_id"] == str(world.users["liaison"])
    assert NEW not in json.dumps(event)
    assert event["subject"] == f"readdressed/{known['change_id']}"


@pytest.mark.parametrize("values", [{"email": OLD.upper()}, {"phone": "06 87654321"}, {"language": "ar"}, {"email": OLD}])
def test_who_keeps_their_mailbox_is_told_nothing(
    web: Web,
    world: World,
    case: dict[str, Any],
    mother: Parent,
    values: dict[str, Any],
) -> None:
    mother.enters()
    change(web, case, values)
    assert told(world) == []
    assert "De juf" in mother.get().text


def test_each_address_that_is_left_is_told_once_and_a_first_one_leaves_none(
    web: Web,
    world: World,
    case: dict[str, Any],
) -> None:
    change(web, case, {"email": NEW})
    change(web, case, {"email": None, "channel": "phone"})
    change(web, case, {"email": OLD})
    change(web, case, {"first_name": "Elise"})
    assert [each["former_email"] for each in told(world)] == [OLD, NEW]
    assert len({each["change_id"] for each in told(world)}) == 2


def test_the_form_of_the_page_tells_it_too(web: Web, world: World, case: dict[str, Any]) -> None:
    form = {"first_name": "Elif", "last_name": "Yılmaz", "relation": "moeder", "language": "tr", "custody": "unknown"}
    form |= {"channel": "email", "email": NEW, "phone": "06 12345678"}
    path = f"/cases/dossiers/{case['id']}/ouders/{case['guardians'][0]['id']}"
    assert web.browser("ib_regenboog").post(path, form).status_code == 303
    assert [each["former_email"] for each in told(world)] == [OLD]


def test_an_open_page_is_closed_and_another_parents_stays_open(
    web: Web,
    case: dict[str, Any],
    mother: Parent,
) -> None:
    mother.enters()
    father = parent(web, case["guardians"][1]["id"]).enters()
    change(web, case, {"email": NEW})
    assert "De juf" not in mother.get().text
    assert mother.post("wensen", text="Voetbal").status_code == 401
    assert "De juf" in father.get().text
    mother.enters()
    assert "De juf" in mother.get().text, "the link alone tells nothing; a code of today goes to the address of today"


def test_a_code_that_went_to_the_old_address_opens_nothing(
    web: Web,
    case: dict[str, Any],
    mother: Parent,
) -> None:
    code = mother.code()
    change(web, case, {"email": NEW})
    assert mother.post("binnen", code=code).status_code == 422
    change(web, case, {"email": OLD})
    assert mother.post("binnen", code=code).status_code == 422
    assert mother.post("binnen", code=mother.code()).status_code == 303


def test_what_was_asked_at_the_old_address_may_be_asked_again_at_once(
    web: Web,
    case: dict[str, Any],
    mother: Parent,
) -> None:
    before = len(asked(web))
    agreement(web, case, "Wij lezen samen.")
    assert len(asked(web)) == before
    change(web, case, {"email": NEW})
    agreement(web, case, "Wij rekenen samen.")
    assert [each["person_id"] for each in asked(web)[before:]] == [case["guardians"][0]["id"]]
