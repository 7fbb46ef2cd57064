"""Week plans over HTTP: asked for, made by the worker, changed by hand, accepted; and whose they are."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services.scheduling.adapters import week_process
from services.scheduling.events import SUBSCRIPTIONS
from services.scheduling.usecases.week_search import Searcher
from shared.clock import AMSTERDAM
from shared.events.envelope import Event
from shared.ids import new_id
from shared.tenancy import Scope
from tests.integration.scheduling.conftest import ANNA, CASE_K, CASE_R, FATMA, KLIMOP, MEHMET, REGENBOOG, SAMIRA, Caller, Office
from tests.integration.scheduling.test_appointments import visit
from tests.integration.scheduling.test_choices import ends

MONDAY = date(2026, 11, 30)
WEEK = "2026-W49"


def at(day: int, hour: int, minute: int = 0, monday: date = MONDAY) -> str:
    return datetime.combine(monday + timedelta(days=day), time(hour, minute), AMSTERDAM).isoformat()


def wish(case: UUID = CASE_R, **more: Any) -> dict[str, Any]:
    return {"case_id": str(case), "duration_minutes": 60, "priority": 2} | more


def asked(caller: Caller, *wishes: dict[str, Any], week: str = WEEK) -> Any:
    return caller("POST", "/week-plans", {"week": week, "visits": list(wishes) or [wish(), wish(CASE_K)]})


def planned(caller: Caller, searcher: Searcher, *wishes: dict[str, Any], week: str = WEEK) -> Any:
    made = asked(caller, *wishes, week=week)
    assert made.status_code == 201, made.json
    assert searcher.search_one(threading.Event())
    return caller("GET", f"/week-plans/{made.json['id']}").json


def test_a_plan_is_asked_for_made_and_accepted(office: Office, samira: Caller, searcher: Searcher) -> None:
    assert asked(samira).json["state"] == "queued"
    plan = planned(samira, searcher)
    assert (plan["state"], plan["progress"], plan["week"], plan["problems"], plan["left_out"]) == ("proposed", 100, WEEK, [], [])
    assert plan["gap"]["proven"]
    assert {each["status"] for each in plan["visits"]} == {"proposed"}
    assert office.rows("select count(*) from outbox") == [(0,)]  # nobody is told of a proposal
    booked = samira("POST", f"/week-plans/{plan['id']}/accept", {}).json
    assert {each["status"] for each in booked["visits"]} == {"booked"}
    first = booked["visits"][0]
    appointment = samira("GET", f"/appointments/{first['appointment_id']}").json
    assert (appointment["starts_at"], appointment["kind"]) == (plan["visits"][0]["starts_at"], "home_visit")
    assert {each["person_id"] for each in appointment["participants"]} == {str(FATMA), str(MEHMET)}
    assert office.rows("select count(*) from outbox where type = 'scheduling.invitation.requested.v1'") == [(3,)]
    again = samira("POST", f"/week-plans/{plan['id']}/accept", {}).json
    assert [each["appointment_id"] for each in again["visits"]] == [each["appointment_id"] for each in booked["visits"]]


def test_what_stands_already_is_left_alone_and_windows_are_kept(samira: Caller, searcher: Searcher) -> None:
    assert samira("POST", "/appointments", visit(starts_at=at(0, 9), duration_minutes=60)).status_code == 201
    windows = [{"starts_at": at(0, 8, 30), "ends_at": at(0, 11, 30)}]
    [made, other] = planned(samira, searcher, wish(CASE_K, windows=windows), wish())["visits"]
    starts = datetime.fromisoformat(made["starts_at"])
    assert datetime.fromisoformat(at(0, 10, 20)) <= starts <= datetime.fromisoformat(at(0, 10, 30))
    assert made["travel_minutes"] == 20
    assert other["status"] == "proposed"


@pytest.mark.parametrize(
    ("windows", "reason"),
    [
        ([{"starts_at": at(0, 19), "ends_at": at(0, 21)}], "Er is die week geen tijd die past binnen uw werktijd."),
        (
            [{"starts_at": at(0, 16, 30), "ends_at": at(0, 18)}],
            "De tijd die past, is binnen uw werktijd korter dan het bezoek duurt.",
        ),
        ([{"starts_at": at(1, 9), "ends_at": at(1, 10, 15)}], "De ouders kunnen niet op een tijd dat u kunt."),
        ([{"starts_at": at(2, 9), "ends_at": at(2, 10, 15)}], "Uw vaste afspraken staan in de weg."),
    ],
)
def test_what_is_left_out_says_why(office: Office, samira: Caller, searcher: Searcher, windows: Any, reason: str) -> None:
    colleague = office.client("team_member", {REGENBOOG, KLIMOP}, ANNA, "Anna")
    assert colleague("POST", "/appointments", visit(starts_at=at(1, 9), participant_ids=[str(FATMA)])).status_code == 201
    elsewhere = visit(case_id=str(CASE_K), starts_at=at(2, 9), kind="phone_call", participant_ids=[str(UUID(int=22))])
    assert samira("POST", "/appointments", elsewhere).status_code == 201
    assert planned(samira, searcher, wish(windows=windows))["left_out"] == [{"case_id": str(CASE_R), "reason": reason}]


def test_by_hand_it_says_what_is_wrong_and_takes_a_visit_out(samira: Caller, searcher: Searcher) -> None:
    plan = planned(samira, searcher)
    path = f"/week-plans/{plan['id']}"
    late = samira("PATCH", path, {"visits": [{"case_id": str(CASE_R), "starts_at": at(0, 18)}]}, If_Match=f'"{plan["version"]}"')
    assert [each["what"] for each in late.json["problems"]] == ["outside_hours"]
    assert late.json["problems"][0]["detail"] == "Maandag: dit bezoek valt buiten uw werktijd."
    assert late.json["gap"]["proven"] is False
    stale = samira("PATCH", path, {"visits": [{"case_id": str(CASE_R), "starts_at": None}]}, If_Match=f'"{plan["version"]}"')
    assert stale.status_code == 412
    out = samira("PATCH", path, {"visits": [{"case_id": str(CASE_R), "starts_at": None}]}).json
    assert out["left_out"] == [{"case_id": str(CASE_R), "reason": "U hebt dit bezoek uit het plan gehaald."}]
    moved = samira("PATCH", path, {"visits": [{"case_id": str(CASE_R), "starts_at": at(3, 14)}]}).json
    assert (moved["problems"], moved["left_out"]) == ([], [])


def test_who_is_taken_meanwhile_is_said_of_that_visit_and_the_others_are_booked(samira: Caller, searcher: Searcher) -> None:
    plan = planned(samira, searcher)
    first = plan["visits"][0]
    assert samira("POST", "/appointments", visit(starts_at=first["starts_at"], duration_minutes=15)).status_code == 201
    seen = samira("GET", f"/week-plans/{plan['id']}").json
    assert "overlap" in {each["what"] for each in seen["problems"]}
    done = samira("POST", f"/week-plans/{plan['id']}/accept", {}, Idempotency_Key="once").json
    assert [each["status"] for each in done["visits"]] == ["refused", "booked"]
    assert "Deze tijd is al bezet." in done["visits"][0]["reason"]
    assert "Samira Bakker" in done["visits"][0]["reason"]


def test_a_case_that_has_ended_meanwhile_is_refused_and_the_others_are_booked(
    office: Office, samira: Caller, searcher: Searcher
) -> None:
    plan = planned(samira, searcher)
    ends(office, CASE_R)
    done = samira("POST", f"/week-plans/{plan['id']}/accept", {}).json
    assert [each["status"] for each in done["visits"]] == ["refused", "booked"]
    assert "Dit dossier is afgerond." in done["visits"][0]["reason"]
    again = asked(samira, wish(CASE_K), wish(CASE_R))
    assert (again.status_code, list(again.json["errors"])) == (422, ["visits.1.case_id"])


def test_some_are_accepted_and_the_others_wait(samira: Caller, searcher: Searcher) -> None:
    plan = planned(samira, searcher)
    done = samira("POST", f"/week-plans/{plan['id']}/accept", {"case_ids": [str(CASE_K)]}).json
    assert {each["case_id"]: each["status"] for each in done["visits"]} == {str(CASE_R): "proposed", str(CASE_K): "booked"}
    booked = samira("PATCH", f"/week-plans/{plan['id']}", {"visits": [{"case_id": str(CASE_K), "starts_at": None}]})
    assert booked.status_code == 409


def test_two_who_accept_the_same_plan_book_it_once(office: Office, samira: Caller, searcher: Searcher) -> None:
    plan = planned(samira, searcher)
    callers = [office.client("liaison", {REGENBOOG, KLIMOP}) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda caller: caller("POST", f"/week-plans/{plan['id']}/accept", {}).json, callers))
    assert {each["status"] for answer in answers for each in answer["visits"]} == {"booked"}
    assert office.rows("select count(*) from appointments") == [(2,)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"week": "2026-W60"}, "week"),
        ({"week": "2026-12-01"}, "week"),
        ({"week": "2025-W05"}, "week"),
        ({"week": "2029-W05"}, "week"),
        ({"week": "9999-W52"}, "week"),
        ({"visits": []}, "visits"),
        ({"visits": [wish(priority=5)]}, "visits.0.priority"),
        ({"visits": [wish(duration_minutes=0)]}, "visits.0.duration_minutes"),
        ({"visits": [wish(), wish()]}, "visits.1.case_id"),
        ({"visits": [wish(participant_ids=[str(SAMIRA)])]}, "visits.0.participant_ids"),
        ({"visits": [wish(windows=[{"starts_at": at(0, 9), "ends_at": at(0, 9)}])]}, "visits.0.windows.0.ends_at"),
        ({"visits": [wish(windows=[{"starts_at": at(0, 9), "ends_at": at(0, 9, 30)}])]}, "visits.0.windows.0.ends_at"),
        (
            {"visits": [wish(windows=[{"starts_at": "2026-11-30T09:00", "ends_at": at(0, 9, 30)}])]},
            "visits.0.windows.0.starts_at",
        ),
    ],
)
def test_bad_input_names_its_field(samira: Caller, change: dict[str, Any], field: str) -> None:
    refused = samira("POST", "/week-plans", {"week": WEEK, "visits": [wish()]} | change)
    assert (refused.status_code, list(refused.json["errors"])) == (422, [field])


def test_a_monday_names_a_week_too(samira: Caller) -> None:
    assert asked(samira, week="2026-11-30").json["week"] == WEEK


@pytest.mark.parametrize(("week", "monday"), [("2027-W12", date(2027, 3, 22)), ("2027-W43", date(2027, 10, 25))])
def test_the_weeks_in_which_the_clock_changes_are_planned_on_the_clock(
    samira: Caller, searcher: Searcher, week: str, monday: date
) -> None:
    """The clock changes on the Sunday, which is in the week and of which nobody works."""
    thursday = [{"starts_at": at(3, 9, monday=monday), "ends_at": at(3, 10, monday=monday)}]
    plan = planned(samira, searcher, wish(windows=thursday), wish(CASE_K), week=week)
    assert datetime.fromisoformat(plan["visits"][0]["starts_at"]) == datetime.fromisoformat(at(3, 9, monday=monday))
    sunday = {"case_id": str(CASE_K), "starts_at": at(6, 9, monday=monday)}
    moved = samira("PATCH", f"/week-plans/{plan['id']}", {"visits": [sunday]}).json
    assert datetime.fromisoformat(moved["visits"][1]["starts_at"]) == datetime.fromisoformat(at(6, 9, monday=monday))
    assert [each["what"] for each in moved["problems"]] == ["outside_hours"]


def test_another_persons_plan_and_another_schools_case_are_not_there(office: Office, samira: Caller, searcher: Searcher) -> None:
    plan = planned(samira, searcher)
    for other in (
        office.client("liaison", {REGENBOOG, KLIMOP}, ANNA, "Anna"),
        office.client("team_member", {KLIMOP}, ANNA, "Anna"),
    ):
        assert other("GET", f"/week-plans/{plan['id']}").status_code == 404
        assert (
            other("PATCH", f"/week-plans/{plan['id']}", {"visits": [{"case_id": str(CASE_R), "starts_at": None}]}).status_code
            == 404
        )
        assert other("POST", f"/week-plans/{plan['id']}/accept", {}).status_code == 404
        assert other("POST", f"/week-plans/{plan['id']}/cancel").status_code == 404
    here = office.client("liaison", {KLIMOP})
    assert asked(here, wish()).status_code == 404
    assert [each["case_id"] for each in here("GET", f"/week-plans/{plan['id']}").json["visits"]] == [str(CASE_K)]
    assert office.client("school_staff", {REGENBOOG}, ANNA, "Anna")("GET", f"/week-plans/{plan['id']}").status_code == 403


def test_the_policies_alone_keep_plans_apart(office: Office, samira: Caller, searcher: Searcher) -> None:
    planned(samira, searcher)
    counts = sa.text("select (select count(*) from week_plans), (select count(*) from week_plan_visits)")
    seen = {}
    for name, scope in {
        "own": Scope(frozenset({REGENBOOG, KLIMOP}), "liaison", SAMIRA),
        "one school": Scope(frozenset({KLIMOP}), "liaison", SAMIRA),
        "somebody else": Scope(frozenset({REGENBOOG, KLIMOP}), "liaison", ANNA),
        "the school": Scope(frozenset({REGENBOOG}), "school", SAMIRA),
        "nobody": Scope(),
    }.items():
        with office.service.database.transaction(scope) as session:
            seen[name] = tuple(session.execute(counts).one())
    assert seen == {"own": (1, 2), "one school": (1, 1), "somebody else": (0, 0), "the school": (0, 0), "nobody": (0, 0)}


def test_a_plan_is_stopped_and_a_new_one_stops_the_one_before(office: Office, samira: Caller, searcher: Searcher) -> None:
    first, second = asked(samira).json["id"], asked(samira).json["id"]
    assert samira("GET", f"/week-plans/{first}").json["state"] == "cancelled"
    stopped = samira("POST", f"/week-plans/{second}/cancel")
    assert (stopped.status_code, stopped.json["state"]) == (200, "cancelled")
    assert samira("POST", f"/week-plans/{second}/cancel").status_code == 409
    assert samira("POST", f"/week-plans/{second}/accept", {}).status_code == 409
    assert not searcher.search_one(threading.Event())


def test_a_search_that_is_stopped_midway_ends_its_process(office: Office, samira: Caller, searcher: Searcher) -> None:
    plan = asked(samira).json["id"]

    def solve(week: Any, seed: int, go_on: Any) -> Any:
        assert go_on({"percent": 40, "visits": 1, "travel": 20})
        assert samira("GET", f"/week-plans/{plan}").json["progress"] == 40
        assert samira("POST", f"/week-plans/{plan}/cancel").status_code == 200
        return week_process.solve(week, seed, go_on)

    assert Searcher(searcher.database, office.clock, solve).search_one(threading.Event())
    assert samira("GET", f"/week-plans/{plan}").json["state"] == "cancelled"


def test_what_a_worker_left_is_taken_up_by_the_next_and_given_up_after_three(
    office: Office, samira: Caller, searcher: Searcher
) -> None:
    plan = asked(samira).json["id"]

    def dies(*_: Any) -> Any:
        raise RuntimeError("the machine went away")

    for _ in range(3):
        with pytest.raises(RuntimeError):
            Searcher(searcher.database, office.clock, dies).search_one(threading.Event())
        assert not searcher.search_one(threading.Event())  # it is somebody's, as far as is known
        office.clock.advance(timedelta(minutes=2))
    assert searcher.search_one(threading.Event())
    assert samira("GET", f"/week-plans/{plan}").json["state"] == "failed"


def test_a_worker_that_stops_gives_its_plan_back(samira: Caller, searcher: Searcher) -> None:
    plan, stop = asked(samira).json["id"], threading.Event()
    stop.set()
    assert searcher.search_one(stop)
    assert samira("GET", f"/week-plans/{plan}").json["state"] == "queued"
    assert searcher.search_one(threading.Event())
    assert samira("GET", f"/week-plans/{plan}").json["state"] == "proposed"


def test_an_erased_case_is_gone_from_plans_too(office: Office, samira: Caller, searcher: Searcher) -> None:
    plan = planned(samira, searcher)
    handler = next(each.handler for each in SUBSCRIPTIONS if each.type == "cases.case.erased.v1")
    data = {"case_id": CASE_R, "school_id": REGENBOOG, "person_ids": [FATMA, MEHMET]}
    with searcher.database.transaction(Scope.of_schools([REGENBOOG])) as session:
        handler(session, Event(new_id(), "cases.case.erased.v1", "/cases", office.clock.now(), "subject", REGENBOOG, 1, data))
    left = samira("GET", f"/week-plans/{plan['id']}").json
    assert [each["case_id"] for each in left["visits"]] == [str(CASE_K)]
    assert samira("POST", f"/week-plans/{plan['id']}/accept", {}).json["visits"][0]["status"] == "booked"
