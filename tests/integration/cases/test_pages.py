"""The pages: what each role sees, and what becomes of what they type."""

from __future__ import annotations

from typing import Any

import pytest

from services.cases.domain.case import Address
from services.cases.usecases import texts
from services.cases.usecases.cases import NewGuardian
from services.cases.usecases.texts import NewStory
from shared.ids import new_id
from tests.integration.cases.support import Web, World, guardian_values, new_case

DOSSIERS = "/cases/dossiers"
NEW: dict[str, Any] = {
    "reason": "Aylin is stil in de klas.",
    "planned_end_on": "01-05-2027",
    "child-first_name": "Aylin",
    "child-last_name": "Yılmaz",
    "child-group": "5",
    "guardians-0-first_name": "Elif",
    "guardians-0-last_name": "Yılmaz",
    "guardians-0-relation": "moeder",
    "guardians-0-email": "elif@voorbeeld.example",
    "guardians-0-custody": "yes",
    "guardians-0-language": "tr",
    "guardians-0-interpreter_needed": "on",
    "guardians-0-channel": "email",
}


def new_form(web: Web, **more: Any) -> dict[str, Any]:
    return NEW | {"school_id": str(web.world.schools["regenboog"])} | more


def test_a_school_opens_a_dossier(web: Web, world: World) -> None:
    browser = web.browser("ib_regenboog")
    answer = browser.post(f"{DOSSIERS}/nieuw", new_form(web))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    for expected in ("Aylin Y., groep 5", "2026-0001", "tolk nodig", "Turks", "Liaison", "Dossier geopend"):
        assert expected in page
    assert world.rows("select planned_end_on::text from cases") == [{"planned_end_on": "2027-05-01"}]


def test_another_parent_is_added_without_losing_what_was_typed(web: Web) -> None:
    browser = web.browser("ib_regenboog")
    page = browser.post(f"{DOSSIERS}/nieuw", new_form(web, add_guardian="1")).text
    assert 'name="guardians-1-first_name"' in page
    assert 'value="Elif"' in page
    assert "Aylin is stil in de klas." in page
    assert "Er klopt iets niet" not in page
    second = {
        f"guardians-1-{name}": value for name, value in (("first_name", "Murat"), ("last_name", "Y"), ("relation", "vader"))
    }
    form = new_form(web, **second, **{"guardians-1-channel": "phone", "guardians-1-phone": "06 12345678"})
    removed = browser.post(f"{DOSSIERS}/nieuw", form | {"remove_guardian": "0"}).text
    assert 'value="Murat"' in removed
    assert 'value="Elif"' not in removed
    assert browser.post(f"{DOSSIERS}/nieuw", form).status_code == 303


def test_what_is_wrong_is_said_beside_the_field_and_everything_stays(web: Web, world: World) -> None:
    form = new_form(web, **{"guardians-0-email": "elif", "planned_end_on": "gauw", "child-group": ""})
    answer = web.browser("ib_regenboog").post(f"{DOSSIERS}/nieuw", form)
    assert answer.status_code == 422
    for expected in ('href="#guardians-0-email"', 'href="#planned_end_on"', 'href="#child-group"', 'value="elif"', "gauw"):
        assert expected in answer.text
    assert world.rows("select id from cases") == []


def test_a_rule_that_the_form_cannot_know_is_said_in_its_place_too(web: Web) -> None:
    form = new_form(web, **{"guardians-0-email": "", "planned_end_on": "2020-01-01"})
    page = web.browser("ib_regenboog").post(f"{DOSSIERS}/nieuw", form).text
    assert "Kies een dag die nog komt." in page


def test_without_a_token_a_form_changes_nothing(web: Web, world: World) -> None:
    client = web.app.test_client()
    client.set_cookie("session", web.token("ib_regenboog"))
    assert client.post(f"{DOSSIERS}/nieuw", data=new_form(web)).status_code == 403
    assert world.rows("select id from cases") == []


