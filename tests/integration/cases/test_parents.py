"""The parents' own page: what opens it, what each guardian sees on it, and what they do there, against the real database."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened

SCHOOL, LIAISON = "ib_regenboog", "liaison"
FATHER = guardian_values(first_name="Kemal", relation="vader", email="kemal@voorbeeld.example", language="nl") | {
    "address": {"street": "Dorpsstraat", "house_number": "1", "postcode": "3011 AB", "city": "Rotterdam"}
}
WITHOUT_CUSTODY = guardian_values(first_name="Oom", relation="anders", email="oom@voorbeeld.example", custody="no")


@dataclass
class Parent:
    """A guardian in a browser of their own, with the link that their mail had."""

    web: Web
    token: str
    browser: FlaskClient

    @property
    def path(self) -> str:
        return f"/cases/ouders/{self.token}"

    def get(self) -> Any:
        return self.browser.get(self.path)

    def post(self, tail: str, **values: str) -> Any:
        return self.browser.post(f"{self.path}/{tail}", data=values)

    def code(self) -> str:
        """Asks for one, and reads it in the mail's event."""
        assert self.post("code").status_code == 200
        return str(self.web.world.told("cases.code.requested")[-1]["data"]["code"])

    def enters(self) -> Parent:
        assert self.post("binnen", code=self.code()).status_code == 303
        return self


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return opened(web, guardians=[guardian_values(), FATHER, WITHOUT_CUSTODY])


def agreement(web: Web, case: dict[str, Any], what: str = "De juf belt op vrijdag.") -> dict[str, Any]:
    new = {"what": what, "who": "school", "review_on": "2026-12-18"}
    return dict(web.post(f"/cases/{case['id']}/agreements", new, SCHOOL).json)


def asked(web: Web) -> list[dict[str, Any]]:
    return [each["data"] for each in web.world.told("cases.parents.asked")]


def parent(web: Web, person_id: str) -> Parent:
    """Whoever was asked something last, with that link."""
    token = next(each["token"] for each in reversed(asked(web)) if each["person_id"] == person_id)
    return Parent(web, token, web.app.test_client())


@pytest.fixture
def mother(web: Web, case: dict[str, Any]) -> Parent:
    agreement(web, case)
    return parent(web, case["guardians"][0]["id"])


@pytest.fixture
def father(web: Web, case: dict[str, Any], mother: Parent) -> Parent:
    return parent(web, case["guardians"][1]["id"])


def test_a_proposal_asks_each_parent_with_a_say_once(web: Web, case: dict[str, Any]) -> None:
    agreement(web, case)
    agreement(web, case, "Wij lezen samen.")
    told = asked(web)
    assert [each["what"] for each in told] == ["agreement_to_support"] * 2
    assert [each["person_id"] for each in told] == [each["id"] for each in case["guardians"][:2]]
    assert "De juf" not in json.dumps(told)


def test_the_link_alone_shows_nothing_and_changes_nothing(web: Web, mother: Parent, father: Parent) -> None:
    before = web.world.rows("select count(*) from outbox")
    for _ in range(2):
        page = mother.get()
        assert page.status_code == 200
        for hidden in ("Aylin", "De juf", "Elif", "Kemal", "Regenboog"):
            assert not re.search(rf"\b{hidden}\b", page.text), "a link holds random letters, but no such word"
    assert web.world.rows("select count(*) from outbox") == before
    assert mother.browser.get(mother.path + "x").status_code == 404
    assert page.headers["Cache-Control"] == "no-store"


def test_a_code_opens_the_page_once_and_in_this_browser_only(web: Web, mother: Parent) -> None:
    code = mother.code()
    assert mother.post("binnen", code=f" {code[:3]} {code[3:]}").status_code == 303
    assert "De juf belt op vrijdag." in mother.get().text
    other = replace(mother, browser=web.app.test_client())
    assert other.post("binnen", code=code).status_code == 422
    assert "De juf" not in other.get().text
    assert mother.post("uit").status_code == 303
    assert "De juf" not in mother.get().text


