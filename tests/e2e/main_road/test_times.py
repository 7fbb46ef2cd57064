"""Times in the browser: one's hours and a school's closures are said, times are found, and two parents choose at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from shared.clock import AMSTERDAM
from tests.api_client import Client
from tests.e2e.main_road.hands import Keyboard, Mouse
from tests.e2e.main_road.mailbox import Mailbox
from tests.e2e.main_road.people import Browsers
from tests.e2e.main_road.test_one_family import Somebody
from tests.sites import Site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("main-road-embedded"),
]
LIAISON, SCHOOL = "ouderfunctionaris@demo.example", "regenboog@demo.example"
CLOSURES = "van;tot;naam\n{day:%d-%m-%Y};;Studiedag {number}\n31-02-2027;;Bestaat niet\n"


@dataclass(frozen=True)
class Walk:
    """With which hands, on what width; `parents`: of which case, by their names."""

    hands: type[Mouse | Keyboard]
    width: int
    parents: tuple[str, str]
    number: int


WALKS = [
    pytest.param(Walk(Keyboard, 1280, ("Sanne de Jong", "Mark Willems"), 1), id="keyboard-1280"),
    pytest.param(Walk(Mouse, 390, ("Karin van der Berg", "Petra Smits"), 2), id="mouse-390"),
]


@dataclass(frozen=True)
class Road:
    """A site and those who walk there."""

    site: Site
    browsers: Browsers
    walk: Walk

    @contextmanager
    def staff(self, email: str) -> Iterator[Somebody]:
        with self.browsers.staff(email) as person:
            yield Somebody(person, self.walk.hands(person.page))

    @contextmanager
    def parent(self) -> Iterator[Somebody]:
        with self.browsers.anybody(width=390) as person:
            yield Somebody(person, self.walk.hands(person.page))

    def case(self) -> str:
        """Of the two parents of this walk."""
        api = Client(self.site.port).log_in(LIAISON)
        for each in api.get("/cases/api/v1/cases?limit=200").data["items"]:
            guardians = api.get(f"/cases/api/v1/cases/{each['id']}").data["guardians"]
            if [f"{one['first_name']} {one['last_name']}" for one in guardians] == list(self.walk.parents):
                return str(each["id"])
        raise AssertionError(f"no case of {self.walk.parents}")

    def appointments(self) -> dict[str, list[str]]:
        """Of the case, from three weeks on: the answers of who is asked, by the appointment's id."""
        period = f"from={datetime.now(UTC) + timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}&case_id={self.case()}"
        found = Client(self.site.port).log_in(LIAISON).get(f"/scheduling/api/v1/appointments?{period}").data["items"]
        return {str(each["id"]): [str(one["response"]) for one in each["participants"]] for each in found}

    def link(self, parent: str) -> str:
        first, last = parent.split(" ", 1)
        address = f"{first}.{last.replace(' ', '')}@voorbeeld.example".lower()
        return Mailbox(self.site.data / "mail", address).about("Kies een tijd").link


@pytest.fixture
def road(request: pytest.FixtureRequest, sites: Callable[[str], Site], chromium: Browser) -> Road:
    site = sites("embedded")
    return Road(site, Browsers(chromium, site.url, request.param.width, set()), request.param)


@pytest.mark.parametrize("road", WALKS, indirect=True)
def test_hours_and_closures_are_said_and_what_is_wrong_comes_back(road: Road, tmp_path: Path) -> None:
    # Days apart: the other walk may have been on the day before.
    off = datetime.now(AMSTERDAM).date() + timedelta(days=200 + 10 * road.walk.number)
    with road.staff(SCHOOL) as school:
        school.goes_to("/scheduling/agenda")
        school.follows("Mijn werktijden")
        _says_a_day(school, off, until="09:00")
        assert school.reads("Kies uren die na elkaar komen")
        expect(school.label("Eerste dag")).to_have_value(off.isoformat())
        school.person.page.locator("[name=different_until]").fill("12:00")
        school.presses("Toevoegen")
        assert school.reads("De afwijkende dagen zijn bewaard.")
        assert school.reads("10:00–12:00")
        school.goes_to("/scheduling/agenda")
        school.follows("Schooltijden")
        school.unfolds("Uit een bestand")
        file = tmp_path / "sluitingen.csv"
        file.write_text(CLOSURES.format(day=off, number=road.walk.number))
        school.label("Bestand met sluitingsdagen").set_input_files(file)
        school.presses("Bestand lezen")
        assert school.reads("1 sluiting toegevoegd")
        assert school.reads("Regel 3: Dit is geen datum.")
        assert school.reads(f"Studiedag {road.walk.number}")


