"""How parents, school and child look back: who says what, who reads it, and what the office sees of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from services.cases.persistence.satisfaction import SatisfactionAnswers
from shared.tenancy import Scope
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_erasure import ask as ask_erasure
from tests.integration.cases.test_erasure import close, holding, work_off
from tests.integration.cases.test_parents import FATHER, LIAISON, SCHOOL, Parent, parent

GIVEN = {"grade": "8", "heard": "yes", "clear": "partly", "helped": "no", "remark": "Fijn dat u luistert."}
SAID: dict[str, Any] = GIVEN | {"grade": 8}
CHILD = {"of": "child", "enjoys": "yes", "heard": "no", "helped": "partly", "remark": "Ik wil voetballen."}


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return opened(web, guardians=[guardian_values(), FATHER])


@pytest.fixture
def mother(web: Web, case: dict[str, Any]) -> Parent:
    web.post(f"/cases/{case['id']}/asks", {"what": "satisfaction_request"})
    return parent(web, case["guardians"][0]["id"]).enters()


def found(web: Web, case: dict[str, Any], key: str) -> list[dict[str, Any]]:
    return list(web.get(f"/cases/{case['id']}/satisfaction", key).json["items"])


def test_a_parent_says_it_on_their_own_page_for_the_liaison_alone(web: Web, case: dict[str, Any], mother: Parent) -> None:
    page = mother.browser.get(f"{mother.path}?taal=nl").text
    assert page.index("Luisteren wij goed naar u?") < page.index("Wat wij afspreken")
    half = mother.post("tevredenheid", grade="8", remark="Half.")
    assert half.status_code == 422
    assert "Half." in half.text
    assert mother.post("tevredenheid", **GIVEN).status_code == 303
    (mine,) = found(web, case, LIAISON)
    assert {name: mine[name] for name in SAID} == SAID
    assert (mine["moment"], mine["guardian_id"]) == ("midway", case["guardians"][0]["id"])
    assert found(web, case, SCHOOL) == found(web, case, "team") == []
    assert "Fijn dat u luistert." not in web.get(f"/cases/{case['id']}/export", SCHOOL).text
    assert mother.post("tevredenheid", **GIVEN).status_code == 409


def test_the_other_parent_reads_nothing_of_it_and_says_it_too(web: Web, case: dict[str, Any], mother: Parent) -> None:
    father = parent(web, case["guardians"][1]["id"]).enters()
    mother.post("tevredenheid", **GIVEN, shared="yes")
    assert "Fijn dat u luistert." not in father.get().text
    assert father.post("tevredenheid", **(GIVEN | {"remark": "Te laat."})).status_code == 303
    assert [each["remark"] for each in found(web, case, LIAISON)] == ["Fijn dat u luistert.", "Te laat."]
    assert [each["remark"] for each in found(web, case, SCHOOL)] == ["Fijn dat u luistert."]
    for number, said in enumerate(("Fijn dat u luistert.", "Te laat.")):
        given = web.get(f"/cases/{case['id']}/export?for={case['guardians'][number]['id']}").json["satisfaction"]
        assert [each["remark"] for each in given] == [said]


def test_the_school_and_the_child_are_heard_each_once_a_moment(web: Web, world: World, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}/satisfaction"
    assert web.post(path, SAID | {"of": "school"}, SCHOOL).status_code == 201
    assert web.post(path, SAID | {"of": "school"}, SCHOOL).status_code == 409
    assert web.post(path, CHILD, SCHOOL).json["readers"] == ["school", "liaison", "team"]
    assert web.post(path, CHILD).status_code == 409
    world.clock.set(world.clock.now() + timedelta(days=150))
    assert web.post(path, CHILD).json["moment"] == "closing"
    timeline = web.get(f"/cases/{case['id']}/timeline").json["items"]
    assert [each["data"]["of"] for each in timeline if each["kind"] == "satisfaction_given"] == ["child", "child", "school"]


@pytest.mark.parametrize(
    ("key", "sent", "status", "field"),
    [
        (LIAISON, SAID | {"of": "school"}, 403, None),
        (SCHOOL, SAID | {"of": "parents"}, 403, None),
        ("team", SAID | {"of": "school"}, 403, None),
        (LIAISON, SAID | {"of": "parents"}, 422, "guardian_id"),
        (SCHOOL, SAID | {"of": "school", "grade": 11}, 422, "grade"),
        (SCHOOL, SAID | {"of": "school", "readers": ["parents", "liaison"]}, 422, "readers"),
        (SCHOOL, CHILD | {"enjoys": None}, 422, "enjoys"),
    ],
)
def test_what_is_not_theirs_or_not_right_is_refused(
    web: Web, case: dict[str, Any], key: str, sent: dict[str, Any], status: int, field: str | None
) -> None:
    refused = web.post(f"/cases/{case['id']}/satisfaction", sent, key)
    assert refused.status_code == status
    assert field is None or field in refused.json["errors"]
    assert found(web, case, LIAISON) == []


def test_the_pages_ask_the_child_with_faces_and_write_down_what_a_parent_told(web: Web, case: dict[str, Any]) -> None:
    liaison, school = web.browser(LIAISON), web.browser(SCHOOL)
    path = f"/cases/dossiers/{case['id']}/tevredenheid"
    form = liaison.get(f"{path}/kind").text
    assert form.count('type="radio" name="enjoys"') == 3
    assert "Niet goed" in form
    child = {name: value for name, value in CHILD.items() if name != "of"} | {"readers": "school_and_liaison"}
    assert liaison.post(f"{path}/kind", child).status_code == 303
    told = GIVEN | {"guardian_id": case["guardians"][0]["id"], "readers": "parents_and_liaison"}
    assert liaison.post(f"{path}/ouders", GIVEN).status_code == 422
    assert liaison.post(f"{path}/ouders", told).status_code == 303
    assert school.post(f"{path}/school", GIVEN | {"readers": "shared"}).status_code == 303
    page = liaison.get(path).text
    for text in ("Ik wil voetballen.", "verteld door Elif Yılmaz", "De school, halverwege"):
        assert text in page
    assert "verteld door" not in school.get(path).text
    assert school.get(f"{path}/ouders").status_code == liaison.get(f"{path}/school").status_code == 404


def test_half_way_it_waits_for_school_and_liaison_and_no_longer_when_done(web: Web, world: World, case: dict[str, Any]) -> None:
    web.post(f"/cases/{case['id']}/phase", {"to": "agreeing", "reason": "Wij zijn zover."})
    path, kinds = f"/cases/dossiers/{case['id']}", ("Vraag de ouders hoe het", "Vraag het kind hoe het gaat.")
    assert not any(kind in web.browser(LIAISON).get(path).text for kind in kinds)
    world.clock.set(world.clock.now() + timedelta(days=100))
    assert all(kind in web.browser(LIAISON).get(path).text for kind in kinds)
    assert "Hoe gaat de samenwerking volgens u?" in web.browser(SCHOOL).get("/cases/").text
    assert web.browser(LIAISON).post(f"{path}/tevredenheid/vragen", page=f"{path}/tevredenheid").status_code == 303
    web.post(f"/cases/{case['id']}/satisfaction", CHILD)
    web.post(f"/cases/{case['id']}/satisfaction", SAID | {"of": "school"}, SCHOOL)
    assert not any(kind in web.browser(LIAISON).get(path).text for kind in kinds)
    assert "Hoe gaat de samenwerking volgens u?" not in web.browser(SCHOOL).get("/cases/").text


def test_the_office_sees_figures_and_no_words(web: Web, world: World, case: dict[str, Any], mother: Parent) -> None:
    mother.post("tevredenheid", **GIVEN)
    web.post(f"/cases/{case['id']}/satisfaction", CHILD)
    office = Scope(frozenset(), "figures", world.users["coordinator"])
    days = (date(2026, 1, 1), date(2027, 12, 31))
    with world.service.database.transaction(office) as session:
        child, parents = SatisfactionAnswers(session).figures(*days)
    assert (parents.of, parents.answers, parents.grade) == ("parents", 1, 8.0)
    assert parents.said["clear"] == {"yes": 0, "partly": 1, "no": 0}
    assert (child.of, child.grade, child.said["enjoys"]["yes"]) == ("child", None, 1)
    for scope in (world.who(LIAISON).scope, world.who(SCHOOL).scope):
        with world.service.database.transaction(scope) as session:
            assert SatisfactionAnswers(session).figures(*days) == []


def test_after_the_end_parents_look_back_and_all_of_it_is_erased_with_the_case(
    web: Web, world: World, case: dict[str, Any], mother: Parent
) -> None:
    close(web, case)
    assert mother.post("tevredenheid", **GIVEN).status_code == 303
    (said,) = found(web, case, LIAISON)
    assert said["moment"] == "closing"
    assert {"satisfaction", "satisfaction_scores"} <= holding(world, case["school_id"])
    ask_erasure(web, case)
    work_off(world)
    assert not {"satisfaction", "satisfaction_scores"} & holding(world, case["school_id"])
