"""The week plan in the browser's terms: choose families, see the proposal, change it, accept it; nothing typed is lost."""

from __future__ import annotations

import re
import threading

import pytest
from flask.testing import FlaskClient

from services.scheduling.usecases.week_search import Searcher
from tests.integration.scheduling.conftest import ANNA, CASE_K, CASE_R, FATMA, KASIA, KLIMOP, MEHMET, REGENBOOG, Office
from tests.integration.scheduling.test_agenda import open_form
from tests.statements import statements

WEEK = "/scheduling/weekplan?week=2026-W49"


@pytest.fixture
def samira(office: Office) -> FlaskClient:
    client = office.app.test_client()
    client.set_cookie("session", office.client("liaison", {REGENBOOG, KLIMOP}).token)
    return client


def rows(**more: str) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {}
    for number, (case, parents) in enumerate(((CASE_R, [FATMA, MEHMET]), (CASE_K, [KASIA]))):
        row = {"case_id": str(case), "chosen": "on", "duration_minutes": "60", "priority": "2", "part": "day"} | more
        found |= {f"families-{number}-{name}": value for name, value in row.items()}
        found[f"families-{number}-days"] = ["0", "1", "2", "3", "4"]
        found[f"families-{number}-participant_ids"] = [str(each) for each in parents]
    return found


