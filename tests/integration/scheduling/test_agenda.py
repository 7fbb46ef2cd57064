"""The agenda's pages: the day, the week, the month and the list; and an interpreter who is arranged, or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask.testing import FlaskClient

from tests.integration.scheduling.conftest import ANNA, BOTH, KLIMOP, REGENBOOG, Caller, Office, browser
from tests.integration.scheduling.test_appointments import at_klimop, visit
from tests.statements import statements

TOLK = {"arranged": True, "note": "Bureau Taal, mevrouw Kaya"}


def needs_interpreter(office: Office) -> None:
    with psycopg.connect(office.database.url("admin")) as connection:
        connection.execute("update people set interpreter_needed = true where first_name = 'Fatma'")


def open_form(client: FlaskClient, path: str) -> str:
    page = client.get(path).text
    return page.split('name="csrf_token" value="')[1].split('"')[0]


def posted(client: FlaskClient, page: str, path: str, **fields: str) -> Any:
    return client.post(path, data={"csrf_token": open_form(client, page), **fields})


def lives_in(office: Office, first_name: str, area: str, latitude: float) -> None:
    with psycopg.connect(office.database.url("admin")) as connection:
        connection.execute("update people set postcode_area = %s where first_name = %s", (area, first_name))
        connection.execute("insert into postcodes (code, latitude, longitude) values (%s, %s, 4.48)", (area, latitude))


def test_the_day_holds_what_is_mine_with_the_way_between(office: Office, samira: Caller, pages: FlaskClient) -> None:
    lives_in(office, "Fatma", "3011", 51.92)
    lives_in(office, "Kasia", "3072", 51.90)
    samira("POST", "/appointments", visit())
    samira("POST", "/appointments", at_klimop(starts_at="2026-12-01T14:30:00+01:00"))
    page = pages.get("/scheduling/vandaag?dag=2026-12-01").text
    assert page.index("13:00–14:00") < page.index("15 minuten onderweg. U hebt 30 minuten.") < page.index("14:30–15:30")
    # 2.2 km as the crow flies, 3 km of streets at 18 km/h, and four minutes at doors: 15.
    assert "De Klimop" in page
    assert "Niets gepland" in pages.get("/scheduling/vandaag?dag=2026-12-02").text


def test_where_nobody_knows_how_far_it_is_the_day_says_how_long_there_is(samira: Caller, pages: FlaskClient) -> None:
    samira("POST", "/appointments", visit())
    samira("POST", "/appointments", at_klimop(starts_at="2026-12-01T14:30:00+01:00"))
    assert "30 minuten tot de volgende afspraak" in pages.get("/scheduling/vandaag?dag=2026-12-01").text


def test_a_liaisons_day_leaves_out_what_a_colleague_planned_and_a_schools_day_has_all(office: Office, samira: Caller) -> None:
    samira("POST", "/appointments", visit())
    anna = office.client("school_staff", {REGENBOOG}, ANNA, "Anna Vos")
    anna("POST", "/appointments", visit(kind="school_meeting", starts_at="2026-12-01T09:00:00+01:00"))
    mine = browser(office, samira).get("/scheduling/vandaag?dag=2026-12-01").text
    assert ("13:00–14:00" in mine, "09:00–10:00" in mine) == (True, False)
    schools = browser(office, anna).get("/scheduling/vandaag?dag=2026-12-01").text
    assert ("13:00–14:00" in schools, "09:00–10:00" in schools) == (True, True)
    assert "Gepland door Samira Bakker" in schools


@pytest.mark.parametrize("path", ["/agenda?week=2026-W49", "/agenda/maand?maand=2026-12"])
def test_the_week_and_the_month_are_ones_own_and_show_whose_the_others_are(office: Office, samira: Caller, path: str) -> None:
    """A colleague's visit at the same hour would read as a double booking."""
    samira("POST", "/appointments", visit())
    anna = office.client("team_member", BOTH, ANNA, "Anna Vos")
    assert anna("POST", "/appointments", at_klimop(starts_at="2026-12-01T13:00:00+01:00")).status_code == 201
    pages = browser(office, samira)
    own, everybodys = (pages.get(f"/scheduling{path}{more}").text for more in ("", "&wie=iedereen"))
    assert [page.count("<b>13:00</b>") + page.count("13:00<span>") for page in (own, everybodys)] == [1, 2]
    assert "Anna Vos" not in own
    assert "wie=iedereen" in own
    school = browser(office, office.client("school_staff", {KLIMOP}, UUID(int=99), "Piet")).get(f"/scheduling{path}").text
    assert ("wie=iedereen" in school, "Huisbezoek" in school) == (False, True)


