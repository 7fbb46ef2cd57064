"""Whoever means harm: forged keys, foreign forms, markup in every text, bodies that are none. Nothing happens, never a 500."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Any

import pytest

from services.scheduling.adapters.links import Reply, ReplyLinks
from shared.ids import new_id
from tests.integration.scheduling.conftest import FATMA, MEHMET, REGENBOOG, Caller, Office, browser
from tests.integration.scheduling.test_appointments import visit
from tests.integration.scheduling.test_reply import invited, state

APPOINTMENTS = "/scheduling/api/v1/appointments"
MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}"
BODIES = [b"", b"{", b"[]", b"null", b'"x"', b'{"case_id": NaN}', b"\xff\xfe", b"[" * 20_000, b'{"a": 1, "a": 2}']


@pytest.mark.parametrize("content", BODIES)
def test_a_body_that_is_none_is_refused(office: Office, samira: Caller, content: bytes) -> None:
    headers = {"Authorization": f"Bearer {samira.token}", "Content-Type": "application/json"}
    answer = office.app.test_client().post(APPOINTMENTS, data=content, headers=headers)
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"
    assert office.rows("select count(*) from appointments") == [(0,)]


def test_ten_megabytes_are_too_much_for_the_api_and_for_a_parents_form(office: Office, samira: Caller) -> None:
    answer = samira("POST", "/appointments", visit(location="x" * 10 * 1024 * 1024))
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")
    assert answer.json["detail"] == "Stuur hoogstens 1 MB."
    link = f"/scheduling/reply/{invited(office)[str(FATMA)]}"
    before = state(office)
    form = {"answer": "another_time", "note": "x" * 10 * 1024 * 1024}
    assert office.app.test_client().post(link, data=form).status_code == 413
    assert state(office) == before


def test_a_login_that_is_over_forged_or_unsigned_is_none(office: Office, samira: Caller) -> None:
    head, claims, signature = samira.token.split(".")
    unsigned = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    wider = json.loads(urlsafe_b64decode(claims + "==")) | {"role": "administrator"}
    forged = urlsafe_b64encode(json.dumps(wider).encode()).decode().rstrip("=")
    for token in (f"{unsigned}.{claims}.", f"{head}.{forged}.{signature}", "", "x.y.z"):
        assert Caller(office.app.test_client(), token)("POST", "/appointments", visit()).status_code == 401
    office.clock.advance(timedelta(hours=2))
    assert samira("GET", "/appointments").status_code == 401


def test_a_stale_version_changes_nothing(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json["id"]
    samira("PATCH", f"/appointments/{made}", {"duration_minutes": 30}, If_Match='"1"')
    before = state(office)
    assert samira("POST", f"/appointments/{made}/cancel", {"reason": "x"}, If_Match='"1"').status_code == 412
    assert samira("PATCH", f"/appointments/{made}", {"duration_minutes": 45}, If_Match='"1"').status_code == 412
    for nonsense in ("nonsense", '""', '"1", "2"', f'"{"9" * 5000}"', 'W/"1"', ","):
        answer = samira("PATCH", f"/appointments/{made}", {"duration_minutes": 45}, If_Match=nonsense)
        assert answer.status_code in (412, 422), nonsense
    assert state(office) == before


def test_one_parents_link_is_never_anothers(office: Office) -> None:
    """Cut and pasted, signed with another key, or of an appointment that is not theirs."""
    tokens, client = invited(office), office.app.test_client()
    (mother, signature), (father, _) = tokens[str(FATMA)].rsplit(".", 1), tokens[str(MEHMET)].rsplit(".", 1)
    assert mother != father
    appointment = office.rows("select id from appointments")[0][0]
    foreign = ReplyLinks("t" * 40).token(Reply(REGENBOOG, appointment, FATMA))
    ours = ReplyLinks("s" * 40)
    strangers = [ours.token(Reply(REGENBOOG, appointment, new_id())), ours.token(Reply(REGENBOOG, new_id(), FATMA))]
    before = state(office)
    for token in (f"{father}.{signature}", foreign, *strangers):
        assert client.get(f"/scheduling/reply/{token}").status_code == 404
        assert client.post(f"/scheduling/reply/{token}", data={"answer": "accept"}).status_code == 404
    assert state(office) == before


def test_a_page_of_another_site_can_neither_plan_nor_cancel(office: Office, samira: Caller) -> None:
    made, client = samira("POST", "/appointments", visit()).json["id"], browser(office, samira)
    before = state(office)
    for path in ("/scheduling/afspraken/nieuw", *(f"/scheduling/afspraken/{made}/{what}" for what in ("verzetten", "annuleren"))):
        for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            assert client.post(path, data={"reason": "x"}, headers=headers).status_code == 403
    cookie_only = client.post(f"{APPOINTMENTS}/{made}/cancel", json={"reason": "x"})
    assert cookie_only.status_code == 401
    assert state(office) == before


def test_markup_in_any_text_is_text(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit(location=MARKUP)).json["id"]
    links = [json.loads(row[0])["data"] for row in office.rows("select convert_from(body, 'UTF8') from outbox")]
    token = next(each["reply_token"] for each in links if each.get("person_id") == str(FATMA))
    parent = office.app.test_client().post(f"/scheduling/reply/{token}", data={"answer": "another_time", "note": MARKUP})
    samira("PATCH", f"/appointments/{made}", {"duration_minutes": 30, "reason": MARKUP})
    staff = browser(office, samira)
    pages = [parent.text, *(staff.get(f"/scheduling/{path}").text for path in (f"afspraken/{made}", "agenda?week=2026-W49"))]
    assert all("alert(1)" in page for page in pages[:2])
    assert not any("<script>alert" in page or "<img src=x" in page or "49\"'" in page for page in pages)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX-Evil: 1", ""])
def test_choosing_a_language_leads_nowhere_else(office: Office, target: str) -> None:
    answer = office.app.test_client().get("/scheduling/taal/en", query_string={"naar": target})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cases/")
    assert "X-Evil" not in answer.headers


def test_the_link_in_the_mail_is_ours_whatever_host_a_request_names(office: Office, samira: Caller) -> None:
    assert samira("POST", "/appointments", visit(), Host="evil.example").status_code in (201, 400)
    assert "evil.example" not in str(office.rows("select convert_from(body, 'UTF8') from outbox"))


@pytest.mark.parametrize("week", ["0001-W01", "9999-W52", "2026-W99", "%00", "2026-W48%27--", "-1", "٢٠٢٦-W48", "2026-W48-1"])
def test_a_week_that_is_none_shows_this_one(office: Office, samira: Caller, week: str) -> None:
    assert browser(office, samira).get(f"/scheduling/agenda?week={week}").status_code == 200


@pytest.mark.parametrize("note", ["\x00", "a\x1bb", "x" * 501, "\u202eabc"])
def test_a_parents_note_is_kept_as_plain_text_or_asked_again(office: Office, note: str) -> None:
    link = f"/scheduling/reply/{invited(office)[str(FATMA)]}"
    answer: Any = office.app.test_client().post(link, data={"answer": "another_time", "note": note})
    kept = [row[0] for row in office.rows("select text from notes")]
    assert (answer.status_code, kept) in ((200, [note]), (422, []))
