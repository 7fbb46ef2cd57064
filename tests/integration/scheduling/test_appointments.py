"""Planning over HTTP: what is asked happens once, what is taken is refused, and another school sees nothing."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.scheduling.conftest import (
    ANNA,
    BOTH,
    CASE_K,
    CASE_R,
    FATMA,
    KASIA,
    KLIMOP,
    MEHMET,
    SAMIRA,
    Caller,
    Office,
)
from tests.statements import statements


def visit(**more: Any) -> dict[str, Any]:
    asked = {"case_id": str(CASE_R), "kind": "home_visit", "starts_at": "2026-12-01T13:00:00+01:00", "duration_minutes": 60}
    return asked | {"participant_ids": [str(FATMA), str(MEHMET)]} | more


def at_klimop(**more: Any) -> dict[str, Any]:
    return visit(case_id=str(CASE_K), participant_ids=[str(KASIA)]) | more


def told(office: Office) -> list[str]:
    return [row[0] for row in office.rows("select type from outbox order by seq")]


def test_a_visit_is_planned_and_each_guardian_is_invited_apart(office: Office, samira: Caller) -> None:
    answer = samira("POST", "/appointments", visit())
    assert answer.status_code == 201, answer.json
    found = answer.json
    assert (found["status"], found["sequence"]) == ("invited", 0)
    assert found["starts_at"] == "2026-12-01T12:00:00+00:00"
    assert found["ends_at"] == "2026-12-01T13:00:00+00:00"
    assert [(each["person_id"], each["response"]) for each in found["participants"]] == [
        (str(FATMA), "awaiting"),
        (str(MEHMET), "awaiting"),
    ]
    assert sorted(told(office)) == ["scheduling.appointment.invited.v1", *["scheduling.invitation.requested.v1"] * 2]


def test_a_booking_is_four_statements_however_full_the_day_is(office: Office, samira: Caller) -> None:
    """The scope and the lock; the case and its people; the day: one round trip. All that it writes, the events too: another."""
    for hour in range(9, 16):
        at = f"2026-12-01T{hour:02}:00:00+01:00"
        with statements(office.service.database) as sent:
            assert samira("POST", "/appointments", visit(starts_at=at)).status_code == 201
        assert len(sent) == 4, sent


def test_the_liaison_is_busy_across_schools_and_nobody_hears_with_what(samira: Caller) -> None:
    assert samira("POST", "/appointments", visit()).status_code == 201
    answer = samira("POST", "/appointments", at_klimop(starts_at="2026-12-01T13:30:00+01:00"))
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    (conflict,) = answer.json["conflicts"]
    assert (conflict["name"], conflict["starts_at"]) == ("Samira Bakker", "2026-12-01T12:00:00+00:00")
    assert "Samira Bakker: 01-12-2026 13:00–14:00" in answer.json["detail"]
    assert "Fatma" not in answer.text
    assert str(CASE_R) not in answer.text


def test_one_after_the_other_fits(samira: Caller) -> None:
    assert samira("POST", "/appointments", visit()).status_code == 201
    assert samira("POST", "/appointments", at_klimop(starts_at="2026-12-01T14:00:00+01:00")).status_code == 201


def test_a_refused_visit_leaves_nothing_behind(office: Office, samira: Caller) -> None:
    samira("POST", "/appointments", visit())
    samira("POST", "/appointments", at_klimop())
    assert office.rows("select count(*) from appointments") == [(1,)]
    assert office.rows("select count(*) from occupancy") == [(3,)]


def test_moving_frees_the_old_time_raises_the_sequence_and_asks_anew(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json
    moved = samira("PATCH", f"/appointments/{made['id']}", {"starts_at": "2026-12-02T10:00:00+01:00"}, If_Match='"1"')
    assert moved.status_code == 200, moved.json
    assert (moved.json["sequence"], moved.json["status"], moved.json["ends_at"]) == (1, "invited", "2026-12-02T10:00:00+00:00")
    assert samira("POST", "/appointments", at_klimop()).status_code == 201
    assert samira("PATCH", f"/appointments/{made['id']}", {"duration_minutes": 30}, If_Match='"1"').status_code == 412
    assert samira("PATCH", f"/appointments/{made['id']}", {"starts_at": "2026-12-01T13:00:00+01:00"}).status_code == 409
    assert samira("GET", f"/appointments/{made['id']}").json["sequence"] == 1
    assert told(office).count("scheduling.appointment.moved.v1") == 1


def test_cancelling_frees_the_time_and_cannot_be_undone(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json
    cancelled = samira("POST", f"/appointments/{made['id']}/cancel", {"reason": "De school is ziek."})
    assert (cancelled.json["status"], cancelled.json["sequence"]) == ("cancelled", 1)
    assert samira("POST", "/appointments", visit()).status_code == 201
    assert samira("POST", f"/appointments/{made['id']}/cancel", {"reason": "nog eens"}).status_code == 409
    assert "De school is ziek." not in str(office.rows("select convert_from(body, 'UTF8') from outbox"))


def test_another_school_is_not_found(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json
    klimop = office.client("school_staff", {KLIMOP}, ANNA, "Anna")
    unknown = klimop("GET", f"/appointments/{uuid4()}")
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"duration_minutes": 30}),
        ("POST", "/cancel", {"reason": "x"}),
        ("POST", "/outcome", {"outcome": "held"}),
    ):
        answer = klimop(method, f"/appointments/{made['id']}{path}", body)
        assert (answer.status_code, answer.json) == (404, unknown.json)
    assert klimop("GET", "/appointments").json["items"] == []
    assert klimop("POST", "/appointments", visit()).status_code == 404


def test_the_same_key_does_it_once(office: Office, samira: Caller) -> None:
    first = samira("POST", "/appointments", visit(), Idempotency_Key="k1")
    again = samira("POST", "/appointments", visit(), Idempotency_Key="k1")
    assert (again.status_code, again.json) == (201, first.json)
    assert samira("POST", "/appointments", visit(duration_minutes=30), Idempotency_Key="k1").status_code == 422
    assert office.rows("select count(*) from appointments") == [(1,)]


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("starts_at", {"starts_at": "2026-12-01T13:00:00"}),
        ("starts_at", {"starts_at": "2026-02-30T13:00:00+01:00"}),
        ("starts_at", {"starts_at": "2020-01-01T13:00:00+01:00"}),
        ("starts_at", {"starts_at": "2028-01-01T13:00:00+01:00"}),
        ("duration_minutes", {"duration_minutes": 5}),
        ("duration_minutes", {"duration_minutes": "60"}),
        ("kind", {"kind": "party"}),
        ("participant_ids", {"participant_ids": []}),
        ("participant_ids", {"participant_ids": [str(KASIA)]}),
        ("participant_ids.0", {"participant_ids": ["nobody"]}),
        ("colour", {"colour": "red"}),
    ],
)
def test_bad_input_names_its_field_and_does_nothing(office: Office, samira: Caller, field: str, change: dict[str, Any]) -> None:
    answer = samira("POST", "/appointments", visit(**change))
    assert answer.status_code == 422, answer.json
    assert list(answer.json["errors"]) == [field]
    assert office.rows("select count(*) from appointments") == [(0,)]


def test_roles_and_tokens(office: Office, samira: Caller) -> None:
    assert office.client("coordinator", set())("GET", "/appointments").status_code == 403
    assert Caller(samira.client, samira.token[:-4] + "AAAA")("GET", "/appointments").status_code == 401
    assert samira.client.get("/scheduling/api/v1/appointments").status_code == 401


def test_lists_are_paged_and_filtered(samira: Caller) -> None:
    for hour in range(8, 13):
        assert samira("POST", "/appointments", visit(starts_at=f"2026-12-01T{hour:02}:00:00+01:00")).status_code == 201
    first = samira("GET", "/appointments?limit=3").json
    rest = samira("GET", f"/appointments?limit=3&cursor={first['next_cursor']}").json
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [3, 2, None]
    some = samira("GET", "/appointments?from=2026-12-01T10:00:00%2B01:00&to=2026-12-01T11:00:00%2B01:00").json["items"]
    assert [each["starts_at"] for each in some] == ["2026-12-01T09:00:00+00:00"]
    assert len(samira("GET", "/appointments?from=2026-12-01&to=2026-12-01").json["items"]) == 5
    assert samira("GET", "/appointments?from=2026-12-02&to=2026-12-31").json["items"] == []
    assert samira("GET", f"/appointments?case_id={CASE_K}").json["items"] == []
    assert samira("GET", "/appointments?cursor=x").status_code == 422


def test_of_thirty_two_who_race_one_wins_and_nothing_deadlocks(office: Office) -> None:
    """Overlapping, unequal slots, at two schools, the persons named in different orders."""
    answers: list[int] = []
    start = threading.Barrier(32)

    def race(number: int) -> None:
        caller = office.client("liaison", BOTH)
        body = at_klimop() if number % 2 else visit(participant_ids=[str(MEHMET), str(FATMA)][:: 1 if number % 4 else -1])
        body |= {"starts_at": f"2026-12-01T13:{number % 4 * 10:02}:00+01:00", "duration_minutes": 60 + number}
        start.wait()
        answers.append(caller("POST", "/appointments", body).status_code)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [201, *[409] * 31]
    assert office.rows("select deadlocks from pg_stat_database where datname = current_database()") == [(0,)]


def test_the_host_may_be_named_and_then_has_accepted(samira: Caller) -> None:
    made = samira("POST", "/appointments", visit(participant_ids=[str(SAMIRA), str(FATMA)])).json
    assert [each["response"] for each in made["participants"]] == ["accepted", "awaiting"]


def test_an_appointment_is_concluded_after_it_began(office: Office, samira: Caller) -> None:
    made = samira("POST", "/appointments", visit()).json
    assert samira("POST", f"/appointments/{made['id']}/outcome", {"outcome": "held"}).status_code == 409
    office.clock.advance(timedelta(days=9))
    late = office.client("liaison", BOTH)
    done = late("POST", f"/appointments/{made['id']}/outcome", {"outcome": "held", "note": "goed gesprek"})
    assert done.json["status"] == "held"
