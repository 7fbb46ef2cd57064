"""The record for whoever asks for it: whole for staff as far as they may read, and for a guardian never another's data."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from services.cases.usecases import dossiers
from shared.ids import new_id
from shared.pagination import PageRequest
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import ADDRESS, opened
from tests.integration.cases.test_consents import consent
from tests.integration.cases.test_events import Told
from tests.integration.cases.test_partnership import agreement, expectation

STORY = "Aylin vertelt thuis niets over school."


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    """Mother with custody, father without; each with something of their own."""
    mother = guardian_values(address=ADDRESS, custody="yes")
    father = guardian_values(first_name="Murat", email="murat@voorbeeld.example", phone="+31687654321", custody="no")
    made = opened(web, guardians=[mother, father])
    path = f"/cases/{made['id']}"
    web.put(f"{path}/story", {"text": STORY})
    web.post(f"{path}/strengths", {"of": "child", "text": "Tekent prachtig."})
    web.post(f"{path}/strengths", {"of": "school", "text": "Alleen voor ons.", "readers": ["school", "liaison", "team"]})
    expectation(web, made["id"])
    agreement(web, made["id"])
    for number, purpose in enumerate(("Overleg met het wijkteam", "Foto op school")):
        web.post(f"{path}/consents", consent(made, given_by=made["guardians"][number]["id"], purpose=purpose))
    return made


def export(web: Web, case: dict[str, Any], key: str = "liaison", guardian: int | None = None, **headers: str) -> Any:
    asked = f"?for={case['guardians'][guardian]['id']}" if guardian is not None else ""
    return web.get(f"/cases/{case['id']}/export{asked}", key, headers=headers)


def test_staff_get_what_they_may_read(web: Web, case: dict[str, Any]) -> None:
    whole = export(web, case).json
    assert whole["case"]["story"]["text"] == STORY
    assert [each["email"] for each in whole["guardians"]] == ["elif@voorbeeld.example", "murat@voorbeeld.example"]
    assert len(whole["timeline"]) == len(web.get(f"/cases/{case['id']}/timeline?limit=200").json["items"])
    assert STORY not in export(web, case, "ib_regenboog").text


def test_a_guardian_gets_the_record_without_the_other(web: Web, case: dict[str, Any]) -> None:
    answer = export(web, case, guardian=0)
    mine = answer.json
    assert (mine["guardians"][0]["email"], mine["guardians"][0]["address"]["street"]) == ("elif@voorbeeld.example", "Putselaan")
    assert mine["guardians"][1] == {"name": "Murat Yılmaz", "relation": "moeder"}
    assert mine["case"]["story"]["text"] == STORY
    assert [each["purpose"] for each in mine["consents"]] == ["Overleg met het wijkteam"]
    assert not any(word in answer.text for word in ("murat@", "687654321", "Foto op school", "Alleen voor ons."))


def test_when_somebody_visits_the_other_guardian_is_not_told(web: Web, world: World, case: dict[str, Any]) -> None:
    told, who = Told(world), world.who("liaison")
    known = dossiers.read_case(world.service, who, UUID(case["id"]), PageRequest(20)).case
    visits = []
    for number, guardian in enumerate(known.guardians):
        people = [{"person_id": guardian.id, "response": "awaiting"}]
        starts_at = world.clock.now() + timedelta(days=2 + number)
        visits.append(told.appointment("invited", known, participants=people, starts_at=starts_at))
        told.appointment("cancelled", known, participants=people, status="cancelled", appointment_id=visits[-1]["appointment_id"])
    told.database.dispose()
    own, other = (str(each["appointment_id"]) for each in visits)
    whole, mine = export(web, case).text, export(web, case, guardian=0).text
    assert (own in whole, other in whole) == (True, True)
    assert (own in mine, other in mine) == (True, False)
    assert visits[1]["starts_at"].strftime("%Y-%m-%dT%H") not in mine


def test_without_custody_it_is_their_own_data_alone(web: Web, case: dict[str, Any]) -> None:
    answer = export(web, case, guardian=1)
    assert answer.json["guardians"][1]["email"] == "murat@voorbeeld.example"
    assert [each["purpose"] for each in answer.json["consents"]] == ["Foto op school"]
    assert answer.json["expectations"] == answer.json["agreements"] == answer.json["timeline"] == []
    assert not any(word in answer.text for word in (STORY, "Aylin", "Tekent", "elif@", "Putselaan", "stil in de klas"))


@pytest.mark.parametrize("guardian", [None, 0, 1])
def test_the_document_says_the_same(web: Web, case: dict[str, Any], guardian: int | None) -> None:
    answer = export(web, case, guardian=guardian, Accept="application/pdf")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    read = PdfReader(io.BytesIO(answer.data))
    text = " ".join(page.extract_text() for page in read.pages).replace("\n", " ")
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]  # tagged, for screen readers
    assert ("vertelt thuis niets" in text) == (guardian != 1)
    assert ("murat@voorbeeld.example" in text) == (guardian != 0)
    assert ("Alleen voor ons." in text) == (guardian is None)


def test_what_people_typed_is_no_markup_and_every_look_is_logged(web: Web) -> None:
    evil = '#read("/etc/passwd") *vet* $x$ <a> @ref `'
    made = opened(web, reason=evil)
    answer = export(web, made, Accept="application/pdf")
    assert answer.status_code == 200
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert '#read("/etc/passwd")' in text.replace("“", '"').replace("”", '"')
    assert "root:" not in text
    assert web.get(f"/cases/{made['id']}/access-log").json["items"][0]["what"] == "export"


def test_nobody_elses_case_and_nobody_elses_guardian(web: Web, case: dict[str, Any]) -> None:
    assert export(web, case, "ib_klimop").status_code == 404
    assert export(web, case, "beheer").status_code == 403
    stranger = web.get(f"/cases/{case['id']}/export?for={new_id()}")
    assert (stranger.status_code, list(stranger.json["errors"])) == (422, ["for"])
    assert json.loads(web.get(f"/cases/{case['id']}/export?for=x").text)["status"] == 422
