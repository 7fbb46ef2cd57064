"""The main road in a browser: from a school's first word to an answer from the parent, moved, cancelled, logged out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count

import pytest
from playwright.sync_api import Browser

from shared.clock import AMSTERDAM
from tests.api_client import Client
from tests.e2e.main_road.mailbox import Mailbox
from tests.e2e.main_road.people import Browsers, Person
from tests.sites import Site
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900)]
WALKS = [
    pytest.param(kind, width, id=f"{kind}-{width}", marks=[pytest.mark.xdist_group(f"main-road-{kind}"), *marks])
    for kind, marks in (("embedded", []), ("suite", [pytest.mark.suite]))
    for width in (1280, 390)
]
SCHOOL, OTHER_SCHOOL, LIAISON = "regenboog@demo.example", "klimop@demo.example", "ouderfunctionaris@demo.example"
LISTS = ("/cases/api/v1/cases", "/scheduling/api/v1/appointments", "/notifications/api/v1/messages")
STORY = "Bilal is thuis vrolijk, maar huilt op zondagavond."
_walks = count()


@dataclass(frozen=True)
class Road:
    """One walk: its site, its browsers and a day on which nobody else of these tests plans."""

    site: Site
    browsers: Browsers
    number: int
    day: date

    def at(self, hour: int) -> datetime:
        return datetime.combine(self.day, time(hour), AMSTERDAM)

    def parent(self, name: str) -> Mailbox:
        return Mailbox(self.site.data / "mail", f"{name}.{self.number}@ouder.example")


@pytest.fixture
def road(request: pytest.FixtureRequest, sites: Callable[[str], Site], chromium: Browser) -> Road:
    kind, width = request.param
    site, number = sites(kind), next(_walks)
    return Road(site, Browsers(chromium, site.url, width, set()), number, _wednesday(number))


def _wednesday(number: int) -> date:
    """Some months ahead. Asked once in a walk, which may go on past midnight."""
    soon = datetime.now(AMSTERDAM).date() + timedelta(days=70)
    return soon + timedelta(days=(2 - soon.weekday()) % 7, weeks=number)


@pytest.mark.parametrize(("road"), [pytest.param(each.values, id=each.id, marks=each.marks) for each in WALKS], indirect=True)
def test_from_a_schools_first_word_to_a_parents_answer(road: Road) -> None:
    with road.browsers.staff(SCHOOL) as school:
        dossier = _school_opens_a_case(road, school)
    with road.browsers.staff(LIAISON) as liaison:
        _liaison_writes_story_and_wishes(liaison, dossier)
        appointment = _liaison_plans_a_visit(road, liaison, dossier)
        _taken_time_is_refused_without_telling_what_for(road)
        _each_parent_got_one_neutral_mail(road)
        _parents_answer_on_their_phone(road)
        _answers_show(road, liaison, dossier, appointment)
        _school_reads_no_story(road, dossier)
        _moving_and_cancelling_reach_the_parents(road, liaison, appointment)
        _logging_out_ends_it_everywhere(road, liaison)


def _school_opens_a_case(road: Road, school: Person) -> str:
    """Sees its own cases only; gives the path of the new one."""
    school.opens("/cases/dossiers")
    assert school.reads("De Regenboog")
    assert not school.reads("De Klimop")
    school.opens("/cases/dossiers/nieuw")
    school.fills(**{"Wat is de vraag?": "Bilal komt vaak te laat. Wij willen graag met zijn ouders praten."})
    school.page.get_by_label("Wanneer is het naar verwachting klaar?").fill((road.day + timedelta(days=90)).isoformat())
    child = school.page.get_by_role("group", name="Het kind")
    child.get_by_label("Voornaam").fill("Bilal")
    child.get_by_label("Achternaam").fill("Haddad")
    child.get_by_label("Groep").fill("4")
    _fill_guardian(school, "Ouder of verzorger", "Nadia", road.parent("nadia").address)
    school.presses("Nog een ouder toevoegen")
    _fill_guardian(school, "Ouder of verzorger 2", "Omar", road.parent("omar").address)
    second = school.page.get_by_role("group", name="Ouder of verzorger 2")
    second.get_by_label("Taal").select_option("en")
    second.get_by_label("Er is een tolk nodig").check()
    second.get_by_text("Adres", exact=True).click()
    second.get_by_label("Het adres is geheim").check()
    for label, text in {"Straat": "Zonnebloemplein", "Huisnummer": "7", "Postcode": "3073 HP", "Plaats": "Rotterdam"}.items():
        second.get_by_label(label).fill(text)
    school.presses("Dossier openen")
    assert school.reads("Bilal H.")
    assert not school.reads("Zonnebloemplein")
    return school.page.url.removeprefix(road.site.url)


def _fill_guardian(school: Person, group: str, name: str, address: str) -> None:
    fields = school.page.get_by_role("group", name=group, exact=True)
    fields.get_by_label("Voornaam").fill(name)
    fields.get_by_label("Achternaam").fill("Haddad")
    fields.get_by_label("Wat is deze persoon van het kind?").fill("ouder")
    fields.get_by_role("radio", name="Ja", exact=True).check()
    fields.get_by_label("E-mailadres").fill(address)


def _liaison_writes_story_and_wishes(liaison: Person, dossier: str) -> None:
    liaison.opens("/cases/dossiers")
    assert liaison.reads("De Klimop")
    liaison.opens(dossier)
    assert liaison.reads("Dossier geopend")
    liaison.opens(f"{dossier}/tijdlijn")
    liaison.opens(f"{dossier}/verhaal")
    liaison.fills(Het_verhaal=STORY)
    liaison.page.get_by_label("De ouders en ik").check()
    liaison.presses("Bewaren")
    assert liaison.reads(STORY)
    liaison.follows("Wens toevoegen")
    liaison.fills(De_wens="Met plezier naar school.")
    liaison.page.get_by_label("Ook de school en het team").check()
    liaison.presses("Bewaren")
    assert liaison.reads("Met plezier naar school.")


def _liaison_plans_a_visit(road: Road, liaison: Person, dossier: str) -> str:
    liaison.opens(dossier)
    eventually(lambda: _can_plan(liaison, dossier), 120)
    liaison.opens(_planning(dossier))
    _choose(liaison, ["Nadia Haddad", "Omar Haddad"], "Huisbezoek", road.at(10))
    liaison.presses("Plannen en uitnodigen")
    assert liaison.reads("De afspraak staat.")
    return liaison.page.url.removeprefix(road.site.url)


def _can_plan(person: Person, dossier: str) -> bool:
    """The event of the new case has reached scheduling. Asked beside the page, whose console would note every 404."""
    return person.page.request.get(_planning(dossier)).status == 200


def _planning(dossier: str) -> str:
    return f"/scheduling/afspraken/nieuw?case_id={dossier.rsplit('/', 1)[1]}"


def _choose(person: Person, names: list[str], kind: str, at: datetime) -> None:
    for name in names:
        person.page.get_by_label(name).check()
    person.page.get_by_label(kind).check()
    person.page.get_by_label("Datum").fill(f"{at:%Y-%m-%d}")
    person.page.get_by_label("Tijd").fill(f"{at:%H:%M}")


def _taken_time_is_refused_without_telling_what_for(road: Road) -> None:
    """By somebody of another school, who wants the same liaison half an hour later."""
    with road.browsers.staff(OTHER_SCHOOL) as other:
        case = Client(road.site.port).log_in(OTHER_SCHOOL).get("/cases/api/v1/cases").data["items"][0]
        other.opens(f"/scheduling/afspraken/nieuw?case_id={case['id']}")
        _choose(other, ["Samira Bakkali"], "Gesprek op school", road.at(10) + timedelta(minutes=30))
        other.presses("Plannen en uitnodigen")
        said = other.page.locator("main").inner_text()
        assert "Samira Bakkali" in said
        assert "10:00" in said
        assert not any(word in said for word in ("Haddad", "De Regenboog", "Bilal"))
        assert other.page.get_by_label("Samira Bakkali").is_checked()
        assert other.page.get_by_label("Tijd").input_value() == "10:30"
        assert other.page.get_by_text("Dan is iedereen vrij").is_visible()


def _each_parent_got_one_neutral_mail(road: Road) -> None:
    for name, other, place, language in (("nadia", "Omar", "bij u thuis", "nl"), ("omar", "Nadia", "at your home", "en")):
        mail = road.parent(name).gets("REQUEST")
        assert place in mail.text
        assert f'lang="{language}"' in mail.html
        everything = f"{mail.message['Subject']} {mail.text} {mail.html}"
        # As whole words: the links hold random letters.
        assert not re.search(rf"\b(Bilal|{other}|Zonnebloemplein|Regenboog|te laat)\b", everything)
        invitation = mail.invitation
        assert (invitation["sequence"], invitation["attendees"]) == (0, 1)
        assert invitation["starts_at"] == road.at(10)


def _parents_answer_on_their_phone(road: Road) -> None:
    mother, father = road.parent("nadia").gets("REQUEST").link, road.parent("omar").gets("REQUEST").link
    with road.browsers.anybody(width=390) as nadia:
        nadia.opens(mother)
        nadia.opens(mother)
        assert nadia.page.get_by_role("button", name="Ja, ik kom").is_visible()  # looking was no answer
        nadia.presses("Ja, ik kom")
        assert nadia.reads("U komt. Dank u wel.")
    with road.browsers.anybody(width=390) as omar:
        omar.opens(father)
        assert omar.page.locator("html").get_attribute("lang") == "en"
        omar.page.locator("textarea").fill("After four, please.")
        omar.presses("I want another time")


def _answers_show(road: Road, liaison: Person, dossier: str, appointment: str) -> None:
    liaison.opens(f"/scheduling/agenda?week={road.day:%G-W%V}")
    assert liaison.reads("wil een andere tijd")
    liaison.opens(appointment)
    assert liaison.reads("After four, please.")

    def told() -> bool:
        liaison.page.goto(dossier)
        return liaison.reads("Omar Haddad wil een andere tijd") and liaison.reads("Nadia Haddad komt")

    eventually(told, 120)
    liaison.looks()


def _school_reads_no_story(road: Road, dossier: str) -> None:
    with road.browsers.staff(SCHOOL) as school:
        for path in (dossier, f"{dossier}/tijdlijn"):
            school.opens(path)
            assert STORY not in school.page.content()
            assert "After four" not in school.page.content()
        school.opens(dossier)
        assert school.reads("Met plezier naar school.")
    with road.browsers.staff("oase@demo.example") as stranger:
        answer = stranger.page.request.get(dossier)
        assert answer.status == 404


def _moving_and_cancelling_reach_the_parents(road: Road, liaison: Person, appointment: str) -> None:
    first = road.parent("nadia").gets("REQUEST").invitation
    liaison.opens(appointment)
    liaison.page.get_by_text("Afspraak verzetten", exact=True).click()
    liaison.page.get_by_label("Tijd").fill("16:00")
    liaison.presses("Verzetten")
    moved = road.parent("nadia").gets("REQUEST", 2).invitation
    assert (moved["uid"], moved["sequence"], moved["starts_at"]) == (first["uid"], 1, road.at(16))
    liaison.page.get_by_text("Afspraak annuleren", exact=True).first.click()
    liaison.fills(**{"Waarom gaat de afspraak niet door?": "De ouders bellen zelf."})
    liaison.presses("Afspraak annuleren")
    cancelled = road.parent("nadia").gets("CANCEL").invitation
    assert (cancelled["uid"], cancelled["sequence"], cancelled["method"]) == (first["uid"], 2, "CANCEL")
    road.parent("omar").gets("CANCEL")
    with road.browsers.anybody(width=390) as nadia:
        nadia.opens(road.parent("nadia").mails("REQUEST")[0].link)
        assert nadia.reads("Deze afspraak gaat niet door")


def _logging_out_ends_it_everywhere(road: Road, liaison: Person) -> None:
    """The page's own cookie, kept by somebody who copied it, is worth nothing any more."""
    token = next(cookie["value"] for cookie in liaison.page.context.cookies() if cookie["name"] == "session")
    thief = Client(road.site.port, token)
    assert [thief.get(path).status for path in LISTS] == [200, 200, 200]
    liaison.presses("Uitloggen")
    eventually(lambda: [thief.get(path).status for path in LISTS] == [401, 401, 401], 120)
    liaison.page.context.add_cookies([{"name": "session", "value": token, "url": road.site.url}])
    for path in ("/cases/", "/scheduling/agenda", "/notifications/berichten"):
        liaison.page.goto(path)
        assert "/cases/inloggen" in liaison.page.url
