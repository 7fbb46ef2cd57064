"""Whether an appointment needs an interpreter: by who comes, or because somebody says so of this one."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.integration.scheduling.conftest import Caller, Office
from tests.integration.scheduling.test_agenda import TOLK, needs_interpreter, posted
from tests.integration.scheduling.test_appointments import visit
from tests.statements import statements

WEEK = "/scheduling/agenda?week=2026-W49"


def said(answer: Any) -> tuple[bool, bool]:
    assert answer.status_code in (200, 201), answer.json
    return answer.json["interpreter_needed"], answer.json["interpreter_arranged"]


def test_every_answer_tells_who_needs_one(office: Office, samira: Caller) -> None:
    needs_interpreter(office)
    made = samira("POST", "/appointments", visit())
    here = f"/appointments/{made.json['id']}"
    assert said(made) == said(samira("GET", here)) == (True, False)
    assert samira("GET", "/appointments").json["items"][0]["interpreter_needed"] is True
    assert said(samira("PATCH", here, {"duration_minutes": 30})) == (True, False)
    assert said(samira("PUT", f"{here}/interpreter", TOLK)) == (True, True)
    assert said(samira("POST", f"{here}/cancel", {"reason": "Ziek"})) == (True, True)


@pytest.mark.parametrize("needed", [True, False])
def test_who_plans_says_at_once_whether_one_is_needed(office: Office, samira: Caller, needed: bool) -> None:
    if not needed:
        needs_interpreter(office)
    made = samira("POST", "/appointments", visit(interpreter_needed=needed))
    assert said(made) == said(samira("GET", f"/appointments/{made.json['id']}")) == (needed, False)
    assert said(samira("POST", "/appointments", visit(starts_at="2026-12-03T10:00:00+01:00"))) == (not needed, False)
    wrong = samira("POST", "/appointments", visit(interpreter_needed="misschien"))
    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["interpreter_needed"])


def test_the_liaison_says_it_of_one_appointment_and_the_next_has_its_own(office: Office, samira: Caller) -> None:
    made, other = (samira("POST", "/appointments", visit(starts_at=f"2026-12-0{day}T10:00:00+01:00")) for day in (2, 3))
    here = f"/appointments/{made.json['id']}"
    assert said(made) == (False, False)
    needed = samira("PUT", f"{here}/interpreter", {"needed": True}, If_Match='"1"')
    assert said(needed) == (True, False)
    assert (needed.headers["ETag"], needed.json["sequence"]) == ('"2"', 0)
    assert said(samira("PUT", f"{here}/interpreter", TOLK)) == (True, True)
    moved = samira("PATCH", here, {"starts_at": "2026-12-04T10:00:00+01:00"})
    assert said(moved) == (True, False), "whoever was asked for the time before has to be asked anew"
    assert said(samira("GET", f"/appointments/{other.json['id']}")) == (False, False)
    happened = office.rows("select what from history where what like 'interpreter%' order by at, id")
    assert happened == [("interpreter_needed",), ("interpreter_arranged",)]


def test_who_speaks_the_language_herself_needs_none(office: Office, samira: Caller) -> None:
    needs_interpreter(office)
    here = f"/appointments/{samira('POST', '/appointments', visit()).json['id']}"
    samira("PUT", f"{here}/interpreter", TOLK)
    none = samira("PUT", f"{here}/interpreter", {"needed": False})
    assert said(none) == (False, False)
    assert none.json["interpreter_note"] is None
    assert said(samira("PUT", f"{here}/interpreter", {"needed": False})) == (False, False)
    assert samira("GET", here).json["version"] == none.json["version"], "the same again is nothing new"
    assert said(samira("PUT", f"{here}/interpreter", TOLK)) == (True, True), "who comes is needed"


@pytest.mark.parametrize("body", [{"needed": False, "arranged": True}, {"needed": None}, {"needed": "ja"}, {"note": "x"}])
def test_what_cannot_be_is_refused_by_name(samira: Caller, body: dict[str, Any]) -> None:
    here = f"/appointments/{samira('POST', '/appointments', visit()).json['id']}"
    answer = samira("PUT", f"{here}/interpreter", body)
    assert answer.status_code == 422
    assert answer.json["errors"].keys() <= {"arranged", "needed"}
    assert samira("GET", here).json["version"] == 1


def test_what_was_cancelled_needs_nobody(samira: Caller) -> None:
    here = f"/appointments/{samira('POST', '/appointments', visit()).json['id']}"
    samira("POST", f"{here}/cancel", {"reason": "Ziek"})
    assert samira("PUT", f"{here}/interpreter", {"needed": True}).status_code == 409


def test_it_is_said_on_the_page_and_seen_in_the_agenda(samira: Caller, pages: FlaskClient) -> None:
    here = f"/scheduling/afspraken/{samira('POST', '/appointments', visit()).json['id']}"
    assert "Is er een tolk nodig?" in pages.get(here).text
    assert "nog regelen" not in pages.get(WEEK).text
    assert posted(pages, here, f"{here}/tolk", needed="true").status_code == 303
    page = pages.get(here).text
    assert "Tolk Turks nog regelen" in page
    assert "Is er een tolk nodig?" not in page
    assert "tolk Turks nog regelen" in pages.get(WEEK).text
    assert posted(pages, here, f"{here}/tolk", needed="false").status_code == 303
    assert "Er is geen tolk nodig" in pages.get(here).text
    assert "nog regelen" not in pages.get(WEEK).text


def test_a_list_asks_once_for_all(office: Office, samira: Caller) -> None:
    samira("POST", "/appointments", visit())
    with statements(office.service.database) as few:
        samira("GET", "/appointments")
    for day in range(3, 9):
        samira("POST", "/appointments", visit(starts_at=f"2026-12-{day:02}T10:00:00+01:00"))
    with statements(office.service.database) as many:
        assert len(samira("GET", "/appointments").json["items"]) == 7
    assert len(many) == len(few)
