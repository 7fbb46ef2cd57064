"""The parent's link: looking changes nothing, answering can be changed, and a forged or expired link tells nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.integration.scheduling.conftest import BOTH, FATMA, MEHMET, Office
from tests.integration.scheduling.test_appointments import visit


def invited(office: Office) -> dict[str, str]:
    """Each guardian's token, as the mail service is told it."""
    made = office.client("liaison", BOTH)("POST", "/appointments", visit())
    assert made.status_code == 201
    bodies = [json.loads(row[0]) for row in office.rows("select convert_from(body, 'UTF8') from outbox")]
    return {body["data"]["person_id"]: body["data"]["reply_token"] for body in bodies if "reply_token" in body["data"]}


def state(office: Office) -> list[object]:
    rows = office.rows("select person_id, response from participants order by person_id")
    return rows + office.rows("select text from notes") + office.rows("select status, version from appointments")


def test_looking_changes_nothing(office: Office) -> None:
    link = f"/scheduling/reply/{invited(office)[str(FATMA)]}"
    before, client = state(office), office.app.test_client()
    for method in ("GET", "HEAD", "GET"):
        answer = client.open(link, method=method)
        assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    assert state(office) == before


def test_the_page_holds_logistics_only(office: Office) -> None:
    page = office.app.test_client().get(f"/scheduling/reply/{invited(office)[str(MEHMET)]}").text
    assert "13:00" in page
    assert "Samira" in page
    for hidden in ("Fatma", "Bakker", "2026-0001", "Regenboog", "Yılmaz", "ouderfunctionaris"):
        assert hidden not in page


def test_both_guardians_accept_and_it_is_confirmed(office: Office) -> None:
    tokens, client = invited(office), office.app.test_client()
    for token in tokens.values():
        assert client.post(f"/scheduling/reply/{token}", data={"answer": "accept"}).status_code == 200
    assert office.rows("select status from appointments") == [("confirmed",)]
    client.post(f"/scheduling/reply/{tokens[str(FATMA)]}", data={"answer": "another_time", "note": "liever donderdag"})
    assert office.rows("select status from appointments") == [("invited",)]
    assert office.rows(f"select response from participants where person_id = '{FATMA}'") == [("another_time",)]
    assert office.rows("select person_id, text from notes") == [(FATMA, "liever donderdag")]
    assert "donderdag" not in str(office.rows("select convert_from(body, 'UTF8') from outbox"))


def test_the_same_answer_twice_is_told_once(office: Office) -> None:
    token, client = invited(office)[str(FATMA)], office.app.test_client()
    for _ in range(3):
        client.post(f"/scheduling/reply/{token}", data={"answer": "decline"})
    told = office.rows("select count(*) from outbox where type = 'scheduling.appointment.answered.v1'")
    assert told == [(1,)]


@pytest.mark.parametrize("data", [{}, {"answer": "maybe"}, {"answer": ""}])
def test_an_answer_that_is_none_is_asked_again(office: Office, data: dict[str, str]) -> None:
    link = f"/scheduling/reply/{invited(office)[str(FATMA)]}"
    before = state(office)
    assert office.app.test_client().post(link, data=data).status_code == 422
    assert state(office) == before


def test_a_forged_link_is_not_found(office: Office) -> None:
    token, client = invited(office)[str(FATMA)], office.app.test_client()
    forged = [token[:-2] + "xx", token[2:], "x", token.split(".", maxsplit=1)[0], ("B" if token[0] != "B" else "C") + token[1:]]
    for each in forged:
        assert client.get(f"/scheduling/reply/{each}").status_code == 404
        assert client.post(f"/scheduling/reply/{each}", data={"answer": "accept"}).status_code == 404


def test_a_link_ends_two_weeks_after_the_visit(office: Office) -> None:
    token, client = invited(office)[str(FATMA)], office.app.test_client()
    office.clock.advance(timedelta(days=30))
    assert client.get(f"/scheduling/reply/{token}").status_code == 410
    assert client.post(f"/scheduling/reply/{token}", data={"answer": "accept"}).status_code == 410


def test_a_cancelled_visit_says_so_and_takes_no_answer(office: Office) -> None:
    tokens, client = invited(office), office.app.test_client()
    made = office.rows("select id from appointments")[0][0]
    office.client("liaison", BOTH)("POST", f"/appointments/{made}/cancel", {"reason": "ziek"})
    page = client.get(f"/scheduling/reply/{tokens[str(MEHMET)]}")
    assert "gaat niet door" in page.text
    assert "<button" not in page.text
    assert client.post(f"/scheduling/reply/{tokens[str(MEHMET)]}", data={"answer": "accept"}).status_code == 409