def test_each_role_sees_what_is_theirs_to_see_and_do(web: Web, world: World) -> None:
    case = world.opens(
        guardians=[NewGuardian(guardian_values(address_secret=True), Address("Putselaan", "1", "3074 JH", "R"))]
    ).case
    texts.write_story(world.service, world.who("liaison"), case.id, NewStory("Aan de keukentafel."))
    pages = {key: web.browser(key).get(f"{DOSSIERS}/{case.id}").text for key in ("liaison", "ib_regenboog", "team")}
    assert "Aan de keukentafel." in pages["liaison"]
    assert "geheim; te zien rond uw huisbezoek" in pages["liaison"]
    assert "Putselaan" not in pages["liaison"]
    for key in ("ib_regenboog", "team"):
        for hidden in ("Aan de keukentafel.", "Putselaan", "Het verhaal van de ouders", "Wens toevoegen"):
            assert hidden not in pages[key]
        assert "geheim adres" in pages[key]
    assert f"/scheduling/afspraken/nieuw?case_id={case.id}" in pages["liaison"]


def test_another_schools_dossier_and_none_look_the_same(web: Web, world: World) -> None:
    case = world.opens().case
    browser = web.browser("liaison_klimop")
    for path in ("", "/wijzigen", "/fase", "/verhaal", "/wensen", "/tijdlijn", "/inzage", "/ouders/nieuw"):
        found = [browser.get(f"{DOSSIERS}/{each}{path}") for each in (case.id, new_id())]
        assert [each.status_code for each in found] == [404, 404]
        assert found[0].text.replace(str(case.id), "") == found[1].text.replace(_id_in(found[1].text), "")
        assert "Aylin" not in found[0].text


def _id_in(page: str) -> str:
    return page.partition("dossiers%2F")[2][:36]


@pytest.mark.parametrize("key", ["coordinator", "beheer"])
def test_whoever_reads_no_dossiers_is_told_so(web: Web, world: World, key: str) -> None:
    case = world.opens().case
    browser = web.browser(key)
    assert "U werkt niet met dossiers." in browser.get("/cases/").text
    for path in ("", f"/{case.id}", "/nieuw"):
        assert browser.get(DOSSIERS + path).status_code == 403


def test_the_story_is_written_with_its_readers_beside_it(web: Web, world: World) -> None:
    case = world.opens().case
    browser, path = web.browser("liaison"), f"{DOSSIERS}/{case.id}/verhaal"
    assert "De school leest dit niet." in browser.get(path).text
    sent = {"text": "Zij is stil.", "readers": "parents_and_liaison", "told_by": str(case.guardians[0].id), "version": "0"}
    assert browser.post(path, sent).status_code == 303
    page = browser.get(f"{DOSSIERS}/{case.id}").text
    assert "Leesbaar voor: de ouders, de ouderfunctionaris</span>" in page
    assert "Elif Yılmaz, opgeschreven door Liaison" in page
    shared = sent | {"text": "Zij is stil, ook thuis.", "readers": "shared", "version": "1"}
    assert browser.post(path, shared).status_code == 303
    assert "Zij is stil, ook thuis." in web.browser("ib_regenboog").get(f"{DOSSIERS}/{case.id}").text
    assert "Versie 1" in browser.get(f"{path}/versies").text
    assert "Versie 1" not in web.browser("ib_regenboog").get(f"{path}/versies").text


def test_who_writes_second_loses_nothing_and_sees_what_the_first_wrote(web: Web, world: World) -> None:
    case = world.opens().case
    browser, path = web.browser("liaison"), f"{DOSSIERS}/{case.id}/verhaal"
    browser.post(path, {"text": "Van de eerste.", "version": "0"})
    answer = browser.post(path, {"text": "Van de tweede.", "version": "0"})
    assert answer.status_code == 412
    assert "Van de eerste." in answer.text
    assert "Van de tweede.</textarea>" in answer.text
    assert 'name="version" value="1"' in answer.text


