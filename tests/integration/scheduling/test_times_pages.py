"""Hours, school days, postcodes, finding a time and offering a choice, as people do it in a browser."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.integration.scheduling.conftest import CASE_R, FATMA, KLIMOP, MEHMET, REGENBOOG, SAMIRA, Caller, Office, browser
from tests.integration.scheduling.test_choices import ends, links, told

HOURS = "/scheduling/agenda/werktijden"
SCHOOL = f"/scheduling/scholen/{REGENBOOG}"
ASKED = {"case_id": str(CASE_R), "kind": "home_visit", "duration_minutes": "60", "participant_ids": [str(FATMA), str(MEHMET)]}
_QUERY = f"kind=home_visit&duration_minutes=60&participant_ids={FATMA}&participant_ids={MEHMET}"
TIMES = f"/scheduling/afspraken/tijden?case_id={CASE_R}&{_QUERY}"


@pytest.fixture
def web(office: Office, samira: Caller) -> FlaskClient:
    return browser(office, samira)


def send(web: FlaskClient, path: str, form: dict[str, Any], at: str = "") -> Any:
    """Post a form with the token of the page that it is on."""
    page = web.get(at or path).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    return web.post(path, data=form | {"csrf_token": token[1]})


def test_a_week_is_kept_and_what_is_wrong_is_said_with_everything_typed(office: Office, web: FlaskClient, samira: Caller) -> None:
    week = {"day1_a_from": "09:00", "day1_a_until": "12:00", "day1_b_from": "13", "day1_b_until": "17u30", "version": "0"}
    rest = {"lunch_minutes": "0", "buffer_minutes": "5", "lead_hours": "24", "start_postcode": "3011 ab"}
    assert send(web, HOURS, week | rest).status_code == 303
    saved = samira("GET", "/availability").json
    assert saved["weekly"] == [{"day": 1, "from": "09:00", "until": "12:00"}, {"day": 1, "from": "13:00", "until": "17:30"}]
    assert (saved["lunch"], saved["buffer_minutes"], saved["start_postcode"]) == (None, 5, "3011AB")
    stale = send(web, HOURS, week | rest)
    assert (stale.status_code, "Iemand anders heeft dit intussen gewijzigd" in stale.text, 'value="17u30"' in stale.text) == (
        422,
        True,
        True,
    )
    half = send(web, HOURS, {"day2_a_from": "09:00", "version": "1", **rest})
    assert "Vul het begin en het einde in, of geen van beide." in half.text
    overlap = send(web, HOURS, week | rest | {"version": "1", "day1_b_from": "11:00"})
    assert (overlap.status_code, "niet door elkaar lopen" in overlap.text) == (422, True)
    assert samira("GET", "/availability").json == saved


def test_leave_is_added_and_taken_away(web: FlaskClient, samira: Caller) -> None:
    assert send(web, f"{HOURS}/afwijkend", {"from_on": "2026-12-24", "until_on": "2026-12-31"}, HOURS).status_code == 303
    assert send(web, f"{HOURS}/afwijkend", {"from_on": "2026-12-20", "until_on": "2026-12-01"}, HOURS).status_code == 422
    assert "24 dec 2026" in web.get(HOURS).text
    assert samira("GET", "/availability").json["exceptions"][0]["until_on"] == "2026-12-31"
    assert send(web, f"{HOURS}/afwijkend/weg", {"number": "0"}, HOURS).status_code == 303
    assert samira("GET", "/availability").json["exceptions"] == []


def test_a_day_is_said_once_and_the_form_says_where(web: FlaskClient, samira: Caller) -> None:
    """Leave and hours on one day cannot both be meant; what was said twice before this was asked can still be taken away."""
    assert send(web, f"{HOURS}/afwijkend", {"from_on": "2026-12-24", "until_on": "2026-12-31"}, HOURS).status_code == 303
    hours = {"different_from": "09:00", "different_until": "12:00"}
    refused = send(web, f"{HOURS}/afwijkend", {"from_on": "2026-12-22", "until_on": "2026-12-24"} | hours, HOURS)
    assert refused.status_code == 422
    assert re.search(r'id="from_on-fout".*?Over een van deze dagen staat er al iets', refused.text, re.DOTALL)
    assert 'value="2026-12-22"' in refused.text
    assert len(samira("GET", "/availability").json["exceptions"]) == 1
    assert send(web, f"{HOURS}/afwijkend", {"from_on": "2026-12-23"} | hours, HOURS).status_code == 303


def test_a_parents_hours_are_noted_and_nobodys_elses(office: Office, web: FlaskClient, samira: Caller) -> None:
    page = web.get(f"{HOURS}?person_id={FATMA}")
    assert (page.status_code, "Wanneer kan Fatma Yılmaz?" in page.text) == (200, True)
    form = {"day3_a_from": "09:00", "day3_a_until": "12:00", "version": "0"}
    assert send(web, f"{HOURS}?person_id={FATMA}", form).status_code == 303
    assert samira("GET", f"/availability?person_id={FATMA}").json["weekly"][0]["day"] == 3
    for stranger in (uuid4(), "x"):
        assert web.get(f"{HOURS}?person_id={stranger}").status_code == 404
    anna = browser(office, office.client("school_staff", {KLIMOP}, uuid4(), "Anna"))
    for person in (FATMA, SAMIRA):
        assert anna.get(f"{HOURS}?person_id={person}").status_code == 404


def test_a_school_says_its_hours_and_closures_and_reads_a_file(web: FlaskClient, samira: Caller) -> None:
    page = f"{SCHOOL}/tijden"
    form = {"day1_a_from": "08:30", "day1_a_until": "14:00", "region": "Zuid", "postcode": "3074", "version": "0"}
    assert send(web, page, form).status_code == 303
    assert "Schoolvakanties van regio Zuid" in web.get(page).text
    assert send(web, f"{SCHOOL}/sluiting", {"first": "2027-03-01", "closed_for": "Studiedag"}, page).status_code == 303
    file = {"file": (io.BytesIO(b"05-05-2027;;Vrij\nonzin;;\n"), "dagen.csv")}
    read = send(web, f"{SCHOOL}/sluiting/bestand", file, page)
    assert (read.status_code, "1 sluiting toegevoegd" in read.text, "Regel 2:" in read.text) == (200, True, True)
    large = {"file": (io.BytesIO(b"BEGIN:VCALENDAR" + b"x" * 505_000), "groot.ics")}
    refused = send(web, f"{SCHOOL}/sluiting/bestand", large, page)
    assert (refused.status_code, "Dit bestand is te groot" in refused.text) == (422, True)
    closures = samira("GET", f"/schools/{REGENBOOG}/times").json["closures"]
    assert [each["name"] for each in closures] == ["Studiedag", "Vrij"]
    assert send(web, f"{SCHOOL}/sluiting/{closures[0]['id']}/weg", {}, page).status_code == 303
    assert "De Regenboog" in web.get("/scheduling/scholen/tijden").text
    assert web.get(f"/scheduling/scholen/{uuid4()}/tijden").status_code == 404


def test_an_administrator_brings_postcodes(office: Office) -> None:
    web = browser(office, office.client("administrator", set(), uuid4(), "Petra"))
    file = {"file": (io.BytesIO(b"3011,51.92,4.48\nx,1,2\n"), "p.csv")}
    sent = send(web, "/scheduling/postcodes", file)
    assert (sent.status_code, "1 postcode gelezen" in sent.text, "Regel 2:" in sent.text) == (200, True, True)
    assert send(web, "/scheduling/postcodes", {}).status_code == 422


def test_who_looks_two_weeks_further_still_invites_everybody(web: FlaskClient) -> None:
    for label, page in (("Twee weken later", TIMES), ("Twee weken eerder", f"{TIMES}&later=2")):
        link = re.search(rf'<a class="[^"]*" href="([^"]+)">\s*{label}', web.get(page).text)
        assert link is not None, label
        further = html.unescape(link[1])
        assert parse_qs(urlsplit(further).query) == parse_qs(urlsplit(TIMES).query) | {"later": ["1"]}
        assert "Mehmet" in web.get(further).text


def test_for_a_case_that_has_ended_no_other_time_is_proposed(office: Office, web: FlaskClient) -> None:
    new = f"/scheduling/afspraken/nieuw?case_id={CASE_R}"
    ends(office, CASE_R)
    form = ASKED | {"starts_at-date": "01-12-2026", "starts_at-time": "13:00"}
    refused = send(web, "/scheduling/afspraken/nieuw", form, new)
    assert (refused.status_code, "Dit dossier is afgerond." in refused.text, 'name="pick"' in refused.text) == (422, True, False)
    assert 'value="13:00"' in refused.text


def test_a_time_is_found_planned_or_offered(office: Office, web: FlaskClient) -> None:
    new = f"/scheduling/afspraken/nieuw?case_id={CASE_R}"
    nobody = send(web, "/scheduling/afspraken/tijden/zoeken", {**ASKED, "participant_ids": []}, new)
    assert (nobody.status_code, "Wie nodigt u uit" in nobody.text) == (422, True)
    asked = send(web, "/scheduling/afspraken/tijden/zoeken", ASKED, new)
    assert (asked.status_code, asked.headers["Location"]) == (303, TIMES)
    page = web.get(TIMES)
    starts = re.findall(r'name="slots" value="([^"]+)"', page.text)
    assert len(starts) == 12
    assert send(web, TIMES, {"slots": starts[:1], "offer": "1"}).status_code == 422
    assert send(web, TIMES, {"slots": starts[:3], "offer": "1"}).status_code == 303
    assert len(links(office)) == 2
    assert web.get("/scheduling/afspraken/keuzes").text.count("Intrekken") == 1
    assert send(web, TIMES, {"pick": starts[0]}).status_code == 303
    gone = send(web, TIMES, {"pick": starts[0]})
    assert (gone.status_code, "Deze tijd is al bezet" in gone.text) == (409, True)
    choice = office.rows("select id from choices")[0][0]
    withdraw = f"/scheduling/afspraken/keuzes/{choice}/intrekken"
    assert send(web, withdraw, {}, "/scheduling/afspraken/keuzes").status_code == 303
    assert len(told(office, "scheduling.choice.closed.v1")) == 1
    assert web.get("/scheduling/afspraken/tijden").status_code == 404