def test_nobody_guesses_a_code(web: Web, mother: Parent) -> None:
    code = mother.code()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert [mother.post("binnen", code=wrong).status_code for _ in range(5)] == [422] * 5
    assert mother.post("binnen", code=code).status_code == 422
    assert [mother.post("code").status_code for _ in range(5)] == [200] * 4 + [429]
    assert len(web.world.told("cases.code.requested")) == 5


def test_a_code_and_a_visit_end(web: Web, mother: Parent) -> None:
    code = mother.code()
    web.world.clock.advance(timedelta(minutes=16))
    assert mother.post("binnen", code=code).status_code == 422
    mother.enters()
    web.world.clock.advance(timedelta(minutes=61))
    assert "De juf" not in mother.get().text
    assert mother.post("wensen", text="Voetbal").status_code == 401
    web.world.clock.advance(timedelta(days=31))
    assert mother.get().status_code == 410
    assert mother.post("code").status_code == 410


def test_the_cookie_of_one_opens_nothing_of_another(web: Web, mother: Parent, father: Parent) -> None:
    mother.enters()
    assert "De juf" not in replace(father, browser=mother.browser).get().text
    other = opened(web, guardians=[guardian_values(first_name="Fatma")])
    found = agreement(web, other, "Iets van een ander gezin.")
    assert mother.post(f"afspraken/{found['id']}", endorses="yes", version="1").status_code == 404
    expectation = web.post(f"/cases/{other['id']}/expectations", {"direction": "school_to_parents", "text": "x"}, SCHOOL).json
    assert mother.post(f"verwachtingen/{expectation['id']}", answer="yes").status_code == 404
    assert web.get(f"/agreements/{found['id']}").json["endorsements"] == []


def test_parents_speak_for_themselves_and_do_not_hear_each_other(
    web: Web, case: dict[str, Any], mother: Parent, father: Parent
) -> None:
    made = web.get(f"/cases/{case['id']}/agreements").json["items"][0]
    assert mother.enters().post(f"afspraken/{made['id']}", endorses="no", note="Vrijdag werk ik.", version="1").status_code == 303
    found = web.get(f"/agreements/{made['id']}").json
    assert (found["status"], found["endorsements"][0]["written_by_name"]) == ("disputed", "Elif Yılmaz")
    assert "Vrijdag werk ik." in mother.get().text
    assert "Vrijdag werk ik." not in father.enters().get().text
    stance = {"by": "parents", "endorses": True, "note": None}
    assert web.post(f"/agreements/{made['id']}/endorsements", stance).json["status"] == "disputed"
    assert mother.post(f"afspraken/{made['id']}", endorses="yes", version="1").status_code == 303
    school = {"by": "school", "endorses": True, "note": None}
    assert web.post(f"/agreements/{made['id']}/endorsements", school, SCHOOL).json["status"] == "active"
    export = web.get(f"/cases/{case['id']}/export?for={case['guardians'][1]['id']}").text
    assert "Vrijdag werk ik." not in export


def test_a_version_that_was_not_read_is_not_agreed_to(web: Web, case: dict[str, Any], mother: Parent) -> None:
    made = web.get(f"/cases/{case['id']}/agreements").json["items"][0]
    mother.enters()
    words = {"what": "De juf mailt.", "review_on": "2027-01-15", "reason": "Bellen lukte niet."}
    web.post(f"/agreements/{made['id']}/revisions", words)
    again = mother.post(f"afspraken/{made['id']}", endorses="no", note="Mijn woorden.", version="1")
    assert again.status_code == 412
    assert "Mijn woorden." in again.text
    assert "De juf mailt." in again.text


def test_they_add_to_their_own_and_choose_who_reads_it(web: Web, case: dict[str, Any], mother: Parent) -> None:
    mother.enters()
    for tail, text, more in (
        ("wensen", "Alleen voor Samira.", {}),
        ("wensen", "Ook voor de school.", {"shared": "yes"}),
        ("verhaal", "Wij zijn verhuisd.", {}),
        ("verwachtingen", "Bel ons eerder.", {}),
    ):
        assert mother.post(tail, text=text, **more).status_code == 303
    school, liaison = web.get(f"/cases/{case['id']}", SCHOOL).text, web.get(f"/cases/{case['id']}").text
    assert "Ook voor de school." in school
    assert "Bel ons eerder." in web.get(f"/cases/{case['id']}/expectations", SCHOOL).text
    for hidden in ("Alleen voor Samira.", "Wij zijn verhuisd."):
        assert hidden not in school
        assert hidden in liaison
    assert mother.post("wensen", text="").status_code == 422