def _says_a_day(somebody: Somebody, day: date, until: str) -> None:
    """From ten until `until`."""
    somebody.unfolds("Dagen toevoegen")
    somebody.hands.write_day(somebody.label("Eerste dag"), day)
    # Filled in and not typed: how a browser asks for the parts of a time is its own affair.
    somebody.person.page.locator("[name=different_from]").fill("10:00")
    somebody.person.page.locator("[name=different_until]").fill(until)
    somebody.presses("Toevoegen")


@pytest.mark.parametrize("road", WALKS, indirect=True)
def test_of_two_parents_who_press_the_same_time_one_has_it_and_both_see_it(road: Road) -> None:
    # Other walks plan visits of the same family, before this one or after.
    before = road.appointments()
    with road.staff(LIAISON) as liaison:
        _offers(liaison, road.case())
    mother, father = (road.link(name) for name in road.walk.parents)
    with ExitStack() as stack:
        hers, his = (stack.enter_context(road.parent()) for _ in range(2))
        for parent, link in ((hers, mother), (his, father)):
            parent.goes_to(link)
            expect(parent.person.page.locator("button[name=pick]")).to_have_count(2)
        chosen = hers.person.page.locator("button[name=pick]").first
        day, hours = chosen.inner_text().strip().split(", ")
        hers.hands.press(chosen)
        _looks_anew(hers)
        assert hers.reads("U hebt deze tijd gekozen. Dank u wel.")
        his.hands.press(his.person.page.locator("button[name=pick]").first)
        _looks_anew(his)
        assert his.reads("Er is al een tijd gekozen.")
        assert his.reads("Deze tijd is gekozen. U krijgt hierover een bericht.")
        for parent in (hers, his):
            expect(parent.person.page.locator(".moment")).to_contain_text(day)
            expect(parent.person.page.locator(".moment")).to_contain_text(hours)
            expect(parent.person.page.locator("button[name=pick]")).to_have_count(0)
    assert [answers for made, answers in road.appointments().items() if made not in before] == [["accepted", "awaiting"]]
    with road.staff(LIAISON) as liaison:
        liaison.goes_to("/scheduling/afspraken/keuzes")
        assert not liaison.reads(road.walk.parents[0])


def _looks_anew(parent: Somebody) -> None:
    """At a page that has the address and the title of the one before, and other words on it."""
    parent.person.seen.clear()
    parent.person.looks()


def _offers(liaison: Somebody, case: str) -> None:
    """From the case to the proposals a month ahead, where two of them are ticked."""
    liaison.goes_to(f"/scheduling/afspraken/nieuw?case_id={case}")
    for box in liaison.person.page.get_by_role("group", name=re.compile("^Wie nodigt u uit")).get_by_role("checkbox").all()[:2]:
        liaison.hands.pick(box)
    liaison.presses("Zoek een tijd waarop iedereen kan")
    for _ in range(2):
        liaison.follows("Twee weken later")
    boxes = liaison.person.page.locator("input[name=slots]")
    assert boxes.count() >= 2
    liaison.presses("Laat de ouders kiezen")
    assert liaison.reads("Kies 2 tot en met 8 tijden.")
    for number in range(2):
        liaison.hands.pick(boxes.nth(number))
    liaison.presses("Laat de ouders kiezen")
    assert liaison.reads("De ouders krijgen een mail waarin zij een tijd kunnen kiezen.")
