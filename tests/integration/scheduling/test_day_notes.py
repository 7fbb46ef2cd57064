"""What kind of day it is, said to everybody alike: holidays, feasts, the breaks of a region, and a school's own days."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from services.scheduling.adapters.days_off import days_off, public_holidays
from services.scheduling.usecases.week_search import Searcher
from tests.integration.scheduling.conftest import ANNA, KLIMOP, REGENBOOG, Caller, Office, browser
from tests.integration.scheduling.test_appointments import visit
from tests.integration.scheduling.test_week_plans import planned, wish

OPEN = [{"day": day, "from": "08:30", "until": "15:00"} for day in range(1, 6)]
STUDY_DAY = {"first": "2026-12-02", "name": "Studiedag"}


def closes(caller: Caller, **closure: str) -> None:
    assert caller("POST", f"/schools/{REGENBOOG}/closures", STUDY_DAY | closure).status_code == 201


@pytest.mark.parametrize(
    ("path", "name"),
    [("?week=2027-W10", "Suikerfeest"), ("/maand?maand=2027-03", "Suikerfeest"), ("?week=2026-W53", "Nieuwjaarsdag")],
)
def test_the_agenda_names_feasts_and_holidays_to_whoever_looks(office: Office, pages: FlaskClient, path: str, name: str) -> None:
    school = browser(office, office.client("school_staff", {KLIMOP}, ANNA, "Anna Vos"))
    assert all(name in page.get(f"/scheduling/agenda{path}").text for page in (pages, school))


def test_every_public_holiday_has_a_dutch_name() -> None:
    years = date(2024, 1, 1), date(2035, 12, 31)
    english = ("Day", "Easter", "Friday", "Pentecost", "Monday", "Christmas")
    assert not [name for name in public_holidays(*years).values() if any(word in name for word in english)]
    assert days_off(*years) == sorted(public_holidays(*years))


def test_a_schools_own_day_is_named_with_the_school_where_there_are_more(
    office: Office, samira: Caller, pages: FlaskClient
) -> None:
    closes(samira)
    closes(samira, name="", first="2026-12-03")
    samira("POST", "/appointments", visit(starts_at="2026-12-02T10:00:00+01:00"))
    here = browser(office, office.client("school_staff", {REGENBOOG}, ANNA, "Anna Vos"))
    there = browser(office, office.client("school_staff", {KLIMOP}, ANNA, "Anna Vos"))
    for path in ("agenda?week=2026-W49", "agenda/maand?maand=2026-12", "vandaag?dag=2026-12-02", "agenda/lijst?vanaf=2026-12-02"):
        assert "Studiedag (De Regenboog)" in pages.get(f"/scheduling/{path}").text
        assert "Studiedag" in here.get(f"/scheduling/{path}").text
        assert "(De Regenboog)" not in here.get(f"/scheduling/{path}").text
        assert "Studiedag" not in there.get(f"/scheduling/{path}").text
    assert "dicht (De Regenboog)" in pages.get("/scheduling/agenda?week=2026-W49").text


def test_the_break_of_a_schools_region_is_named_there(office: Office, samira: Caller, pages: FlaskClient) -> None:
    assert "kerstvakantie" not in pages.get("/scheduling/agenda?week=2026-W52").text, "nobody said which region"
    samira("PUT", f"/schools/{REGENBOOG}/times", {"weekly": OPEN, "region": "Midden"})
    assert "kerstvakantie" in pages.get("/scheduling/agenda?week=2026-W52").text


def test_a_time_that_was_chosen_by_hand_says_what_no_proposal_would_have(samira: Caller, pages: FlaskClient) -> None:
    samira("PUT", f"/schools/{REGENBOOG}/times", {"weekly": OPEN})
    closes(samira)
    made = [
        samira("POST", "/appointments", visit(kind=kind, starts_at=starts_at)).json["id"]
        for kind, starts_at in (
            ("school_meeting", "2026-12-02T10:00:00+01:00"),
            ("school_meeting", "2026-12-03T14:30:00+01:00"),
            ("school_meeting", "2026-12-04T10:00:00+01:00"),
            ("home_visit", "2026-12-02T16:00:00+01:00"),
            ("home_visit", "2027-03-10T10:00:00+01:00"),
        )
    ]
    closed, late, fine, at_home, feast = (pages.get(f"/scheduling/afspraken/{each}").text for each in made)
    assert "Let op, deze dag: Studiedag." in closed
    assert ["niet open" in page for page in (closed, late, fine, at_home, feast)] == [True, True, False, False, False]
    assert "Let op" not in fine + at_home + late
    assert "Let op, deze dag: Suikerfeest." in feast


def test_what_is_over_says_nothing_of_its_day_any_more(samira: Caller, pages: FlaskClient) -> None:
    closes(samira)
    made = samira("POST", "/appointments", visit(kind="school_meeting")).json["id"]
    samira("POST", f"/appointments/{made}/cancel", {"reason": "De school is dicht."})
    assert "Let op, deze dag" not in pages.get(f"/scheduling/afspraken/{made}").text


def test_a_week_plan_says_it_of_its_visits(samira: Caller, pages: FlaskClient, searcher: Searcher) -> None:
    window = {"starts_at": "2027-03-10T09:00:00+01:00", "ends_at": "2027-03-10T12:00:00+01:00"}
    plan = planned(samira, searcher, wish(windows=[window]), week="2027-W10")
    assert [each["notes"] for each in plan["visits"]] == [["Suikerfeest"]]
    page = pages.get(f"/scheduling/weekplan/{plan['id']}").text
    assert "Let op, deze dag: Suikerfeest." in page
