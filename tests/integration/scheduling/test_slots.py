"""Proposals for a time, asked over HTTP."""

from __future__ import annotations

import pytest

from tests.integration.scheduling.conftest import ANNA, CASE_K, CASE_R, FATMA, KASIA, KLIMOP, MEHMET, Caller, Office
from tests.integration.scheduling.test_appointments import visit

ASKED = f"/slots?case_id={CASE_R}&kind=home_visit&duration_minutes=60&participant_ids={FATMA}&participant_ids={MEHMET}"
DAY = "&from=2026-12-01T00:00:00Z&to=2026-12-01T23:00:00Z"


def test_a_proposal_can_be_booked_and_is_then_no_longer_proposed(samira: Caller) -> None:
    best = samira("GET", ASKED + DAY).json["items"][0]
    assert best["why"] == "Iedereen is vrij, met ruimte ervoor en erna."
    assert samira("POST", "/appointments", visit(starts_at=best["starts_at"])).status_code == 201
    left = samira("GET", ASKED + DAY).json["items"]
    assert left
    assert best["starts_at"] not in [slot["starts_at"] for slot in left]


def test_a_second_visit_on_one_day_is_proposed_last(samira: Caller) -> None:
    samira("POST", "/appointments", visit())
    two_days = "&from=2026-12-01T00:00:00Z&to=2026-12-02T23:00:00Z"
    days = [each["starts_at"][:10] for each in samira("GET", ASKED + two_days).json["items"]]
    assert days == ["2026-12-02", "2026-12-02", "2026-12-01", "2026-12-01"]


def test_what_is_planned_at_another_school_is_in_the_way(samira: Caller) -> None:
    elsewhere = visit(case_id=str(CASE_K), participant_ids=[str(KASIA)], starts_at="2026-12-01T08:30:00+01:00")
    assert samira("POST", "/appointments", elsewhere | {"duration_minutes": 480}).status_code == 201
    assert samira("GET", ASKED + DAY).json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("field", "query"),
    [
        ("to", ASKED + "&from=2026-12-01T00:00:00Z&to=2026-12-01T00:00:00Z"),
        ("to", ASKED + "&from=2026-12-01T00:00:00Z&to=2027-12-01T00:00:00Z"),
        ("from", ASKED + "&from=9999-12-30T00:00:00Z"),
        ("from", ASKED + "&from=2029-12-01T00:00:00Z"),
        ("participant_ids", f"{ASKED}&participant_ids={KASIA}"),
        ("duration_minutes", ASKED.replace("=60", "=5")),
    ],
)
def test_bad_input_names_its_field(samira: Caller, field: str, query: str) -> None:
    answer = samira("GET", query)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_a_length_that_cannot_be_is_refused_in_the_language_of_the_house(samira: Caller) -> None:
    refused = samira("GET", ASKED.replace("=60", "=5")).json
    assert refused["errors"] == {"duration_minutes": ["Kies een getal van 15 tot en met 480."]}


def test_a_period_that_is_over_is_said_to_be_over(samira: Caller) -> None:
    refused = samira("GET", f"{ASKED}&from=2026-01-01&to=2026-01-31").json
    assert refused["errors"] == {"to": ["Deze periode is al voorbij."]}


def test_another_school_is_not_found(office: Office) -> None:
    assert office.client("school_staff", {KLIMOP}, ANNA, "Anna")("GET", ASKED + DAY).status_code == 404


def test_a_period_may_be_given_in_days(samira: Caller) -> None:
    days = samira("GET", f"{ASKED}&from=2026-12-01&to=2026-12-01")
    assert days.json["items"]
    assert days.json == samira("GET", ASKED + DAY).json


def test_persons_may_be_given_with_commas_between_them(samira: Caller) -> None:
    apart, together = samira("GET", ASKED), samira("GET", ASKED.replace(f"&participant_ids={MEHMET}", f",{MEHMET}"))
    assert together.status_code == 200
    assert together.json == apart.json
    assert samira("GET", f"{ASKED},x").status_code == 422
