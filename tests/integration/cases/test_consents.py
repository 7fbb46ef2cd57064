"""Consent and information: narrow, of one guardian, withdrawn from then on, and never rewritten."""

from __future__ import annotations

from typing import Any

import pytest

from shared.ids import new_id
from tests.integration.cases.support import Web, World
from tests.integration.cases.test_api import opened


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return opened(web)


def consent(case: dict[str, Any], **more: Any) -> dict[str, Any]:
    given = {"given_by": case["guardians"][0]["id"], "purpose": "Overleg met het wijkteam", "scope": "Alleen de wens om hulp."}
    return given | {"given_on": "2026-11-20"} | more


def informed(case: dict[str, Any], **more: Any) -> dict[str, Any]:
    told = {"guardian_id": case["guardians"][0]["id"], "on": "2026-11-20", "way": "talk", "about": "Wat wij bewaren."}
    return told | more


def test_a_consent_is_withdrawn_from_then_on_and_stays_readable(web: Web, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}/consents"
    made = web.post(path, consent(case), "ib_regenboog")
    assert made.status_code == 201
    assert made.json["withdrawn_at"] is None
    one = f"{path}/{made.json['id']}"
    assert web.call("DELETE", one).json["withdrawn_by_name"] == "Liaison"
    assert web.call("DELETE", one).status_code == 409
    (found,) = web.get(path).json["items"]
    assert (found["purpose"], found["withdrawn_at"]) == ("Overleg met het wijkteam", "2026-11-23T09:00:00+00:00")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"given_by": str(new_id())}, "given_by"),
        ({"given_by": "parents"}, "given_by"),
        ({"purpose": ""}, "purpose"),
        ({"scope": None}, "scope"),
        ({"given_on": "2026-11-24"}, "given_on"),
    ],
)
def test_a_wrong_consent_is_refused_by_field(
    web: Web, world: World, case: dict[str, Any], more: dict[str, Any], field: str
) -> None:
    answer = web.post(f"/cases/{case['id']}/consents", consent(case, **more))
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert world.rows("select * from consents") == []


def test_that_parents_were_told_is_kept_with_when_how_and_by_whom(web: Web, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}/informed"
    assert web.post(path, informed(case), "team").status_code == 201
    (found,) = web.get(path, "ib_regenboog").json["items"]
    assert (found["way"], found["on"], found["written_by_name"]) == ("talk", "2026-11-20", "Team")
    assert web.post(path, informed(case, way="gerucht")).status_code == 422


def test_another_school_finds_nothing(web: Web, case: dict[str, Any]) -> None:
    made = web.post(f"/cases/{case['id']}/consents", consent(case)).json
    for method, path, body in (
        ("GET", "consents", None),
        ("POST", "consents", consent(case)),
        ("DELETE", f"consents/{made['id']}", None),
        ("GET", "informed", None),
        ("POST", "informed", informed(case)),
    ):
        assert web.call(method, f"/cases/{case['id']}/{path}", "ib_klimop", json=body).status_code == 404
    assert web.call("DELETE", f"/cases/{opened(web)['id']}/consents/{made['id']}").status_code == 404


def test_through_the_page(web: Web, case: dict[str, Any]) -> None:
    browser, page = web.browser("liaison"), f"/cases/dossiers/{case['id']}/toestemming"
    assert browser.post(page, consent(case, given_on="20-11-2026")).status_code == 303
    assert browser.post(f"/cases/dossiers/{case['id']}/geinformeerd", informed(case), page).status_code == 303
    made = web.get(f"/cases/{case['id']}/consents").json["items"][0]["id"]
    assert "Overleg met het wijkteam" in browser.get(page).text
    assert browser.post(f"{page}/{made}/intrekken", {}, page).status_code == 303
    assert "ingetrokken op" in browser.get(page).text
    wrong = browser.post(page, consent(case, purpose="", scope="Dit blijft staan."))
    assert wrong.status_code == 422
    assert "Dit blijft staan." in wrong.text
    assert "Elif Yılmaz gaf toestemming" in browser.get(f"/cases/dossiers/{case['id']}").text
