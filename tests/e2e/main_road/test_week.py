"""Moving a visit in the week: by the keyboard alone, and by dragging it, which fills in the same form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, expect

from shared.clock import AMSTERDAM
from tests.api_client import Client
from tests.e2e.main_road.people import Browsers, Person
from tests.sites import Site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("main-road-embedded"),
]
LIAISON = "ouderfunctionaris@demo.example"
HEADING = "Afspraak verzetten"


@pytest.fixture
def site(sites: Callable[[str], Site]) -> Site:
    return sites("embedded")


@pytest.fixture
def liaison(site: Site, chromium: Browser) -> Iterator[Person]:
    with Browsers(chromium, site.url, 1280, set()).staff(LIAISON) as person:
        yield person


def planned(site: Site, weeks: int) -> tuple[str, datetime]:
    """A visit on Monday at ten, in a week in which nobody else of these tests plans, nor did on the Sunday before."""
    api, now = Client(site.port).log_in(LIAISON), datetime.now(AMSTERDAM)
    monday = now - timedelta(days=now.weekday()) + timedelta(weeks=weeks)
    at = monday.replace(hour=10, minute=0, second=0, microsecond=0)
    cases = api.get("/cases/api/v1/cases?limit=200").data["items"]
    open_cases = (api.get(f"/cases/api/v1/cases/{each['id']}").data for each in cases if each["phase"] != "closed")
    case = next(each for each in open_cases if each["guardians"])
    asked = {"case_id": case["id"], "kind": "home_visit", "starts_at": at.isoformat(), "duration_minutes": 60}
    made = api.post("/scheduling/api/v1/appointments", asked | {"participant_ids": [case["guardians"][0]["id"]]})
    assert made.status == 201, made.data
    return str(made.data["id"]), at


def corner(found: Locator) -> tuple[float, float]:
    """Of what is shown: its left and its top in pixels."""
    box = found.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def moved_to(site: Site, appointment: str) -> datetime:
    answer = Client(site.port).log_in(LIAISON).get(f"/scheduling/api/v1/appointments/{appointment}")
    return datetime.fromisoformat(answer.data["starts_at"]).astimezone(AMSTERDAM)


def test_dragging_fills_the_form_in_and_only_sending_it_moves(site: Site, liaison: Person) -> None:
    appointment, at = planned(site, weeks=31)
    liaison.opens(f"/scheduling/agenda?week={at:%G-W%V}")
    slot = liaison.page.locator(f'a[href="/scheduling/afspraken/{appointment}"]')
    wednesday = liaison.page.locator(f'[data-day="{at + timedelta(days=2):%Y-%m-%d}"]')
    afternoon = liaison.page.locator('[data-hour="14"]')
    afternoon.scroll_into_view_if_needed()  # what is said of the days of a week moves its hours down
    hour = corner(afternoon)
    column, grip = corner(wednesday), corner(slot)
    liaison.page.mouse.move(grip[0] + 20, grip[1] + 5)
    liaison.page.mouse.down()
    liaison.page.mouse.move(column[0] + 40, hour[1] + 3, steps=4)
    liaison.page.mouse.move(column[0] + 40, hour[1] + 5, steps=2)
    with liaison.page.expect_navigation(url=re.compile("op=")):
        liaison.page.mouse.up()
    expect(liaison.page.get_by_label("Datum")).to_have_value(f"{at + timedelta(days=2):%Y-%m-%d}")
    expect(liaison.page.get_by_label("Tijd")).to_have_value("14:00")
    assert moved_to(site, appointment) == at
    liaison.looks()
    liaison.presses("Verzetten")
    assert liaison.reads("De afspraak is verzet")
    assert moved_to(site, appointment) == at + timedelta(days=2, hours=4)


def test_the_keyboard_alone_moves_it_as_well(site: Site, liaison: Person) -> None:
    appointment, at = planned(site, weeks=34)
    liaison.opens(f"/scheduling/agenda?week={at:%G-W%V}")
    page = liaison.page
    page.locator(f'a[href="/scheduling/afspraken/{appointment}"]').focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text(HEADING, exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Tijd")).to_be_visible()
    page.get_by_label("Tijd").focus()
    page.keyboard.type("1130")
    page.get_by_role("button", name="Verzetten", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert liaison.reads("De afspraak is verzet")
    assert moved_to(site, appointment) == at + timedelta(hours=1, minutes=30)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", ["/scheduling/vandaag", "/scheduling/agenda/maand", "/scheduling/agenda/lijst"])
def test_the_other_ways_to_see_the_agenda_hold_for_everybody(site: Site, chromium: Browser, path: str, width: int) -> None:
    for email in (LIAISON, "regenboog@demo.example"):
        with Browsers(chromium, site.url, width, set()).staff(email) as person:
            person.opens(path)
