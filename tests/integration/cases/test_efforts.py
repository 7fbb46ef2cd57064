"""Time and coaching: added to, never changed; who writes whose, and who reads what."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.cases.support import Web, World
from tests.integration.cases.test_api import opened

ENTRY = {"by": "school", "minutes": 45, "on": "2026-11-20", "for": "Gesprek op school"}
COACHING = {"with": "parents", "topic": "Hoe begin je een moeilijk gesprek?", "on": "2026-11-20", "minutes": 30}


@pytest.fixture
def case(web: Web) -> str:
    return str(opened(web)["id"])


def test_each_side_writes_its_own_time_and_the_liaison_everybodys(web: Web, case: str) -> None:
    made = web.post(f"/cases/{case}/time-entries", ENTRY, "ib_regenboog")
    assert made.status_code == 201
    assert made.json | ENTRY == made.json
    assert web.post(f"/cases/{case}/time-entries", ENTRY | {"by": "parents"}).status_code == 201
    refused = web.post(f"/cases/{case}/time-entries", ENTRY | {"by": "parents"}, "ib_regenboog")
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["by"])
    assert [each["by"] for each in web.get(f"/cases/{case}/time-entries", "ib_regenboog").json["items"]] == ["parents", "school"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": "45"}, "minutes"),
        ({"on": "2026-11-24"}, "on"),
        ({"on": "gisteren"}, "on"),
        ({"for": ""}, "for"),
        ({"by": "buurman"}, "by"),
    ],
)
def test_wrong_time_is_refused_by_field(web: Web, world: World, case: str, more: dict[str, Any], field: str) -> None:
    answer = web.post(f"/cases/{case}/time-entries", ENTRY | more)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert world.rows("select * from time_entries") == []


def test_what_parents_were_coached_in_is_not_the_schools(web: Web, case: str) -> None:
    assert web.post(f"/cases/{case}/coaching", COACHING).status_code == 201
    assert web.post(f"/cases/{case}/coaching", COACHING | {"with": "school", "topic": "Luisteren"}, "team").status_code == 201
    assert web.post(f"/cases/{case}/coaching", COACHING, "ib_regenboog").status_code == 403
    assert [each["topic"] for each in web.get(f"/cases/{case}/coaching", "ib_regenboog").json["items"]] == ["Luisteren"]
    assert len(web.get(f"/cases/{case}/coaching", "team").json["items"]) == 2
    page = web.browser("ib_regenboog").get(f"/cases/dossiers/{case}/tijd").text
    assert COACHING["topic"] not in page
    assert len(web.get(f"/cases/{case}/timeline", "ib_regenboog").json["items"]) == 2


def test_another_school_reads_and_writes_none(web: Web, case: str) -> None:
    for tail, body in (("time-entries", ENTRY), ("coaching", COACHING)):
        assert web.get(f"/cases/{case}/{tail}", "ib_klimop").status_code == 404
        assert web.post(f"/cases/{case}/{tail}", body, "liaison_klimop").status_code == 404 or tail == "time-entries"
    assert web.post(f"/cases/{case}/time-entries", ENTRY, "ib_klimop").status_code == 404


def test_the_page_takes_both_and_the_dossier_shows_the_sum(web: Web, case: str) -> None:
    browser, page = web.browser("liaison"), f"/cases/dossiers/{case}/tijd"
    sent = {"by": "parents", "minutes": "90", "on": "20-11-2026", "for": "Samen lezen"}
    assert browser.post(page, sent).status_code == 303
    assert browser.post(f"/cases/dossiers/{case}/coaching", COACHING, page).status_code == 303
    assert "1 uur en 30 minuten" in browser.get(f"/cases/dossiers/{case}").text
    wrong = browser.post(page, sent | {"minutes": "veel"})
    assert wrong.status_code == 422
    assert "Samen lezen" in wrong.text