def test_reports_are_put_to_parents_checked_and_then_only_added_to(
    web: Web, case: dict[str, Any], mother: Parent, father: Parent
) -> None:
    new = {
        "talk_on": "2026-11-20",
        "held_by": "Samira",
        "text": "Wij spraken over lezen.",
        "readers": ["parents", "school", "liaison", "team"],
    }
    made = web.post(f"/cases/{case['id']}/reports", new).json
    assert (made["status"], made["held_by"]) == ("draft", "Samira")
    mother.enters()
    father.enters()
    assert "Wij spraken over lezen." not in mother.get().text
    path = f"/reports/{made['id']}"
    assert web.post(f"{path}/presentation", {}).json["status"] == "with_parents"
    assert [each["what"] for each in asked(web)[-2:]] == ["report_to_check"] * 2
    assert web.call("PUT", path, json=new).status_code == 409
    assert mother.post(f"verslagen/{made['id']}", approves="no").status_code == 422
    assert mother.post(f"verslagen/{made['id']}", approves="no", remarks="Het ging over rekenen.").status_code == 303
    assert web.get(path).json["status"] == "with_parents"
    assert "Het ging over rekenen." not in father.get().text
    assert father.post(f"verslagen/{made['id']}", approves="yes").status_code == 303
    found = web.get(path).json
    assert (found["status"], [each["approves"] for each in found["reactions"]]) == ("final", [False, True])
    assert web.post(f"{path}/addenda", {"text": "Ook over rekenen."}).status_code == 201
    assert "Ook over rekenen." in mother.get().text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"talk_on": "2027-01-01"}, "talk_on"),
        ({"held_by": "00000000-0000-0000-0000-000000000009"}, "held_by"),
        ({"readers": ["parents"]}, "readers"),
        ({"readers": []}, "readers"),
        ({"appointment_id": "00000000-0000-0000-0000-000000000009"}, "appointment_id"),
        ({"text": ""}, "text"),
    ],
)
def test_a_wrong_report_is_refused_by_field(web: Web, case: dict[str, Any], change: dict[str, Any], field: str) -> None:
    new = {"talk_on": "2026-11-20", "held_by": "Samira", "text": "x", "readers": ["liaison"]}
    refused = web.post(f"/cases/{case['id']}/reports", new | change)
    assert refused.status_code == 422
    assert field in refused.json["errors"]
    assert web.get(f"/cases/{case['id']}/reports").json["items"] == []


def test_a_report_is_its_readers_alone(web: Web, case: dict[str, Any]) -> None:
    new = {"talk_on": "2026-11-20", "held_by": "Samira", "text": "Aan de keukentafel.", "readers": ["parents", "liaison"]}
    made = web.post(f"/cases/{case['id']}/reports", new).json
    assert web.get(f"/reports/{made['id']}", SCHOOL).status_code == 404
    assert web.post(f"/reports/{made['id']}/addenda", {"text": "x"}, SCHOOL).status_code == 404
    assert "keukentafel" not in web.get(f"/cases/{case['id']}/reports", SCHOOL).text
    reaction = {"by": "parents", "approves": True}
    assert web.post(f"/reports/{made['id']}/reactions", reaction, SCHOOL).status_code == 403


