"""Planning a week in the browser: families ticked, a proposal made while one waits, changed by hand and booked, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from shared.clock import AMSTERDAM
from tests.api_client import Client
from tests.e2e.main_road.people import Browsers
from tests.sites import Site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("main-road-embedded"),
]
LIAISON = "ouderfunctionaris@demo.example"


@pytest.mark.parametrize(("width", "weeks"), [(1280, 40), (390, 43)])
def test_a_week_is_planned_and_booked(sites: Callable[[str], Site], chromium: Browser, width: int, weeks: int) -> None:
    """Weeks apart: in another order, with a Sunday's midnight between them, 40 and 41 are the same week."""
    site, week = sites("embedded"), datetime.now(AMSTERDAM) + timedelta(weeks=weeks)
    with Browsers(chromium, site.url, width, set()).staff(LIAISON) as liaison:
        page = liaison.page
        liaison.opens(f"/scheduling/agenda?week={week:%G-W%V}")
        liaison.follows("Week plannen")
        boxes = page.locator("input[name$=-chosen]")
        for number in range(boxes.count()):
            boxes.nth(number).set_checked(number < 3)
        page.get_by_role("button", name="Maak een voorstel").press("Enter")
        # It comes by itself, without script: the page asks the browser to come again.
        expect(page.get_by_role("button", name="Accepteer alles")).to_be_visible(timeout=240_000)
        liaison.looks()
        page.locator("details > summary").first.press("Enter")
        page.locator("input[type=time]").first.fill("19:00")
        liaison.presses("Controleer opnieuw")
        assert liaison.reads("dit bezoek valt buiten uw werktijd.")
        assert page.locator("input[name$=-chosen]:checked").count() == 2
        liaison.presses("Accepteer wat is aangevinkt")
        assert liaison.reads("2 bezoeken staan in de agenda.")
        liaison.opens(f"/scheduling/agenda?week={week:%G-W%V}")
    monday = week.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=week.weekday())
    query = f"?from={monday:%Y-%m-%d}T00:00:00Z&to={monday + timedelta(days=6):%Y-%m-%d}T00:00:00Z"
    booked = Client(site.port).log_in(LIAISON).get(f"/scheduling/api/v1/appointments{query}").data["items"]
    assert [each["status"] for each in booked] == ["invited", "invited"]
