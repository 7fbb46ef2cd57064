"""How it went: said over HTTP or on the phone, and what is suggested when they missed each other twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.scheduling.conftest import BOTH, Caller, Office, browser
from tests.integration.scheduling.test_agenda import open_form
from tests.integration.scheduling.test_appointments import visit

SUGGESTED = "Misschien past een andere plek of tijd beter."


def been(office: Office, *days: int) -> tuple[Caller, list[str]]:
    """Three visits that have taken place, and who planned them."""
    before = office.client("liaison", BOTH)
    made = [before("POST", "/appointments", visit(starts_at=f"2026-12-0{day}T10:00:00+01:00")).json["id"] for day in days]
    office.clock.advance(timedelta(days=14))
    return office.client("liaison", BOTH), made


def outcome(caller: Caller, appointment_id: str, how: str) -> Any:
    answer = caller("POST", f"/appointments/{appointment_id}/outcome", {"outcome": how})
    assert (answer.status_code, answer.json["status"]) == (200, how)
    return answer.json["suggestion"]


def test_twice_in_a_row_suggests_another_way_and_blames_nobody(office: Office) -> None:
    samira, (first, second, third) = been(office, 1, 2, 3)
    assert outcome(samira, first, "no_show") is None
    suggested = outcome(samira, second, "no_show")
    assert SUGGESTED in suggested
    assert not [word for word in ("niet op", "kwam", "verscheen", "afwezig", "schuld") if word in suggested]
    page = browser(office, samira).get(f"/scheduling/afspraken/{third}").text
    assert SUGGESTED in page
    assert outcome(samira, third, "held") is None
    assert SUGGESTED not in browser(office, samira).get(f"/scheduling/afspraken/{third}").text


def test_what_was_said_by_mistake_is_said_again_and_the_suggestion_goes(office: Office) -> None:
    samira, (first, second) = been(office, 1, 2)
    outcome(samira, first, "no_show")
    assert outcome(samira, second, "no_show")
    assert outcome(samira, second, "held") is None


@pytest.mark.parametrize(("second", "suggested"), [("no_show", True), ("held", False)])
def test_one_press_on_the_day_says_how_it_went_and_what_to_try(office: Office, second: str, suggested: bool) -> None:
    samira, days = been(office, 1, 2)
    pages = browser(office, samira)
    for made, day, how in zip(days, ("2026-12-01", "2026-12-02"), ("no_show", second), strict=True):
        here = f"/scheduling/vandaag?dag={day}"
        data = {"csrf_token": open_form(pages, here), "outcome": how, "dag": day}
        answer = pages.post(f"/scheduling/afspraken/{made}/uitkomst", data=data)
        assert (answer.status_code, answer.headers["Location"]) == (303, here)
        page = pages.get(here).text
        assert "Vastgelegd hoe het ging." in page
        assert (SUGGESTED in page) is (suggested and day == "2026-12-02")