def test_the_policies_alone_keep_a_guardian_in_their_own_case(
    web: Web, world: World, case: dict[str, Any], mother: Parent
) -> None:
    """Whatever a use case may forget: as this guardian, the database shows one case, and of guardians only themselves."""
    from services.cases.persistence.tables import addresses, cases, guardians, stories
    from services.cases.usecases.visits import _scope

    opened(web, guardians=[guardian_values(first_name="Fatma")])
    web.call("PUT", f"/cases/{case['id']}/story", json={"text": "Ons verhaal.", "shared_with_school": False})
    own = case["guardians"][0]["id"]
    scope = _scope(world.schools["regenboog"], own)
    with world.service.database.transaction(scope) as session:
        import sqlalchemy as sa

        assert [str(each) for each in session.execute(sa.select(cases.c.id)).scalars()] == [case["id"]]
        assert [str(each) for each in session.execute(sa.select(guardians.c.id)).scalars()] == [own]
        assert session.execute(sa.select(sa.func.count()).select_from(stories)).scalar() == 1
        assert session.execute(sa.select(sa.func.count()).select_from(addresses)).scalar() == 0


def test_every_table_of_a_case_has_the_wall_of_the_parents(world: World) -> None:
    """A table that is added later and forgets it turns this red."""
    of_cases = {
        row["table_name"]
        for row in world.rows(
            "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'case_id'"
        )
    }
    walled = {row["tablename"] for row in world.rows("select tablename from pg_policies where permissive = 'RESTRICTIVE'")}
    # Shut to them by what their policies ask for: the system, or who asked for the access.
    closed_to_parents = {"erasures", "emergency_accesses"}
    assert of_cases - walled - closed_to_parents == set()


def test_looking_in_is_logged_in_the_parents_name(web: Web, case: dict[str, Any], mother: Parent) -> None:
    mother.enters().get()
    page = web.browser(SCHOOL).get(f"/cases/dossiers/{case['id']}/inzage").text
    assert "las de eigen pagina" in page
    assert "ouder of verzorger, met een code uit de eigen mail" in page
    found = [each for each in web.get(f"/cases/{case['id']}/access-log").json["items"] if each["role"] == "parent"]
    assert {each["user_name"] for each in found} == {"Elif Yılmaz"}


def test_what_is_closed_is_read_and_not_changed(web: Web, case: dict[str, Any], mother: Parent) -> None:
    mother.enters()
    moved = web.post(f"/cases/{case['id']}/phase", {"to": "closed", "reason": "Verhuisd."})
    assert moved.status_code == 200
    assert [each["what"] for each in asked(web)[-2:]] == ["case_closed"] * 2
    assert mother.get().status_code == 200
    assert mother.post("wensen", text="Voetbal").status_code == 409


def test_who_loses_their_say_loses_their_link(web: Web, case: dict[str, Any], mother: Parent) -> None:
    mother.enters()
    changed = web.call("PATCH", f"/cases/{case['id']}/guardians/{case['guardians'][0]['id']}", json={"custody": "no"})
    assert changed.status_code == 200, changed.text
    assert mother.get().status_code == 404


def test_staff_ask_again_and_see_who_came(web: Web, case: dict[str, Any], mother: Parent) -> None:
    path = f"/cases/{case['id']}/asks"
    assert web.post(path, {"what": "agreement_to_support"}).json["items"] == []
    mother.enters()
    made = web.post(path, {"what": "evaluation_request", "answer_before": "2026-12-01"}, SCHOOL).json["items"]
    assert len(made) == 2
    found = web.get(path).json["items"]
    assert {each["opened_at"] is not None for each in found if each["what"] == "agreement_to_support"} == {True, False}
    for wrong, field in (
        ({"what": "case_closed"}, "what"),
        ({"what": "evaluation_request", "guardian_ids": [case["guardians"][2]["id"]]}, "guardian_ids"),
        ({"what": "evaluation_request", "answer_before": "2026-01-01"}, "answer_before"),
    ):
        refused = web.post(path, wrong)
        assert refused.status_code == 422
        assert field in refused.json["errors"]