def test_wishes_strengths_and_goals_are_added(web: Web, world: World) -> None:
    case = world.opens().case
    browser = web.browser("liaison")
    added = {
        "wensen": {"text": "Rust in het hoofd.", "readers": "parents_and_liaison"},
        "krachten": {"text": "Zij tekent mooi.", "of": "child", "readers": "shared"},
        "doelen": {"text": "Elke dag één vraag."},
    }
    for path, sent in added.items():
        assert browser.post(f"{DOSSIERS}/{case.id}/{path}", sent).status_code == 303
        assert browser.post(f"{DOSSIERS}/{case.id}/{path}", sent | {"text": ""}).status_code == 422
    mine, schools = (web.browser(key).get(f"{DOSSIERS}/{case.id}").text for key in ("liaison", "ib_regenboog"))
    assert "Rust in het hoofd." in mine
    assert "Rust in het hoofd." not in schools
    assert "Zij tekent mooi." in schools
    assert "Elke dag één vraag." in schools


def test_a_school_adds_what_goes_well_for_all_to_read(web: Web, world: World) -> None:
    case = world.opens().case
    browser = web.browser("ib_regenboog")
    path = f"{DOSSIERS}/{case.id}/krachten"
    assert browser.post(path, {"text": "Goed in rekenen.", "of": "child", "readers": "parents_and_liaison"}).status_code == 422
    assert browser.post(path, {"text": "Goed in rekenen.", "of": "child", "readers": "shared"}).status_code == 303


def test_a_phase_is_changed_and_what_is_missing_asks_for_a_reason(web: Web, world: World) -> None:
    case = world.opens().case
    browser, path = web.browser("liaison"), f"{DOSSIERS}/{case.id}/fase"
    assert "Meestal is er dan al: het verhaal van de ouders." in browser.get(path).text
    refused = browser.post(path, {"to": "formulating"})
    assert refused.status_code == 409
    assert 'href="#reason"' in refused.text
    assert browser.post(path, {"to": "formulating", "reason": "Wij kenden elkaar al."}).status_code == 303
    assert "Reden: Wij kenden elkaar al." in browser.get(f"{DOSSIERS}/{case.id}").text
    assert browser.post(path, {"to": "weg"}).status_code == 422
    assert browser.post(path, {"to": "closed", "reason": "x", "version": "1"}).status_code == 412


def test_a_dossier_is_changed_and_a_stale_change_keeps_what_was_typed(web: Web, world: World) -> None:
    case = world.opens().case
    browser, path = web.browser("ib_regenboog"), f"{DOSSIERS}/{case.id}/wijzigen"
    sent = {"reason": "Anders.", "planned_end_on": "2027-06-01", "version": "1"}
    sent |= {"child-first_name": "Aylin", "child-last_name": "Kaya", "child-group": "6"}
    assert browser.post(path, sent).status_code == 303
    stale = browser.post(path, sent | {"reason": "Nog anders."})
    assert stale.status_code == 412
    assert "Nog anders.</textarea>" in stale.text
    assert browser.post(path, sent | {"reason": ""}).status_code == 422
    assert "Aylin K., groep 6" in browser.get(f"{DOSSIERS}/{case.id}").text


def test_coaching_has_no_child_and_no_parents(web: Web, world: World) -> None:
    from services.cases.usecases import cases

    new = new_case(world.schools["regenboog"], child=None, guardians=[])
    case = cases.open_case(world.service, world.who("ib_regenboog"), new).case
    browser = web.browser("liaison")
    page = browser.get(f"{DOSSIERS}/{case.id}").text
    assert "Coaching van de school" in page
    assert "Plan een eerste gesprek." in page
    sent = {"reason": "Anders.", "planned_end_on": "2027-06-01"}
    assert browser.post(f"{DOSSIERS}/{case.id}/wijzigen", sent).status_code == 303


def test_a_case_of_nobody_is_taken_up_with_one_press(web: Web, world: World) -> None:
    world.hire("tweede", "liaison", "regenboog")
    case = world.opens().case
    browser, page = web.browser("liaison"), f"{DOSSIERS}/{case.id}"
    assert "Ik pak dit op" in browser.get(page).text
    assert "Ik pak dit op" not in web.browser("ib_regenboog").get(page).text
    assert browser.post(f"{page}/oppakken", {"version": "1"}, page=page).status_code == 303
    assert "U begeleidt dit dossier nu." in browser.get(page).text
    browser.post(f"{page}/oppakken", {"version": "1"}, page=page)
    assert "Iemand anders heeft dit intussen gewijzigd" in browser.get(page).text