def test_in_the_week_a_colleagues_visit_names_the_colleague(office: Office, samira: Caller) -> None:
    office.client("team_member", BOTH, ANNA, "Anna Vos")("POST", "/appointments", at_klimop())
    page = browser(office, samira).get("/scheduling/agenda?week=2026-W49&wie=iedereen").text
    assert "De Klimop · Anna Vos" in page


def test_how_it_went_is_said_from_the_day_with_one_press(office: Office, samira: Caller, pages: FlaskClient) -> None:
    made = samira("POST", "/appointments", visit()).json["id"]
    office.clock.advance(timedelta(days=8, hours=4))
    day, here = "/scheduling/vandaag?dag=2026-12-01", f"/scheduling/afspraken/{made}"
    fresh = browser(office, office.client("liaison", BOTH))
    assert "Ging de afspraak door?" in fresh.get(day).text
    answer = posted(fresh, day, f"{here}/uitkomst", outcome="held", dag="2026-12-01")
    assert (answer.status_code, answer.headers["Location"]) == (303, day)
    page = fresh.get(day).text
    assert "Is geweest" in page
    assert "Ging de afspraak door?" not in page


def test_the_way_back_leads_nowhere_else(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json["id"]
    office.clock.advance(timedelta(days=8, hours=4))
    fresh = browser(office, office.client("liaison", BOTH))
    path = f"/scheduling/afspraken/{made}"
    answer = posted(fresh, path, f"{path}/uitkomst", outcome="no_show", dag="//elders.example/?\r\nx: y")
    assert answer.headers["Location"].startswith("/scheduling/vandaag?dag=")
    assert "\n" not in answer.headers["Location"]


def test_the_month_has_whole_weeks_and_the_appointment_in_its_day(samira: Caller, pages: FlaskClient) -> None:
    samira("POST", "/appointments", visit())
    page = pages.get("/scheduling/agenda/maand?maand=2026-12").text
    assert "December 2026" in page
    assert page.count("month__day") == 35
    day = page[page.index("dag=2026-12-01") : page.index("dag=2026-12-02")]
    assert "13:00" in day
    assert "Huisbezoek" in day


def test_the_list_is_of_four_weeks_and_of_one_school_when_asked(samira: Caller, pages: FlaskClient) -> None:
    samira("POST", "/appointments", visit())
    samira("POST", "/appointments", at_klimop(starts_at="2026-12-02T10:00:00+01:00"))
    every = pages.get("/scheduling/agenda/lijst?vanaf=2026-11-30").text
    assert ("dinsdag 1 december" in every, "woensdag 2 december" in every) == (True, True)
    one = pages.get(f"/scheduling/agenda/lijst?vanaf=2026-11-30&school={KLIMOP}").text
    assert ("dinsdag 1 december" in one, "woensdag 2 december" in one) == (False, True)
    assert "Gepland op De Klimop" in one
    assert "Niets gepland" in pages.get("/scheduling/agenda/lijst?vanaf=2027-02-01").text


def test_another_schools_list_is_not_found_as_one_that_is_none(office: Office) -> None:
    anna = browser(office, office.client("school_staff", {REGENBOOG}, ANNA, "Anna Vos"))
    others = [anna.get(f"/scheduling/agenda/lijst?school={school}") for school in (KLIMOP, "0" * 8, str(ANNA))]
    assert [each.status_code for each in others] == [404] * 3


@pytest.mark.parametrize("path", ["/vandaag", "/agenda", "/agenda/maand", "/agenda/lijst"])
def test_a_page_takes_as_many_queries_with_twenty_appointments_as_with_one(office: Office, samira: Caller, path: str) -> None:
    client = browser(office, samira)
    samira("POST", "/appointments", visit(starts_at="2026-11-23T18:00:00+01:00", duration_minutes=15))
    with statements(office.service.database) as few:
        assert client.get(f"/scheduling{path}").status_code == 200
    for quarter in range(1, 20):
        hour, minute = divmod(quarter * 15, 60)
        at = f"2026-11-{23 + quarter % 2}T{10 + hour:02}:{minute:02}:00+01:00"
        assert samira("POST", "/appointments", visit(starts_at=at, duration_minutes=15)).status_code == 201
    with statements(office.service.database) as many:
        assert client.get(f"/scheduling{path}").status_code == 200
    assert len(many) == len(few) <= 10


def test_an_interpreter_is_arranged_and_a_move_asks_again(office: Office, samira: Caller, pages: FlaskClient) -> None:
    needs_interpreter(office)
    made = samira("POST", "/appointments", visit()).json
    assert (made["interpreter_arranged"], made["interpreter_note"]) == (False, None)
    here = f"/scheduling/afspraken/{made['id']}"
    assert "tolk Turks nog regelen" in pages.get("/scheduling/agenda?week=2026-W49").text
    answer = posted(pages, here, f"{here}/tolk", note="Bureau Taal", arranged="true")
    assert answer.status_code == 303
    assert "Tolk geregeld" in pages.get(here).text
    assert "nog regelen" not in pages.get("/scheduling/agenda?week=2026-W49").text
    moved = samira("PATCH", f"/appointments/{made['id']}", {"starts_at": "2026-12-03T10:00:00+01:00"}).json
    assert (moved["interpreter_arranged"], moved["interpreter_note"]) == (False, "Bureau Taal")
    assert "tolk Turks nog regelen" in pages.get("/scheduling/vandaag?dag=2026-12-03").text


def test_who_interprets_is_kept_in_the_history_and_told_to_no_parent_and_no_other_service(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json["id"]
    told = office.rows("select count(*) from outbox")
    answer = samira("PUT", f"/appointments/{made}/interpreter", TOLK)
    assert (answer.status_code, answer.json["interpreter_note"], answer.json["sequence"]) == (200, TOLK["note"], 0)
    assert samira("PUT", f"/appointments/{made}/interpreter", TOLK).json["version"] == answer.json["version"]
    assert office.rows("select what, reason from history where what like 'interpreter%'") == [
        ("interpreter_arranged", TOLK["note"])
    ]
    assert office.rows("select count(*) from outbox") == told


@pytest.mark.parametrize("body", [{}, {"arranged": "ja"}, {"arranged": True, "note": "x" * 201}, {"arranged": True, "wie": "x"}])
def test_what_is_wrong_about_an_interpreter_is_named(samira: Caller, body: dict[str, Any]) -> None:
    made = samira("POST", "/appointments", visit()).json["id"]
    answer = samira("PUT", f"/appointments/{made}/interpreter", body)
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_what_somebody_else_changed_since_is_not_written_over(samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json["id"]
    samira("PATCH", f"/appointments/{made}", {"starts_at": "2026-12-03T10:00:00+01:00"})
    assert samira("PUT", f"/appointments/{made}/interpreter", TOLK, If_Match='"1"').status_code == 412
    assert samira("PUT", f"/appointments/{made}/interpreter", TOLK, If_Match='"2"').json["interpreter_arranged"] is True


def test_what_happened_to_it_is_told_with_the_reasons_and_only_here(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json
    samira("PATCH", f"/appointments/{made['id']}", {"starts_at": "2026-12-03T10:00:00+01:00", "reason": "De tolk kan dan wel."})
    found = samira("GET", f"/appointments/{made['id']}/history").json
    [moved, invited] = found["items"]
    assert (moved["what"], moved["reason"], moved["actor_name"]) == ("moved", "De tolk kan dan wel.", "Samira Bakker")
    assert moved["before"] == {name: made[name] for name in ("starts_at", "ends_at")}
    assert (invited["what"], invited["before"], found["next_cursor"]) == ("invited", None, None)
    stranger = office.client("school_staff", {KLIMOP}, ANNA, "Anna Vos")
    assert stranger("GET", f"/appointments/{made['id']}/history").status_code == 404


def test_another_school_arranges_nothing(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json["id"]
    stranger = office.client("school_staff", {KLIMOP}, ANNA, "Anna Vos")
    assert stranger("PUT", f"/appointments/{made}/interpreter", TOLK).status_code == 404


def test_a_time_that_it_was_dropped_on_fills_the_form_and_changes_nothing(samira: Caller, pages: FlaskClient) -> None:
    made = samira("POST", "/appointments", visit()).json
    here = f"/scheduling/afspraken/{made['id']}"
    page = pages.get(f"{here}?op=2026-12-03T10:15").text
    assert 'value="2026-12-03"' in page
    assert 'value="10:15"' in page
    assert samira("GET", f"/appointments/{made['id']}").json["version"] == made["version"]
    assert pages.get(f"{here}?op=<script>").status_code == 200
