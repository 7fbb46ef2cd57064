"""Who else is involved and how the child sees it: for the readers that were chosen, everywhere that they might turn up."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from shared.ids import new_id
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened

OFFICER = {"part": "bridge_officer", "name": "Sjoerd Brugman", "organisation": "Stichting De Brug", "phone": "010 1234567"}
HEARD = {"heard_on": "2026-11-20", "form": "drawing", "text": "Ik wil naast Lina zitten."}
SECRETS = ("Sjoerd Brugman", "Ik wil naast Lina zitten.")


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return opened(web, guardians=[guardian_values(), guardian_values(first_name="Murat")])


def add(web: Web, case: dict[str, Any], key: str = "liaison", readers: list[str] | None = None) -> tuple[Any, Any]:
    more = {"readers": readers} if readers else {}
    path = f"/cases/{case['id']}"
    return web.post(f"{path}/involved", OFFICER | more, key), web.post(f"{path}/child-views", HEARD | more, key)


def shown(web: Web, case: dict[str, Any], key: str) -> str:
    """Everything that somebody can get at."""
    path, page = f"/cases/{case['id']}", f"/cases/dossiers/{case['id']}"
    api = [
        web.get(f"{path}{tail}", key).text for tail in ("", "/involved", "/child-views", "/timeline", "/export", "/access-log")
    ]
    browser = web.browser(key)
    pages = [browser.get(f"{page}{tail}").text for tail in ("", "/betrokkenen", "/kind", "/tijdlijn", "/inzage")]
    pdf = PdfReader(io.BytesIO(browser.get(f"{page}/document").data))
    return " ".join([*api, *pages, *(each.extract_text() for each in pdf.pages)])


@pytest.mark.parametrize(
    ("readers", "seeing"),
    [
        (None, {"liaison"}),
        (["liaison", "team"], {"liaison", "team"}),
        (["school", "liaison", "team"], {"liaison", "team", "ib_regenboog"}),
    ],
)
def test_it_is_shown_to_its_readers_and_nowhere_to_others(
    web: Web, world: World, case: dict[str, Any], readers: list[str] | None, seeing: set[str]
) -> None:
    answers = add(web, case, readers=readers)
    assert [each.status_code for each in answers] == [201, 201]
    for key in ("liaison", "team", "ib_regenboog"):
        found = shown(web, case, key)
        assert {secret in found for secret in SECRETS} == {key in seeing}, key
        told = (
            "child_heard" in found,
            "involved_added" in found,
            "betrokkene" in web.get(f"/cases/{case['id']}/access-log", key).text,
        )
        assert (told[0], told[1]) == (key in seeing, key in seeing), key
    assert not any(secret in json.dumps(world.told()) for secret in SECRETS)


def test_a_school_writes_for_itself_and_the_alliance_and_not_for_the_parents(web: Web, case: dict[str, Any]) -> None:
    answers = add(web, case, "ib_regenboog")
    assert [each.json["readers"] for each in answers] == [["school", "liaison", "team"]] * 2
    wrong = add(web, case, "ib_regenboog", ["liaison"])
    assert [(each.status_code, list(each.json["errors"])) for each in wrong] == [(422, ["readers"])] * 2


def test_parents_are_given_what_is_theirs_to_read(web: Web, case: dict[str, Any]) -> None:
    own = case["guardians"][0]["id"]
    add(web, case, readers=["liaison"])
    export = f"/cases/{case['id']}/export?for={own}"
    assert not any(secret in web.get(export).text for secret in SECRETS)
    add(web, case, readers=["parents", "liaison"])
    found = web.get(export).json
    assert [len(found[name]) for name in ("involved", "child_views")] == [1, 1]


def test_somebody_involved_is_changed_and_leaves(web: Web, case: dict[str, Any]) -> None:
    made, _heard = add(web, case)
    path = f"/cases/{case['id']}/involved/{made.json['id']}"
    changed = web.patch(path, {"until": "2026-11-22", "phone": None}, headers={"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json["until"], changed.json["phone"]) == (200, "2026-11-22", None)
    assert web.patch(path, {"name": "Anders"}, headers={"If-Match": made.headers["ETag"]}).status_code == 412
    assert web.patch(path, {"since": "2026-12-22"}).json["errors"].keys() == {"until"}
    assert web.patch(path, {"readers": ["liaison"]}).status_code == 422
    assert web.patch(path, {"name": "x"}, "ib_regenboog").status_code == 404
    assert "niet meer betrokken" in web.browser("liaison").get(f"/cases/dossiers/{case['id']}/betrokkenen").text


@pytest.mark.parametrize(
    ("tail", "sent", "field"),
    [
        ("involved", OFFICER | {"part": "friend"}, "part"),
        ("involved", OFFICER | {"part": "other"}, "part_name"),
        ("involved", OFFICER | {"name": " "}, "name"),
        ("involved", OFFICER | {"email": "geen"}, "email"),
        ("child-views", HEARD | {"text": ""}, "text"),
        ("child-views", HEARD | {"form": "dance"}, "form"),
        ("child-views", HEARD | {"heard_on": "2026-11-24"}, "heard_on"),
        ("child-views", HEARD | {"readers": ["parents"]}, "readers"),
    ],
)
def test_what_is_wrong_is_said_by_field(web: Web, case: dict[str, Any], tail: str, sent: Any, field: str) -> None:
    answer = web.post(f"/cases/{case['id']}/{tail}", sent)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_each_time_that_a_child_is_heard_is_kept(web: Web, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}/child-views"
    web.post(path, HEARD)
    web.post(path, HEARD | {"heard_on": "2026-11-23", "text": "Nu gaat het.", "heard_by": "Juf Marieke", "form": "cards"})
    found = [(each["heard_by"], each["form"], each["text"]) for each in web.get(path).json["items"]]
    assert found == [("Juf Marieke", "cards", "Nu gaat het."), ("Liaison", "drawing", "Ik wil naast Lina zitten.")]


def test_a_coaching_case_has_no_child_to_hear(web: Web) -> None:
    made = opened(web, child=None, guardians=[])
    assert web.post(f"/cases/{made['id']}/child-views", HEARD).status_code == 409
    assert web.browser("liaison").get(f"/cases/dossiers/{made['id']}/kind").status_code == 200


@pytest.mark.parametrize(("tail", "sent"), [("involved", OFFICER), ("child-views", HEARD)])
def test_another_school_finds_nothing(web: Web, case: dict[str, Any], tail: str, sent: Any) -> None:
    for key in (case["id"], new_id()):
        assert web.get(f"/cases/{key}/{tail}", "ib_klimop").status_code == 404
        assert web.post(f"/cases/{key}/{tail}", sent, "ib_klimop").status_code == 404
    assert web.get(f"/cases/{case['id']}/{tail}", "coordinator").status_code == 403


def test_through_the_pages(web: Web, case: dict[str, Any]) -> None:
    browser, dossier = web.browser("liaison"), f"/cases/dossiers/{case['id']}"
    page = f"{dossier}/betrokkenen"
    assert page in browser.get(dossier).text
    assert browser.post(page, OFFICER | {"readers": "liaison", "since": "01-09-2026"}).status_code == 303
    wrong = browser.post(page, OFFICER | {"readers": "liaison", "name": "", "organisation": "Dit blijft staan"})
    assert (wrong.status_code, "Dit blijft staan" in wrong.text) == (422, True)
    (one,) = web.get(f"/cases/{case['id']}/involved").json["items"]
    changed = OFFICER | {"phone": "", "until": "01-11-2026", "since": "01-09-2026", "version": "1"}
    assert browser.post(f"{page}/{one['id']}", changed).status_code == 303
    assert browser.post(f"{page}/{one['id']}", changed).status_code == 412
    child = f"{dossier}/kind"
    sent = HEARD | {"heard_on": "20-11-2026", "heard_by": "Samira", "readers": "shared"}
    assert browser.post(child, sent).status_code == 303
    assert "Ik wil naast Lina zitten." in web.browser("ib_regenboog").get(dossier).text
    assert browser.get(f"{page}/{new_id()}").status_code == 404
