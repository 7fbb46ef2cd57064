"""The whole partnership of one family in a browser, each for themselves: with a mouse, on a phone, and by the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

import pytest
from playwright.sync_api import Browser, Locator

from shared.clock import AMSTERDAM
from tests.e2e.main_road.hands import Hands, Keyboard, Mouse
from tests.e2e.main_road.mailbox import Mailbox
from tests.e2e.main_road.people import Browsers, Person
from tests.sites import Site

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("main-road-embedded"),
]
SCHOOL, LIAISON = "regenboog@demo.example", "ouderfunctionaris@demo.example"
STORY = "Daria vertelt thuis niets over school."
AGREEMENT = "Elke vrijdag belt juf Els hoe de week ging."
REVISED = "Elke vrijdag stuurt juf Els een bericht hoe de week ging."
_families = count()


@dataclass(frozen=True)
class Somebody:
    """One person at a browser, and their hands."""

    person: Person
    hands: Hands

    def button(self, name: str) -> Locator:
        return self.person.page.get_by_role("button", name=name, exact=True).first

    def label(self, name: str) -> Locator:
        return self.person.page.get_by_label(name, exact=True).first

    def presses(self, name: str) -> None:
        self.hands.press(self.button(name))
        self.person.looks()

    def follows(self, name: str) -> None:
        self.hands.press(self.person.page.get_by_role("link", name=re.compile(f"^{name}")).first)
        self.person.looks()

    def writes(self, **fields: str) -> None:
        for label, text in fields.items():
            self.hands.write(self.label(label), text)

    def unfolds(self, summary: str) -> None:
        self.hands.unfold(self.person.page.locator("summary", has_text=summary).first)

    def goes_to(self, path: str) -> None:
        """A place that was bookmarked, or that a mail leads to."""
        self.person.opens(path)

    def reads(self, text: str) -> bool:
        return self.person.reads(text)


@dataclass(frozen=True)
class Family:
    """One walk: its site, its browsers, and with which hands everybody works."""

    site: Site
    browsers: Browsers
    hands: type[Mouse | Keyboard]
    number: int

    @property
    def mother(self) -> Mailbox:
        return Mailbox(self.site.data / "mail", f"olena.{self.number}@ouder.example")

    @property
    def review(self) -> date:
        return datetime.now(AMSTERDAM).date() + timedelta(days=42)

    @contextmanager
    def staff(self, email: str) -> Iterator[Somebody]:
        with self.browsers.staff(email) as person:
            yield Somebody(person, self.hands(person.page))

    @contextmanager
    def parent(self) -> Iterator[Somebody]:
        with self.browsers.anybody(width=390) as person:
            yield Somebody(person, self.hands(person.page))


@pytest.fixture
def family(request: pytest.FixtureRequest, sites: Callable[[str], Site], chromium: Browser) -> Family:
    hands, width = request.param
    site = sites("embedded")
    return Family(site, Browsers(chromium, site.url, width, set()), hands, next(_families))


WALKS = [
    pytest.param((hands, width), id=f"{hands.__name__}-{width}")
    for hands, width in ((Mouse, 1280), (Mouse, 390), (Keyboard, 1280))
]


@pytest.mark.parametrize("family", WALKS, indirect=True)
def test_from_a_worry_to_a_good_end(family: Family) -> None:
    with family.staff(SCHOOL) as school:
        dossier = school_opens_a_case(family, school)
    with family.staff(LIAISON) as liaison:
        liaison_hears_the_parents(liaison, dossier)
        liaison_proposes_an_agreement(family, liaison, dossier)
    with family.staff(SCHOOL) as school:
        school_says_what_it_expects_and_stands_behind_it(school, dossier)
        report = school_writes_a_report(family, school, dossier)
    mother_agrees_checks_and_adds(family)
    with family.staff(SCHOOL) as school:
        school.goes_to(dossier)
        assert school.reads("Iedereen staat erachter")
        assert school.reads("Dat Daria een vriendin vindt.")
        school.goes_to(report)
        assert school.reads("klaar")
        both_look_back(school, dossier)
    with family.staff(LIAISON) as liaison:
        both_look_back(liaison, dossier)
        liaison_revises(family, liaison, dossier)
        liaison_ends_it(liaison, dossier)
    with family.parent() as mother:
        mother.goes_to(family.mother.about("Een bericht voor u", 4).link)


def school_opens_a_case(family: Family, school: Somebody) -> str:
    school.goes_to("/cases/dossiers/nieuw")
    school.writes(**{"Wat is de vraag?": "Daria is stil in de klas. Wij willen graag met haar moeder praten."})
    end = school.person.page.get_by_label("Wanneer is het naar verwachting klaar?")
    school.hands.write_day(end, family.review + timedelta(days=60))
    child = school.person.page.get_by_role("group", name="Het kind")
    for label, text in {"Voornaam": "Daria", "Achternaam": "Bondar", "Groep": "5"}.items():
        school.hands.write(child.get_by_label(label), text)
    mother = school.person.page.get_by_role("group", name="Ouder of verzorger", exact=True)
    for label, text in {"Voornaam": "Olena", "Achternaam": "Bondar", "Wat is deze persoon van het kind?": "moeder"}.items():
        school.hands.write(mother.get_by_label(label), text)
    school.hands.pick(mother.get_by_role("radio", name="Ja", exact=True))
    school.hands.write(mother.get_by_label("E-mailadres"), family.mother.address)
    school.presses("Dossier openen")
    assert school.reads("Daria B.")
    return school.person.page.url.removeprefix(family.site.url)


def liaison_hears_the_parents(liaison: Somebody, dossier: str) -> None:
    liaison.goes_to(dossier)
    liaison.goes_to(f"{dossier}/verhaal")
    liaison.writes(**{"Het verhaal": STORY})
    liaison.hands.pick(liaison.person.page.get_by_role("radio", name=re.compile("^De ouders en ik")))
    liaison.presses("Bewaren")
    liaison.follows("Wens toevoegen")
    liaison.writes(**{"De wens": "Dat Daria weer vertelt."})
    liaison.hands.pick(liaison.person.page.get_by_role("radio", name=re.compile("^Ook de school")))
    liaison.presses("Bewaren")
    liaison.follows("Doel toevoegen")
    liaison.writes(**{"Het doel": "Daria voelt zich thuis in de groep."})
    liaison.presses("Bewaren")
    liaison.goes_to(f"{dossier}/verwachtingen?van=parents")
    liaison.writes(**{"Wat verwachten de ouders van de school?": "Dat de school elke week vertelt hoe het gaat."})
    liaison.presses("Bewaren")


def liaison_proposes_an_agreement(family: Family, liaison: Somebody, dossier: str) -> None:
    liaison.goes_to(f"{dossier}/afspraken")
    liaison.writes(**{"Wat spreken we af?": AGREEMENT})
    liaison.hands.pick(liaison.person.page.get_by_role("group", name="Wie doet het?").get_by_label("de school"))
    liaison.hands.write_day(liaison.label("Wanneer kijken we terug?"), family.review)
    liaison.presses("Afspraak voorstellen")
    assert liaison.reads(AGREEMENT)


def school_says_what_it_expects_and_stands_behind_it(school: Somebody, dossier: str) -> None:
    school.goes_to(dossier)
    assert STORY not in school.person.page.content()
    school.goes_to(f"{dossier}/verwachtingen?van=school")
    school.writes(**{"Wat verwacht de school van de ouders?": "Dat moeder belt als Daria niet wil."})
    school.presses("Bewaren")
    school.hands.press(school.person.page.get_by_role("link", name=AGREEMENT).first)
    school.hands.pick(school.label("Ja, wij staan erachter"))
    school.presses("Vastleggen")


def school_writes_a_report(family: Family, school: Somebody, dossier: str) -> str:
    school.goes_to(f"{dossier}/verslagen/nieuw")
    school.hands.write_day(school.label("Dag van het gesprek"), datetime.now(AMSTERDAM).date())
    school.writes(**{"Wie voerde het gesprek?": "Els de Groot", "Wat is er gezegd?": "Wij spraken over de week van Daria."})
    school.presses("Concept bewaren")
    school.follows("Gesprek op")
    school.presses("Voorleggen aan de ouders")
    return school.person.page.url.removeprefix(family.site.url)


def mother_agrees_checks_and_adds(family: Family) -> None:
    """On her phone, from the link in her mail and a code from the next."""
    link = family.mother.about("Een bericht voor u", 2).link
    with family.parent() as mother:
        mother.goes_to(link)
        assert AGREEMENT not in mother.person.page.content()
        mother.presses("Stuur mij een code")
        found = re.search(r"^(\d{3} \d{3})\s*$", family.mother.about("Uw code").text, re.MULTILINE)
        assert found
        mother.writes(**{"Uw code": found[1]})
        mother.presses("Naar mijn pagina")
        assert mother.reads(AGREEMENT)
        mother.presses("Ja, dit klopt")
        mother.presses("Ja, ik ben het ermee eens")
        assert mother.reads("U bent het hiermee eens")
        mother.unfolds("Ik wil een wens opschrijven")
        mother.writes(**{"Wat wilt u graag voor uw kind?": "Dat Daria een vriendin vindt."})
        wishes = mother.person.page.get_by_role("region", name="Uw wensen")
        mother.hands.pick(wishes.get_by_label("Ja, de school ook"))
        mother.hands.press(wishes.get_by_role("button", name="Bewaren"))
        assert mother.reads("Dat Daria een vriendin vindt.")
        mother.presses("Pagina sluiten")
        assert AGREEMENT not in mother.person.page.content()


def both_look_back(somebody: Somebody, dossier: str) -> None:
    """The school says it for itself, the liaison what the parents said."""
    somebody.goes_to(f"{dossier}/terugkijken")
    groups = somebody.person.page.locator("fieldset.smileys")
    for number in range(groups.count()):
        somebody.hands.pick(groups.nth(number).get_by_role("radio", name="Gaat wel" if number else "Goed", exact=True))
    somebody.presses("Bewaren")
    somebody.hands.press(somebody.person.page.get_by_role("link", name=AGREEMENT).first)
    somebody.unfolds("Nu al terugkijken")
    form = somebody.person.page.locator("details[open]")
    somebody.hands.pick(form.get_by_role("radio", name="Goed", exact=True))
    somebody.hands.press(form.get_by_role("button", name="Vastleggen"))


def liaison_revises(family: Family, liaison: Somebody, dossier: str) -> None:
    liaison.goes_to(dossier)
    assert liaison.reads("Teruggekeken")
    liaison.hands.press(liaison.person.page.get_by_role("link", name=AGREEMENT).first)
    liaison.unfolds("Afspraak bijstellen")
    form = liaison.person.page.locator("details[open]")
    liaison.hands.write(form.get_by_label("Wat spreken we af?"), REVISED)
    liaison.hands.write_day(form.get_by_label("Wanneer kijken we terug?"), family.review + timedelta(days=14))
    liaison.hands.write(form.get_by_label("Waarom stelt u de afspraak bij?"), "Bellen lukt niet altijd.")
    liaison.hands.press(form.get_by_role("button", name="Bijstellen"))
    assert liaison.reads("versie 2")
    assert liaison.reads(AGREEMENT)
    family.mother.about("Een bericht voor u", 3)


def liaison_ends_it(liaison: Somebody, dossier: str) -> None:
    liaison.goes_to(f"{dossier}/fase")
    liaison.hands.pick(liaison.person.page.get_by_role("radio", name=re.compile("^Afgerond")))
    liaison.presses("Fase wijzigen")
    assert liaison.reads("Meestal is er dan al: een afspraak waar ouders en school achter staan.")
    liaison.writes(**{"Reden (hoeft niet)": "Het gaat goed; moeder zegt aan de telefoon ja."})
    liaison.presses("Fase wijzigen")
    assert liaison.reads("Dit dossier is afgerond.")
    liaison.goes_to(f"{dossier}/inzage")
    assert liaison.reads("de eigen pagina")