def asked(client: FlaskClient, **more: str) -> str:
    answer = client.post(WEEK, data={"csrf_token": open_form(client, WEEK), **rows(**more)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def times(page: str) -> list[str]:
    return re.findall(r'name="visits-\d-starts_at-time" type="time" value="([^"]+)"', page)


def test_families_are_chosen_planned_changed_and_booked(office: Office, samira: FlaskClient, searcher: Searcher) -> None:
    chooser = samira.get(WEEK).text
    assert "nog geen afspraak geweest" in chooser
    path = asked(samira)
    waiting = samira.get(path)
    assert ("Het voorstel wordt gemaakt" in waiting.text, waiting.headers["Refresh"]) == (True, "2")
    searcher.search_one(threading.Event())
    proposal = samira.get(path)
    assert "Refresh" not in proposal.headers
    assert "2 bezoeken in dit plan." in proposal.text
    assert len(times(proposal.text)) == 2
    version = re.search(r'name="version" value="(\d+)"', proposal.text)
    assert version
    row = {"visits-0-case_id": str(CASE_R), "visits-0-starts_at-date": "2026-12-03", "visits-0-starts_at-time": "18:00"}
    form = {"csrf_token": open_form(samira, path), "version": version[1], "act": "check", **row}
    checked = samira.post(path, data=form, follow_redirects=True)
    assert "Donderdag: dit bezoek valt buiten uw werktijd." in checked.text
    stale = samira.post(path, data=form | {"visits-0-starts_at-time": "11:11"})
    assert stale.status_code == 422
    assert "11:11" in stale.text
    version = re.search(r'name="version" value="(\d+)"', checked.text)
    assert version
    fixed = form | {"version": version[1], "visits-0-starts_at-time": "14:00", "visits-0-chosen": "on", "act": "chosen"}
    done = samira.post(path, data=fixed, follow_redirects=True)
    assert "1 bezoek staat in de agenda." in done.text
    assert (
        office.rows("select starts_at at time zone 'Europe/Amsterdam' from appointments")[0][0].isoformat()
        == "2026-12-03T14:00:00"
    )


def test_only_the_mornings_of_chosen_days(office: Office, samira: FlaskClient) -> None:
    asked(samira, part="morning")
    windows = office.rows("select windows from week_plan_visits where number = 0")[0][0]
    assert len(windows) == 5
    assert windows[0][0].startswith("2026-11-29T23:00")


def test_without_a_family_the_form_comes_back(samira: FlaskClient) -> None:
    data = {"csrf_token": open_form(samira, WEEK), **rows(duration_minutes="90")}
    refused = samira.post(WEEK, data={name: value for name, value in data.items() if not name.endswith("chosen")})
    assert refused.status_code == 422
    assert "Kies minstens één gezin." in refused.text
    assert '<option value="90" selected>' in refused.text


def test_a_search_is_stopped(samira: FlaskClient) -> None:
    path = asked(samira)
    stopped = samira.post(f"{path}/stoppen", data={"csrf_token": open_form(samira, path)}, follow_redirects=True)
    assert "Gestopt. Er is niets gepland." in stopped.text
    assert "Het voorstel is gestopt." in samira.get(path).text


def test_whoever_does_not_go_round_has_no_week_plan(office: Office) -> None:
    client = office.app.test_client()
    client.set_cookie("session", office.client("school_staff", {REGENBOOG}, ANNA, "Anna").token)
    assert client.get(WEEK).status_code == 403
    assert "/scheduling/weekplan" not in client.get("/scheduling/agenda").text


def test_who_accompanies_no_family_reads_why_and_can_plan_for_a_colleague(office: Office, searcher: Searcher) -> None:
    """A deputy, or a member of the team: their own list is empty, and says so."""
    noor = office.app.test_client()
    noor.set_cookie("session", office.client("team_member", {REGENBOOG}, ANNA, "Noor Smit").token)
    empty = noor.get(WEEK).text
    assert ("U begeleidt nu geen gezin" in empty, "Yılmaz" in empty) == (True, False)
    everybodys = f"{WEEK}&wie=iedereen"
    assert everybodys.partition("?")[2].replace("&", "&amp;") in empty
    listed = noor.get(everybodys).text
    assert ("De Regenboog · Samira Bakker · nog geen afspraak geweest" in listed, "De Klimop" in listed) == (True, False)
    assert "checked" not in listed[listed.index("families-0-chosen") :].partition(">")[0], (
        "a colleague's family is hers to choose"
    )
    chosen = {name: value for name, value in rows().items() if name.startswith("families-0")}
    made = noor.post(everybodys, data={"csrf_token": open_form(noor, everybodys), **chosen})
    assert (made.status_code, searcher.search_one(threading.Event())) == (303, True)
    path = str(made.location)
    version = re.search(r'name="version" value="(\d+)"', noor.get(path).text)
    assert version
    form = {"csrf_token": open_form(noor, path), "version": version[1], "act": "all"}
    assert "1 bezoek staat in de agenda." in noor.post(path, data=form, follow_redirects=True).text
    assert office.rows("select host_name from appointments") == [("Noor Smit",)]


def test_a_plan_is_read_in_as_many_queries_whatever_its_size(office: Office, samira: FlaskClient, searcher: Searcher) -> None:
    def queries(data: dict[str, str | list[str]]) -> int:
        path = samira.post(WEEK, data={"csrf_token": open_form(samira, WEEK), **data}).location
        searcher.search_one(threading.Event())
        with statements(office.service.database) as seen:
            assert samira.get(str(path)).status_code == 200
        return len(seen)

    one = {name: text for name, text in rows().items() if name != "families-1-chosen"}
    assert queries(one) == queries(rows()) <= 14


def test_the_times_in_the_form_are_on_the_dutch_clock(samira: FlaskClient, searcher: Searcher) -> None:
    path = asked(samira, part="after_school")
    searcher.search_one(threading.Event())
    assert all(time >= "15:00" for time in times(samira.get(path).text))


def test_nobody_ticked_is_not_everybody(office: Office, samira: FlaskClient) -> None:
    """Parents who live apart are visited apart: who unticks both gets the form back, and not both invited."""
    page = samira.get(WEEK).text
    assert re.search(rf'type="hidden" name="families-\d-participant_ids" value="{KASIA}"', page), "there is nobody else to choose"
    found = re.search(rf'name="families-(\d)-case_id" value="{CASE_R}"', page)
    assert found
    row = f"families-{found[1]}"
    places = {"families-0": row, "families-1": f"families-{1 - int(found[1])}"}
    for name, said in (("participant_ids", "Kies minstens één ouder."), ("days", "Kies minstens één dag.")):
        sent = {places[key[:10]] + key[10:]: value for key, value in rows().items()}
        del sent[f"{row}-{name}"]
        refused = samira.post(WEEK, data={"csrf_token": open_form(samira, WEEK), **sent})
        assert refused.status_code == 422
        assert re.search(rf'id="{row}-{name}-fout".*?{said}', refused.text, re.DOTALL)
        del sent[f"{row}-chosen"]
        accepted = samira.post(WEEK, data={"csrf_token": open_form(samira, WEEK), **sent})
        assert accepted.status_code == 303, "of who is not chosen nothing is asked"
    assert office.rows("select distinct case_id from week_plan_visits") == [(CASE_K,)]


def test_accepting_what_is_ticked_with_nothing_ticked_says_so(samira: FlaskClient, searcher: Searcher) -> None:
    path = asked(samira)
    searcher.search_one(threading.Event())
    version = re.search(r'name="version" value="(\d+)"', samira.get(path).text)
    assert version
    form = {"csrf_token": open_form(samira, path), "version": version[1], "act": "chosen", "visits-0-case_id": str(CASE_R)}
    refused = samira.post(path, data=form)
    assert (refused.status_code, "Vink minstens één bezoek aan." in refused.text) == (422, True)
