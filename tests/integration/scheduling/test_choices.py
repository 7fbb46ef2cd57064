"""Parents choose from several times: the first to be taken wins, and what is gone is said and shown."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg

from tests.integration.scheduling.conftest import CASE_R, FATMA, KLIMOP, MEHMET, REGENBOOG, SAMIRA, Caller, Office, hear
from tests.integration.scheduling.test_appointments import at_klimop, visit

TIMES = ["2026-12-01T09:00:00+01:00", "2026-12-02T13:00:00+01:00", "2026-12-03T15:00:00+01:00"]
FIRST, SECOND, _ = ("2026-12-01T08:00:00+00:00", "2026-12-02T12:00:00+00:00", "")


def offer(**more: Any) -> dict[str, Any]:
    asked = {"case_id": str(CASE_R), "kind": "home_visit", "duration_minutes": 60, "slots": TIMES}
    return asked | {"participant_ids": [str(FATMA), str(MEHMET)]} | more


def told(office: Office, kind: str) -> list[dict[str, Any]]:
    rows = office.rows(f"select convert_from(body, 'UTF8') from outbox where type = '{kind}' order by seq")
    return [json.loads(row[0])["data"] for row in rows]


def links(office: Office) -> dict[str, str]:
    return {
        each["person_id"]: f"/scheduling/reply/{each['reply_token']}" for each in told(office, "scheduling.choice.offered.v1")
    }


def press(office: Office, link: str, pick: str) -> Any:
    return office.app.test_client().post(link, data={"pick": pick})


def ends(office: Office, case: UUID, school: UUID = REGENBOOG, phase: str = "closed") -> None:
    """As `cases` tells of it."""
    known = {"case_id": case, "school_id": school, "reference": "2026-0001", "kind": "family", "phase": phase}
    known |= {"liaison_id": SAMIRA, "guardian_ids": [FATMA, MEHMET], "planned_end_on": None}
    hear(office, "cases.case.changed.v1", school, known)


def test_each_guardian_is_offered_the_times_with_a_link_of_their_own(office: Office, samira: Caller) -> None:
    made = samira("POST", "/choices", offer())
    assert made.status_code == 201, made.json
    assert (made.json["status"], len(made.json["slots"])) == ("open", 3)
    offered = told(office, "scheduling.choice.offered.v1")
    assert {each["person_id"] for each in offered} == {str(FATMA), str(MEHMET)}
    assert len({each["reply_token"] for each in offered}) == 2
    assert samira("GET", f"/choices?case_id={CASE_R}").json["items"] == [made.json]
    assert office.rows("select count(*) from occupancy") == [(0,)], "an offer holds nobody's time"


def test_what_is_open_comes_in_pages(office: Office, samira: Caller) -> None:
    made = [samira("POST", "/choices", offer(expires_at=f"2026-11-{day}T12:00:00+01:00")).json["id"] for day in (26, 25, 27)]
    first = samira("GET", "/choices?limit=2").json
    assert [each["id"] for each in first["items"]] == [made[1], made[0]]
    last = samira("GET", f"/choices?limit=2&cursor={first['next_cursor']}").json
    assert ([each["id"] for each in last["items"]], last["next_cursor"]) == ([made[2]], None)
    assert list(samira("GET", "/choices?cursor=x").json["errors"]) == ["cursor"]


def test_a_night_owls_times_are_of_the_dutch_day(office: Office, samira: Caller) -> None:
    """Half past midnight on the first of January is in UTC still the day before, on which she works here no more."""
    with psycopg.connect(office.database.url("admin")) as connection:
        connection.execute("update people set valid_until = '2026-12-31' where case_id is null")
    nights = ["2026-12-31T23:15:00+00:00", "2026-12-31T23:45:00+00:00"]
    refused = samira("POST", "/choices", offer(slots=nights, participant_ids=[str(FATMA), str(SAMIRA)], duration_minutes=15))
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["participant_ids"])


def test_looking_changes_nothing_and_picking_confirms_for_who_picks(office: Office, samira: Caller) -> None:
    made = samira("POST", "/choices", offer()).json
    mother = links(office)[str(FATMA)]
    before = office.rows("select count(*) from outbox")
    page = office.app.test_client().get(mother)
    assert (page.status_code, page.text.count('name="pick"')) == (200, 3)
    assert 'lang="tr"' in page.text
    assert office.app.test_client().head(mother).status_code == 200
    assert office.rows("select count(*) from outbox") == before
    assert press(office, mother, SECOND).status_code == 200
    picked = samira("GET", f"/choices/{made['id']}").json
    appointment = samira("GET", f"/appointments/{picked['appointment_id']}").json
    assert (picked["status"], appointment["starts_at"], appointment["status"]) == ("picked", SECOND, "invited")
    assert {each["person_id"]: each["response"] for each in appointment["participants"]} == {
        str(FATMA): "accepted",
        str(MEHMET): "awaiting",
    }
    assert len(told(office, "scheduling.choice.closed.v1")) == 1
    assert {each["person_id"] for each in told(office, "scheduling.invitation.requested.v1")} == {str(FATMA), str(MEHMET)}


def test_pressing_twice_is_once_and_the_other_parent_sees_what_was_chosen(office: Office, samira: Caller) -> None:
    samira("POST", "/choices", offer())
    mother, father = links(office)[str(FATMA)], links(office)[str(MEHMET)]
    assert [press(office, mother, SECOND).status_code for _ in range(2)] == [200, 200]
    late = press(office, father, FIRST)
    assert (late.status_code, "Er is al een tijd gekozen." in late.text) == (409, True)
    assert "2 december" in late.text
    assert office.rows("select count(*) from appointments") == [(1,)]


def test_a_time_that_is_gone_is_said_and_what_is_left_is_shown(office: Office, samira: Caller) -> None:
    samira("POST", "/choices", offer())
    father = links(office)[str(MEHMET)]
    assert samira("POST", "/appointments", at_klimop(starts_at=TIMES[0])).status_code == 201
    gone = press(office, father, FIRST)
    assert (gone.status_code, gone.text.count('name="pick"')) == (409, 2)
    assert "Deze tijd is net bezet geraakt" in gone.text
    assert "Kasia" not in gone.text
    assert press(office, father, SECOND).status_code == 200


def test_a_colleague_who_works_here_no_more_is_not_promised_to_a_parent(office: Office, samira: Caller) -> None:
    """She leaves after the first of the days; a parent with an older page presses a later one all the same."""
    samira("POST", "/choices", offer())
    mother = links(office)[str(FATMA)]
    with psycopg.connect(office.database.url("admin")) as connection:
        connection.execute("update people set valid_until = '2026-12-01' where case_id is null")
    assert office.app.test_client().get(mother).text.count('name="pick"') == 1
    assert press(office, mother, SECOND).status_code == 409
    assert press(office, mother, FIRST).status_code == 200


def test_of_all_who_pick_at_once_one_wins(office: Office, samira: Caller) -> None:
    samira("POST", "/choices", offer())
    answers: list[int] = []
    start = threading.Barrier(12)

    def race(number: int) -> None:
        link = links(office)[str(FATMA if number % 2 else MEHMET)]
        start.wait()
        answers.append(press(office, link, FIRST if number % 3 else SECOND).status_code)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 409}
    assert office.rows("select count(*) from appointments") == [(1,)]
    assert office.rows("select deadlocks from pg_stat_database where datname = current_database()") == [(0,)]


def test_it_ends_by_itself_and_can_be_withdrawn(office: Office, samira: Caller) -> None:
    made = samira("POST", "/choices", offer(expires_at="2026-11-25T12:00:00+01:00")).json
    father = links(office)[str(MEHMET)]
    office.clock.advance(timedelta(days=3))
    later = office.client("liaison", {REGENBOOG, KLIMOP})
    assert later("GET", f"/choices/{made['id']}").json["status"] == "expired"
    assert later("POST", f"/choices/{made['id']}/withdraw").status_code == 409
    page = office.app.test_client().get(father)
    assert (page.status_code, 'name="pick"' in page.text) == (200, False)
    assert press(office, father, SECOND).status_code == 409
    second = later("POST", "/choices", offer()).json
    assert later("POST", f"/choices/{second['id']}/withdraw").json["status"] == "withdrawn"
    assert press(office, links(office)[str(MEHMET)], SECOND).status_code == 409
    assert later("GET", "/choices").json["items"] == []
    office.clock.advance(timedelta(days=60))
    assert office.app.test_client().get(father).status_code == 410


def test_of_a_case_that_has_ended_meanwhile_nothing_is_offered_picked_or_planned(office: Office, samira: Caller) -> None:
    samira("POST", "/choices", offer())
    father = links(office)[str(MEHMET)]
    ends(office, CASE_R)
    page = office.app.test_client().get(father)
    assert (page.status_code, 'name="pick"' in page.text, "Deze tijden gelden niet meer." in page.text) == (200, False, True)
    assert press(office, father, SECOND).status_code == 409
    for path, asked in (("/choices", offer()), ("/appointments", visit())):
        refused = samira("POST", path, asked)
        assert (refused.status_code, "Dit dossier is afgerond." in refused.json["detail"]) == (409, True)
    assert office.rows("select (select count(*) from appointments), (select count(*) from occupancy)") == [(0, 0)]
    assert samira("POST", "/appointments", at_klimop()).status_code == 201


BAD_OFFERS: list[tuple[str, dict[str, Any]]] = [
    ("slots", {"slots": TIMES[:1]}),
    ("slots", {"slots": [TIMES[0]] * 3}),
    ("slots", {"slots": ["2020-01-01T09:00:00+01:00", *TIMES]}),
    ("participant_ids", {"participant_ids": []}),
    ("expires_at", {"expires_at": "2026-11-01T09:00:00+01:00"}),
    ("duration_minutes", {"duration_minutes": 5}),
]


def test_bad_input_names_its_field(office: Office, samira: Caller) -> None:
    for field, change in BAD_OFFERS:
        answer = samira("POST", "/choices", offer(**change))
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert office.rows("select count(*) from choices") == [(0,)]


def test_what_is_taken_is_not_offered_and_links_are_no_others(office: Office, samira: Caller) -> None:
    samira("POST", "/appointments", visit(starts_at=TIMES[0]))
    assert list(samira("POST", "/choices", offer()).json["errors"]) == ["slots"]
    samira("POST", "/choices", offer(slots=TIMES[1:]))
    link, client = links(office)[str(FATMA)], office.app.test_client()
    for token in (link[:-2] + "xx", link.replace(".", ""), "/scheduling/reply/x"):
        assert client.get(token).status_code == 404
        assert client.post(token, data={"pick": SECOND}).status_code == 404
    for nonsense in ("", "x", "2026-12-01T09:00:00"):
        assert press(office, link, nonsense).status_code == 422
    assert press(office, link, "2026-12-09T09:00:00+00:00").status_code == 409
    klimop = office.client("school_staff", {KLIMOP})
    assert klimop("GET", "/choices").json["items"] == []
    choice = office.rows("select id from choices")[0][0]
    assert klimop("POST", f"/choices/{choice}/withdraw").status_code == 404
    assert klimop("GET", f"/choices/{choice}").status_code == 404