def test_a_parent_is_added_and_changed_on_a_form_of_their_own(web: Web, world: World) -> None:
    case = world.opens().case
    browser, page = web.browser("ib_regenboog"), f"{DOSSIERS}/{case.id}"
    sent = {
        "first_name": "Murat",
        "last_name": "Yılmaz",
        "relation": "vader",
        "channel": "phone",
        "language": "tr",
        "custody": "no",
    }
    assert browser.post(f"{page}/ouders/nieuw", sent).status_code == 422
    sent["phone"] = "06 12345678"
    assert browser.post(f"{page}/ouders/nieuw", sent).status_code == 303
    added = world.rows("select id from guardians where first_name = 'Murat'")[0]["id"]
    path = f"{page}/ouders/{added}"
    assert 'value="+31612345678"' in browser.get(path).text or 'value="06' in browser.get(path).text
    changed = sent | {
        "address-street": "Putselaan",
        "address-house_number": "1",
        "address-postcode": "3074jh",
        "address-city": "Rotterdam",
    }
    assert browser.post(path, changed | {"address_secret": "on"}).status_code == 303
    hidden = browser.get(path).text
    assert "Alleen de ouderfunctionaris ziet het" in hidden
    assert "Putselaan" not in hidden
    assert browser.post(path, sent | {"first_name": "Mustafa"}).status_code == 303
    assert world.rows("select street, secret from addresses") == [{"street": "Putselaan", "secret": True}]
    liaison = web.browser("liaison")
    assert "Putselaan" not in liaison.get(path).text
    assert liaison.post(path, sent | {"first_name": "Murat", "address_secret": "on"}).status_code == 303
    refused = liaison.post(path, sent)
    assert refused.status_code == 422
    assert "Vul het opnieuw in" in refused.text
    assert world.rows("select street, secret from addresses") == [{"street": "Putselaan", "secret": True}]
    assert liaison.post(path, changed | {"address-street": "Dorpsstraat", "address_secret": "on"}).status_code == 303
    assert world.rows("select street, secret from addresses") == [{"street": "Dorpsstraat", "secret": True}]
    assert browser.get(f"{page}/ouders/{new_id()}").status_code == 404


def test_the_list_is_filtered_and_searched(web: Web, world: World) -> None:
    world.opens()
    browser = web.browser("liaison")
    assert "Aylin Y." in browser.get(f"{DOSSIERS}?q=yilmaz&mijn=ja&phase=referred&school_id=onzin").text
    assert "Niets gevonden" in browser.get(f"{DOSSIERS}?q=jakub").text
    assert "Nog geen dossiers" in web.browser("ib_klimop").get(DOSSIERS).text
    assert "Kies een school" in web.browser("team").get(f"{DOSSIERS}/nieuw").text


@pytest.mark.parametrize("query", ["q=%00", "q=%ff%fe", "q=" + "a" * 500, "phase=%00", "school_id=x", "mijn=%00", "taal=%00"])
def test_a_question_that_makes_no_sense_is_no_error(web: Web, query: str) -> None:
    assert web.browser("liaison").get(f"/cases/dossiers?{query}").status_code == 200


def test_mijn_werk_tells_what_waits(web: Web, world: World) -> None:
    case = world.opens().case
    page = web.browser("liaison").get("/cases/").text
    assert "Maak kennis met de ouders" in page
    assert f"/scheduling/afspraken/nieuw?case_id={case.id}" in page
    assert "Er wacht nu niets op u." in web.browser("ib_regenboog").get("/cases/").text


def test_the_access_log_and_the_timeline_have_pages(web: Web, world: World) -> None:
    case = world.opens().case
    browser = web.browser("liaison")
    assert "Dossier geopend" in browser.get(f"{DOSSIERS}/{case.id}/tijdlijn").text
    log = browser.get(f"{DOSSIERS}/{case.id}/inzage").text
    assert "maakte aan het dossier" in log
    assert "werkt op deze school" in log
