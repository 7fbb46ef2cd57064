"""Who may do what through the API, and what everybody else is told: nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shared.identity import TokenIssuer, new_private_key
from shared.ids import new_id
from tests.integration.cases.support import API, Web, World, body, guardian_values
from tests.integration.cases.test_api import opened


def test_a_school_that_is_not_yours_is_as_unknown_as_one_that_is_not_there(web: Web, world: World) -> None:
    foreign = web.post("/cases", body(world.schools["klimop"]), "ib_regenboog")
    unknown = web.post("/cases", body(new_id()), "ib_regenboog")
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.data == unknown.data


ON_A_CASE: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("PATCH", "", {"reason": "x"}),
    ("POST", "/phase", {"to": "getting_acquainted", "reason": "x"}),
    ("GET", "/timeline", None),
    ("GET", "/access-log", None),
    ("GET", "/story", None),
    ("GET", "/story/versions", None),
    ("PUT", "/story", {"text": "x"}),
    ("POST", "/wishes", {"text": "x"}),
    ("POST", "/strengths", {"text": "x", "of": "child"}),
    ("POST", "/goals", {"text": "x"}),
    ("POST", "/guardians", guardian_values()),
    ("PATCH", "/guardians/{guardian}", {"first_name": "x"}),
]


@pytest.mark.parametrize(("method", "path", "sent"), ON_A_CASE)
def test_another_schools_case_answers_as_one_that_is_not_there(web: Web, method: str, path: str, sent: Any) -> None:
    case = opened(web)
    path = path.format(guardian=case["guardians"][0]["id"])
    answers = [web.call(method, f"/cases/{each}{path}", "liaison_klimop", json=sent) for each in (case["id"], new_id())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert {name for name, _ in answers[0].headers} == {name for name, _ in answers[1].headers}


def test_a_case_behind_the_other_wall_costs_no_other_work_than_none(web: Web) -> None:
    case = opened(web)
    statements = []
    for each in (case["id"], new_id()):
        with web.queries() as found:
            web.get(f"/cases/{each}", "liaison_klimop")
        statements.append(found)
    assert statements[0] == statements[1]


@pytest.mark.parametrize("key", ["coordinator", "beheer"])
@pytest.mark.parametrize(("method", "path", "sent"), [*ON_A_CASE, ("LIST", "", None), ("OPEN", "", None)])
def test_figures_and_administration_read_no_dossiers(web: Web, key: str, method: str, path: str, sent: Any) -> None:
    if method == "LIST":
        answer = web.get("/cases", key)
    elif method == "OPEN":
        answer = web.post("/cases", body(web.world.schools["regenboog"]), key)
    else:
        case = opened(web)
        answer = web.call(method, f"/cases/{case['id']}{path.format(guardian=case['guardians'][0]['id'])}", key, json=sent)
    assert answer.status_code == 403
    assert "Aylin" not in answer.text


@pytest.mark.parametrize("key", ["ib_regenboog", "team"])
@pytest.mark.parametrize(("method", "path", "sent"), [("PUT", "/story", {"text": "x"}), ("POST", "/wishes", {"text": "x"})])
def test_what_parents_tell_is_written_down_by_the_liaison_alone(web: Web, key: str, method: str, path: str, sent: Any) -> None:
    assert web.call(method, f"/cases/{opened(web)['id']}{path}", key, json=sent).status_code == 403


def test_without_a_token_or_with_a_false_or_old_one_nothing_opens(web: Web, world: World) -> None:
    case = opened(web)
    who = world.who("liaison")
    forged = TokenIssuer(new_private_key()).issue(who)
    old = web.token("liaison", expires_at=world.clock.now() - timedelta(seconds=1))
    genuine = web.token("liaison")
    unsigned = ".".join([*genuine.split(".")[:2], ""])
    for token in ("", "x", "a.b.c", forged, old, unsigned, genuine[:-4] + "AAAA"):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = web.app.test_client().get(f"{API}/cases/{case['id']}", headers=headers)
        assert answer.status_code == 401, token
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_cookie_alone_changes_nothing_through_the_api(web: Web, world: World) -> None:
    client = web.app.test_client()
    client.set_cookie("session", web.token("ib_regenboog"))
    assert client.post(f"{API}/cases", json=body(world.schools["regenboog"])).status_code == 401


def test_a_school_sees_its_own_cases_and_only_those(web: Web, world: World) -> None:
    own = opened(web)["id"]
    web.post("/cases", body(world.schools["klimop"]), "ib_klimop")
    for key, expected in {"ib_regenboog": 1, "liaison": 1, "team": 2}.items():
        items = web.get("/cases", key).json["items"]
        assert len(items) == expected
        assert own in {each["id"] for each in items}
