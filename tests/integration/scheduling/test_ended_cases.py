"""A case ends: what parents could still choose ends with it, and what was planned stays, as of a case that is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from tests.integration.scheduling.conftest import BOTH, CASE_K, CASE_R, KASIA, MEHMET, Caller, Office, browser
from tests.integration.scheduling.test_appointments import at_klimop, visit
from tests.integration.scheduling.test_choices import SECOND, ends, links, offer, press, told

CLOSED = "scheduling.choice.closed.v1"
SAID = "Het dossier is afgerond, en deze afspraak staat nog"


def test_what_was_offered_is_withdrawn_and_told_once(office: Office, samira: Caller, pages: FlaskClient) -> None:
    made = samira("POST", "/choices", offer()).json
    other = samira("POST", "/choices", offer(case_id=str(CASE_K), participant_ids=[str(KASIA)])).json
    for _ in range(2):
        ends(office, CASE_R)
    assert samira("GET", f"/choices/{made['id']}").json["status"] == "withdrawn"
    assert [each["id"] for each in samira("GET", "/choices").json["items"]] == [other["id"]]
    assert [each["choice_id"] for each in told(office, CLOSED)] == [made["id"]]
    assert "Mehmet" not in pages.get("/scheduling/afspraken/keuzes").text
    assert "Deze tijden gelden niet meer." in office.app.test_client().get(links(office)[str(MEHMET)]).text


def test_another_phase_withdraws_nothing(office: Office, samira: Caller) -> None:
    samira("POST", "/choices", offer())
    ends(office, CASE_R, phase="evaluating")
    assert len(samira("GET", "/choices").json["items"]) == 1
    assert told(office, CLOSED) == []


def test_what_was_picked_or_is_over_stays_so(office: Office, samira: Caller) -> None:
    picked = samira("POST", "/choices", offer()).json
    press(office, links(office)[str(MEHMET)], SECOND)
    over = samira("POST", "/choices", offer(slots=["2026-12-04T09:00:00+01:00", "2026-12-05T09:00:00+01:00"])).json
    office.clock.advance(timedelta(days=8))
    before = told(office, CLOSED)
    ends(office, CASE_R)
    later = office.client("liaison", BOTH)
    assert [later("GET", f"/choices/{each['id']}").json["status"] for each in (picked, over)] == ["picked", "expired"]
    assert told(office, CLOSED) == before


def at_once(steps: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=each) for each in steps]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)


def test_what_is_offered_while_it_ends_is_refused_or_withdrawn(office: Office, samira: Caller) -> None:
    answers: list[int] = []
    at_once([lambda: answers.append(samira("POST", "/choices", offer()).status_code), lambda: ends(office, CASE_R)])
    assert answers in ([201], [409])
    assert samira("GET", "/choices").json["items"] == []
    assert len(told(office, CLOSED)) == int(answers == [201])


def test_who_picks_while_it_ends_has_the_time_or_has_it_not(office: Office, samira: Caller) -> None:
    made = samira("POST", "/choices", offer()).json
    father, answers = links(office)[str(MEHMET)], list[int]()
    steps: list[Callable[[], object]] = [
        lambda: answers.append(press(office, father, SECOND).status_code),
        lambda: ends(office, CASE_R),
    ]
    at_once(steps)
    status = samira("GET", f"/choices/{made['id']}").json["status"]
    assert (answers, status) in (([200], "picked"), ([409], "withdrawn"))
    assert office.rows("select count(*) from appointments") == [(int(status == "picked"),)]
    assert len(told(office, CLOSED)) == 1


def test_an_appointment_stays_and_everybody_who_plans_sees_that_its_case_is_closed(
    office: Office, samira: Caller, pages: FlaskClient
) -> None:
    made = samira("POST", "/appointments", visit()).json
    other = samira("POST", "/appointments", at_klimop(starts_at="2026-12-01T16:00:00+01:00")).json
    assert made["case_ended"] is False
    agenda = (
        "/scheduling/vandaag?dag=2026-12-01",
        "/scheduling/agenda?week=2026-W49",
        "/scheduling/agenda/maand?maand=2026-12",
        "/scheduling/agenda/lijst?vanaf=2026-11-30",
    )
    assert not any("dossier afgerond" in pages.get(path).text for path in agenda)
    ends(office, CASE_R)
    found = samira("GET", "/appointments?from=2026-11-30T00:00:00Z").json["items"]
    assert {each["id"]: (each["status"], each["case_ended"]) for each in found} == {
        made["id"]: ("invited", True),
        other["id"]: ("invited", False),
    }
    for path in agenda[:2] + agenda[3:]:
        assert pages.get(path).text.count("dossier afgerond") == 1, path
    assert SAID in pages.get(f"/scheduling/afspraken/{made['id']}").text
    assert SAID not in pages.get(f"/scheduling/afspraken/{other['id']}").text
    cancelled = samira("POST", f"/appointments/{made['id']}/cancel", {"reason": "Wij zijn klaar."})
    assert cancelled.json["status"] == "cancelled"
    assert SAID not in pages.get(f"/scheduling/afspraken/{made['id']}").text
    assert "dossier afgerond" not in pages.get(agenda[1]).text


def test_a_farewell_that_was_held_is_no_longer_asked_about(office: Office, samira: Caller, pages: FlaskClient) -> None:
    made = samira("POST", "/appointments", visit()).json
    ends(office, CASE_R)
    office.clock.advance(timedelta(days=9))
    later = office.client("liaison", BOTH)
    assert SAID not in browser(office, later).get(f"/scheduling/afspraken/{made['id']}").text
    assert later("POST", f"/appointments/{made['id']}/outcome", {"outcome": "held"}).json["status"] == "held"
