"""Two guardians of one child: whatever one of them does, the other's page does not change by a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.cases.persistence.agreement_tables import endorsements, expectations
from services.cases.persistence.tables import access_log, statements, timeline
from services.cases.usecases.visits import _scope
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_parents import FATHER, LIAISON, SCHOOL, Parent, agreement, parent

EVERYBODY = ["parents", "school", "liaison", "team"]
REPORT = {"talk_on": "2026-11-20", "held_by": "Samira", "text": "Wij spraken.", "readers": EVERYBODY}


@dataclass
class Family:
    """A mother and a father, each on their own page, and something to say of everything that there is to say something of."""

    web: Web
    case: dict[str, Any]
    parents: list[Parent]
    agreement_id: str
    expectation_id: str
    report_id: str

    @classmethod
    def of(cls, web: Web) -> Family:
        case = opened(web, guardians=[guardian_values(), FATHER])
        path = f"/cases/{case['id']}"
        made = agreement(web, case)
        web.post(f"/agreements/{made['id']}/endorsements", {"by": "school", "endorses": True}, SCHOOL)
        expected = web.post(f"{path}/expectations", {"direction": "school_to_parents", "text": "Samen lezen."}, SCHOOL).json
        report = web.post(f"{path}/reports", REPORT).json
        web.post(f"/reports/{report['id']}/presentation", {})
        parents = [parent(web, each["id"]).enters() for each in case["guardians"]]
        return cls(web, case, parents, made["id"], expected["id"], report["id"])

    def guardian_id(self, number: int) -> str:
        return str(self.case["guardians"][number]["id"])

    def given(self, number: int) -> dict[str, Any]:
        """What staff would give this guardian of the record; that a report is final is no secret."""
        found: dict[str, Any] = self.web.get(f"/cases/{self.case['id']}/export?for={self.guardian_id(number)}").json
        for report in found["reports"]:
            report.pop("status"), report.pop("finished_at")
        return found


Act = Callable[[Family, Parent, str], Any]
ACTS: dict[str, Act] = {
    "agrees": lambda it, who, _: who.post(f"afspraken/{it.agreement_id}", endorses="yes", version="1"),
    "dissents": lambda it, who, word: who.post(f"afspraken/{it.agreement_id}", endorses="no", version="1", note=word),
    "looks back": lambda it, who, word: who.post(f"afspraken/{it.agreement_id}/terugkijken", answer="no", note=word),
    "evaluates": lambda it, who, word: who.post(f"verwachtingen/{it.expectation_id}", answer="partly", note=word),
    "expects": lambda _, who, word: who.post("verwachtingen", text=word),
    "wishes": lambda _, who, word: who.post("wensen", text=word, shared="yes"),
    "tells": lambda _, who, word: who.post("verhaal", text=word),
    "approves": lambda it, who, _: who.post(f"verslagen/{it.report_id}", approves="yes"),
    "rates": lambda _, who, word: who.post("tevredenheid", grade="3", heard="no", clear="no", helped="no", remark=word),
    "remarks": lambda it, who, word: who.post(f"verslagen/{it.report_id}", approves="no", remarks=word),
}


@pytest.mark.slow
@pytest.mark.timeout(300)
@settings(max_examples=5, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from(sorted(ACTS))), min_size=2, max_size=5))
def test_no_sequence_of_what_one_does_shows_the_other_anything(web: Web, acts: list[tuple[int, str]]) -> None:
    it = Family.of(web)
    for step, (number, name) in enumerate(acts):
        other = 1 - number
        before, given = it.parents[other].get().text, it.given(other)
        assert ACTS[name](it, it.parents[number], f"Woorden {step}.").status_code in (303, 409)
        it.parents[number].get()  # which says once that it was kept
        assert it.parents[other].get().text == before, name
        assert it.given(other) == given, name
    for number, who in enumerate(it.parents):
        log = who.browser.get(f"{who.path}/inzage").text
        assert ("Elif Yılmaz" in log, "Kemal Yılmaz" in log) == (number == 0, number == 1)
    said = web.world.rows("select written_by, guardian_id from endorsements where guardian_id is not null")
    assert all(each["written_by"] == each["guardian_id"] for each in said)


def test_the_policies_alone_keep_guardians_apart(web: Web, world: World) -> None:
    """Whatever a use case may forget: as one guardian, the database holds nothing that the other wrote or did."""
    it = Family.of(web)
    for name in ("dissents", "expects", "wishes", "tells"):
        ACTS[name](it, it.parents[0], "Alleen van mij.")
    for number, there in ((0, True), (1, False)):
        with world.service.database.transaction(_scope(world.schools["regenboog"], UUID(it.guardian_id(number)))) as session:
            for table, column in ((statements, "text"), (expectations, "text"), (endorsements, "note")):
                found = session.execute(sa.select(sa.func.count()).where(table.c[column] == "Alleen van mij.")).scalar_one()
                assert bool(found) is there, table.name
            mother = UUID(it.guardian_id(0))
            for table, column in ((access_log, "user_id"), (timeline, "actor_id")):
                found = session.execute(sa.select(sa.func.count()).where(table.c[column] == mother)).scalar_one()
                assert bool(found) is there, table.name


def test_staff_read_what_a_parent_added_and_who_does_not(web: Web) -> None:
    it = Family.of(web)
    ACTS["tells"](it, it.parents[0], "Wij zijn verhuisd.")
    case = web.get(f"/cases/{it.case['id']}").json
    assert [(each["text"], each["guardian_id"]) for each in case["additions"]] == [("Wij zijn verhuisd.", it.guardian_id(0))]
    page = web.browser(LIAISON).get(f"/cases/dossiers/{it.case['id']}").text
    assert "Elif Yılmaz, op de eigen pagina" in page
    assert "Andere ouders lezen dit niet." in page
    assert "Wij zijn verhuisd." not in web.browser(SCHOOL).get(f"/cases/dossiers/{it.case['id']}").text


def test_a_parent_sees_who_looked_and_why_that_was_allowed(web: Web) -> None:
    it = Family.of(web)
    web.browser(LIAISON).get(f"/cases/dossiers/{it.case['id']}")
    mother = it.parents[0]
    page = mother.browser.get(f"{mother.path}/inzage?taal=nl").text
    assert "las het dossier" in page
    assert "ouderfunctionaris van deze school" in page
    stranger = web.app.test_client().get(f"{mother.path}/inzage")
    assert stranger.status_code == 200
    assert "las het dossier" not in stranger.text


def test_a_parent_withdraws_their_own_consent_and_no_other(web: Web) -> None:
    it = Family.of(web)
    path = f"/cases/{it.case['id']}/consents"
    new = {"purpose": "Overleg met het wijkteam", "scope": "Wat er thuis speelt.", "given_on": "2026-11-20"}
    made = web.post(path, new | {"given_by": it.guardian_id(0)}).json
    mother, father = it.parents
    assert "Overleg met het wijkteam" in mother.get().text
    assert "Overleg met het wijkteam" not in father.get().text
    assert father.post(f"toestemming/{made['id']}/intrekken").status_code == 404
    assert mother.post(f"toestemming/{made['id']}/intrekken").status_code == 303
    assert mother.post(f"toestemming/{made['id']}/intrekken").status_code == 409
    (found,) = web.get(path).json["items"]
    assert found["withdrawn_by_name"] == "Elif Yılmaz"