def test_through_the_pages_a_report_is_written_put_to_the_parents_and_added_to(web: Web, case: dict[str, Any]) -> None:
    liaison, path = web.browser(LIAISON), f"/cases/dossiers/{case['id']}/verslagen"
    words = {"talk_on": "2026-11-20", "held_by": "Samira", "text": "Wij spraken over lezen.", "readers": "shared"}
    wrong = liaison.post(f"{path}/nieuw", words | {"talk_on": "2027-01-01"})
    assert wrong.status_code == 422
    assert "Wij spraken over lezen." in wrong.text
    assert liaison.post(f"{path}/nieuw", words).status_code == 303
    (made,) = web.get(f"/cases/{case['id']}/reports").json["items"]
    at = f"/cases/verslagen/{made['id']}"
    assert liaison.post(f"{at}/wijzigen", words | {"text": "Wij spraken over rekenen.", "version": "1"}).status_code == 303
    stale = liaison.post(f"{at}/wijzigen", words | {"text": "Ook getypt.", "version": "1"})
    assert stale.status_code == 412
    assert "Ook getypt." in stale.text
    assert liaison.post(f"{at}/voorleggen", {"version": "2"}, page=at).status_code == 303
    assert "ligt bij de ouders" in liaison.get(path).text
    said = {"approves": "false", "remarks": "Het was gezellig.", "version": "3"}
    assert liaison.post(f"{at}/reactie", said, page=at).status_code == 303
    assert liaison.post(f"{at}/aanvulling", {"addendum": "Ook over gym.", "version": "4"}, page=at).status_code == 303
    page = web.browser(SCHOOL).get(at).text
    for text in ("Wij spraken over rekenen.", "Het was gezellig.", "Ook over gym."):
        assert text in page
    assert web.browser("ib_klimop").get(at).status_code == 404


def test_through_the_pages_parents_are_asked_and_staff_see_who_came(web: Web, case: dict[str, Any]) -> None:
    school, path = web.browser(SCHOOL), f"/cases/dossiers/{case['id']}/vragen"
    assert school.post(path, {"what": ""}).status_code == 422
    assert school.post(path, {"what": "evaluation_request", "answer_before": "2026-12-01"}).status_code == 303
    page = school.get(path).text
    assert page.count("nog niet gekeken") == 2
    assert "Elif Yılmaz" in page


def test_a_page_with_much_on_it_costs_no_more_queries(web: Web, case: dict[str, Any], mother: Parent) -> None:
    mother.enters()
    costs = []
    for _ in range(2):
        with web.queries() as found:
            assert mother.get().status_code == 200
        costs.append(len(found))
        for number in range(3):
            agreement(web, case, f"Afspraak {number}")
            new = {"talk_on": "2026-11-20", "held_by": "Samira", "text": "x", "readers": ["parents", "liaison"]}
            made = web.post(f"/cases/{case['id']}/reports", new).json
            web.post(f"/reports/{made['id']}/presentation", {})
    # Six to know who it is and to keep that they looked, and one for each of the twelve kinds of things on the page.
    assert costs[0] == costs[1] <= 18


def test_a_parents_export_holds_the_reports_that_they_read_and_not_what_the_other_said(
    web: Web, case: dict[str, Any], mother: Parent, father: Parent
) -> None:
    new = {"talk_on": "2026-11-20", "held_by": "Samira", "text": "Wij spraken over lezen.", "readers": ["parents", "liaison"]}
    made = web.post(f"/cases/{case['id']}/reports", new).json
    web.post(f"/cases/{case['id']}/reports", new | {"text": "Nog een concept."})
    inside = new | {"text": "Alleen voor ons.", "readers": ["school", "liaison", "team"]}
    hidden = web.post(f"/cases/{case['id']}/reports", inside).json
    web.post(f"/reports/{hidden['id']}/presentation", {})
    web.post(f"/reports/{made['id']}/presentation", {})
    mother.enters().post(f"verslagen/{made['id']}", approves="no", remarks="Het ging over rekenen.")
    for number, said in ((0, ["Het ging over rekenen."]), (1, []), (2, None)):
        given = web.get(f"/cases/{case['id']}/export?for={case['guardians'][number]['id']}").json["reports"]
        assert [each["text"] for each in given] == (["Wij spraken over lezen."] if said is not None else [])
        assert [one["remarks"] for each in given for one in each["reactions"]] == (said or [])
    pdf = web.get(f"/cases/{case['id']}/export", headers={"Accept": "application/pdf"})
    words = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf.data)).pages)
    for text in ("Wij spraken over lezen.", "Nog een concept.", "Het ging over rekenen."):
        assert text in words
