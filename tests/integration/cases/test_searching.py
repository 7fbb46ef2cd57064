"""Searching: what is found by whom, and that what somebody may not read makes no difference to what they are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from services.cases.persistence import search_index
from services.cases.usecases import texts
from services.cases.usecases.texts import NewStatement, NewStory
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_efforts import COACHING
from tests.integration.cases.test_partnership import agreement

LIAISON, SCHOOL, TEAM = "liaison", "ib_regenboog", "team"


def found(web: Web, q: str, key: str = LIAISON, **more: Any) -> list[dict[str, Any]]:
    answer = web.get("/search", key, query_string={"q": q, **more})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def kinds(web: Web, q: str, key: str = LIAISON) -> list[str]:
    return sorted(each["kind"] for each in found(web, q, key))


def excerpt(hit: dict[str, Any]) -> str:
    return "".join(f"[{part['text']}]" if part["found"] else part["text"] for part in hit["excerpt"])


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    return opened(web)


def test_every_sort_of_text_is_found_where_it_stands(web: Web, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}"
    web.put(f"{path}/story", {"text": "Thuis vertelt zij over de zebra."})
    web.post(f"{path}/wishes", {"text": "Een zebra tekenen."})
    web.post(f"{path}/strengths", {"of": "child", "text": "Weet alles van zebra's."})
    web.post(f"{path}/goals", {"text": "Samen een zebra zien."})
    web.post(f"{path}/expectations", {"direction": "parents_to_school", "text": "De school kent de zebra."})
    agreement(web, case["id"], what="Elke week een zebra.")
    web.post(f"{path}/coaching", COACHING | {"topic": "Over een zebra beginnen."})
    report = {
        "talk_on": "2026-11-20",
        "held_by": "Samira",
        "text": "Wij spraken over de zebra.",
        "readers": ["school", "liaison", "team"],
    }
    web.post(f"{path}/reports", report)
    web.patch(path, {"reason": "Zij tekent altijd een zebra."})
    expected = ["agreement", "coaching", "expectation", "goal", "reason", "report", "story", "strength", "wish"]
    assert kinds(web, "zebra") == expected
    (hit,) = found(web, "zebra", kind="wish")
    assert (hit["case_id"], hit["reference"], excerpt(hit)) == (case["id"], case["reference"], "Een [zebra] tekenen")


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("De kinderen lezen samen boeken.", "kind boek"),
        ("De kinderen lezen samen boeken.", "BOEK"),
        ("Zij spelen met het kind.", "kinderen"),
        ("In het café vertelde zij meer.", "cafe"),
        ("In het cafe vertelde zij meer.", "Café"),
        ("Mevrouw Yılmaz belde.", "yilmaz"),
        ("Zij gaat naar de buitenschoolse opvang.", "de opvang"),
    ],
)
def test_words_are_found_in_any_form(web: Web, case: dict[str, Any], text: str, q: str) -> None:
    web.post(f"/cases/{case['id']}/goals", {"text": text})
    (hit,) = found(web, q)
    assert "[" in excerpt(hit)


def test_all_words_must_stand_in_the_text(web: Web, case: dict[str, Any]) -> None:
    web.post(f"/cases/{case['id']}/goals", {"text": "Samen lezen."})
    web.post(f"/cases/{case['id']}/goals", {"text": "Samen rekenen."})
    assert [excerpt(hit) for hit in found(web, "samen rekenen")] == ["[Samen] [rekenen]"]
    assert found(web, "lezen rekenen") == []


def test_the_index_follows_the_text(web: Web, world: World, case: dict[str, Any]) -> None:
    """A new version takes the place of the old one; a report that is changed is found by what it says now."""
    path = f"/cases/{case['id']}"
    web.put(f"{path}/story", {"text": "Zij slaapt slecht."})
    web.put(f"{path}/story", {"text": "Zij slaapt weer goed."})
    assert found(web, "slecht") == []
    assert [excerpt(hit) for hit in found(web, "slaapt")] == ["Zij [slaapt] weer goed"]
    made = agreement(web, case["id"], what="Elke dag bellen.")
    web.post(
        f"/agreements/{made['id']}/revisions", {"what": "Elke week bellen.", "review_on": "2027-01-10", "reason": "Te vaak."}
    )
    assert [excerpt(hit) for hit in found(web, "bellen")] == ["Elke week [bellen]"]


def test_a_text_is_found_by_its_readers_only(web: Web, case: dict[str, Any]) -> None:
    path = f"/cases/{case['id']}"
    web.put(f"{path}/story", {"text": "Oma is ziek."})
    assert kinds(web, "ziek") == ["story"]
    assert found(web, "ziek", SCHOOL) == found(web, "ziek", TEAM) == []
    web.put(f"{path}/story", {"text": "Oma is ziek.", "shared_with_school": True})
    assert kinds(web, "ziek", SCHOOL) == ["story"]
    web.put(f"{path}/story", {"text": "Oma is nog ziek.", "shared_with_school": False})
    assert found(web, "ziek", SCHOOL) == []
    web.post(f"{path}/coaching", COACHING | {"with": "colleague", "topic": "Over rouw."})
    assert found(web, "rouw", SCHOOL) == []
    assert kinds(web, "rouw", TEAM) == ["coaching"]


def test_what_somebody_may_not_read_changes_nothing_of_what_they_get(web: Web, world: World, case: dict[str, Any]) -> None:
    """The same pages, in the same order, with as many queries, whether or not there is much more that is not theirs."""
    for number in range(7):
        world.clock.advance(timedelta(minutes=1))
        web.post(f"/cases/{case['id']}/goals", {"text": f"Samen zwemmen {number}."})
    before, cost_before = pages(web, "zwemmen", SCHOOL)
    liaison = world.who(LIAISON)
    for number in range(30):
        world.clock.advance(timedelta(minutes=1))
        texts.state(world.service, liaison, UUID(case["id"]), NewStatement("wish", f"Zwemmen met mama {number}."))
    texts.write_story(world.service, liaison, UUID(case["id"]), NewStory("Zij wil zwemmen."))
    assert pages(web, "zwemmen", SCHOOL) == (before, cost_before)
    assert len(pages(web, "zwemmen", LIAISON)[0]) > len(before)


def pages(web: Web, q: str, key: str) -> tuple[list[list[str]], list[int]]:
    """All pages of three, and what each cost in queries."""
    cursor: str | None = None
    got: list[list[str]] = []
    costs: list[int] = []
    while cursor is not None or not got:
        more: dict[str, str] = {"cursor": cursor} if cursor else {}
        with web.queries() as queries:
            answer = web.get("/search", key, query_string={"q": q, "limit": 3, **more}).json
        got.append([each["text_id"] for each in answer["items"]])
        costs.append(len(queries))
        cursor = answer["next_cursor"]
    return got, costs


def test_pages_hold_every_text_once_newest_first(web: Web, world: World, case: dict[str, Any]) -> None:
    made = []
    for number in range(8):
        world.clock.advance(timedelta(minutes=number % 2))  # some at the same moment
        made.append(web.post(f"/cases/{case['id']}/goals", {"text": f"Samen fietsen {number}."}).json["id"])
    got, costs = pages(web, "fietsen", SCHOOL)
    assert sorted(each for page in got for each in page) == sorted(made)
    assert [len(page) for page in got] == [3, 3, 2]
    assert max(costs) <= 6, costs


def test_another_school_finds_nothing_and_nobody_else_may_look(web: Web, case: dict[str, Any]) -> None:
    web.post(f"/cases/{case['id']}/goals", {"text": "Samen schaken."})
    assert found(web, "schaken", "ib_klimop") == []
    assert found(web, "schaken", TEAM, school_id=case["school_id"])
    assert found(web, "schaken", SCHOOL, school_id="00000000-0000-7000-8000-000000000001") == []
    for key in ("coordinator", "beheer"):
        assert web.get("/search?q=schaken", key).status_code == 403


def test_an_excerpt_is_a_look_into_the_dossier(web: Web, world: World, case: dict[str, Any]) -> None:
    web.post(f"/cases/{case['id']}/goals", {"text": "Samen schaken."})
    found(web, "schaken", SCHOOL)
    looked = [row for row in web.get(f"/cases/{case['id']}/access-log").json["items"] if row["what"] == "zoekresultaat"]
    assert [(row["user_name"], row["action"]) for row in looked] == [("Ib Regenboog", "read")]


@pytest.mark.parametrize("q", ["", "de het een", "a b c d e f g h i j k l m n", "x" * 300])
def test_a_question_without_an_answer_is_refused_by_field(web: Web, q: str) -> None:
    answer = web.get("/search", query_string={"q": q})
    assert answer.status_code == 422
    assert "q" in answer.json["errors"]


@pytest.mark.parametrize("q", ["' or 1=1 --", "a & | !", "<script>alert(1)</script>", "%", "\\", "(((", "zebra:*"])
def test_whatever_is_typed_is_words_and_nothing_else(web: Web, case: dict[str, Any], q: str) -> None:
    web.post(f"/cases/{case['id']}/goals", {"text": "<script>alert(1)</script> zebra"})
    page = web.browser(LIAISON).get("/cases/zoeken?" + "q=" + q.replace("&", "%26").replace("%", "%25"))
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_names_are_found_by_how_they_begin_and_when_mistyped(web: Web, case: dict[str, Any]) -> None:
    opened(
        web,
        child={"first_name": "Jakub", "last_name": "El-Idrissi", "group": "4"},
        guardians=[guardian_values(last_name="Kowalski")],
    )

    def names(q: str, **more: Any) -> list[str]:
        return [each["child"]["first_name"] for each in web.get("/cases", query_string={"q": q, **more}).json["items"]]

    assert names("yil") == names("aylin yilmaz") == names(case["reference"]) == ["Aylin"]
    assert names("idrissi") == names("EL-IDR") == names("kowal") == ["Jakub"]
    assert names("yilmas") == names("Ailin") == names("ailin yilmas") == ["Aylin"]
    assert names("kovalsky") == ["Jakub"]
    assert names("vandenberg") == []
    assert names("0001") == ["Aylin"]


def test_names_follow_the_case(web: Web, case: dict[str, Any]) -> None:
    guardian = case["guardians"][0]["id"]
    web.patch(f"/cases/{case['id']}/guardians/{guardian}", {"last_name": "Öztürk"})
    assert web.get("/cases?q=ozturk").json["items"]
    web.patch(f"/cases/{case['id']}", {"child": {"last_name": "Kaya"}})
    assert web.get("/cases?q=yilmaz").json["items"] == []


def test_who_made_a_mistake_in_a_name_is_told_that_these_are_others(web: Web, case: dict[str, Any]) -> None:
    browser = web.browser(LIAISON)
    assert "Deze namen lijken erop" in browser.get("/cases/dossiers?q=yilmas").text
    assert "Deze namen lijken erop" not in browser.get("/cases/dossiers?q=yilmaz").text


def test_the_page_finds_names_and_texts_and_leads_there(web: Web, case: dict[str, Any]) -> None:
    made = agreement(web, case["id"], what="Aylin leest elke dag.")
    page = web.browser(SCHOOL).get("/cases/zoeken?q=aylin").text
    assert f'href="/cases/afspraken/{made["id"]}"' in page
    assert f'href="/cases/dossiers/{case["id"]}"' in page
    assert "<mark>Aylin</mark> leest elke dag" in page
    assert "Niets gevonden" in web.browser(SCHOOL).get("/cases/zoeken?q=onvindbaar").text
    assert web.browser(SCHOOL).get("/cases/zoeken?q=&kind=onzin&school_id=x").status_code == 200


def test_what_was_written_before_the_index_comes_into_it(web: Web, world: World, case: dict[str, Any]) -> None:
    """As the migration does it, and an operator after a change of the language's rules."""
    web.put(f"/cases/{case['id']}/story", {"text": "Zij zingt.", "shared_with_school": False})
    web.put(f"/cases/{case['id']}/story", {"text": "Zij danst.", "shared_with_school": False})
    agreement(web, case["id"], what="Elke dag zingen.")
    before = index(world)
    with psycopg.connect(world.database.url("admin")) as connection:
        connection.execute("truncate search_words, name_words")
    with psycopg.connect(world.database.url("owner")) as owner:
        for statement in search_index.fill(search_index.SOURCES):
            owner.execute(statement.encode())
    assert index(world) == before != []
    assert found(web, "danst", SCHOOL) == []


def index(world: World) -> list[dict[str, Any]]:
    words = "select word, text_id::text, kind, readers from search_words"
    return world.rows(f"{words} union all select word, case_id::text, 'name', null from name_words order by 1, 2, 3")


def test_every_text_with_readers_is_in_the_index_or_says_why_not(world: World) -> None:
    """Who adds a table with texts that have readers adds it to the sources, or to this list."""
    without = {
        "timeline": "says that something happened, and no more",
        "access_log": "says who looked",
        "search_words": "is the index",
        "involved": "names and numbers of people, and no text",
    }
    tables = {
        row["name"]
        for row in world.rows("select table_name as name from information_schema.columns where column_name = 'readers'")
    }
    assert tables - without.keys() <= search_index.SOURCES.keys()
    triggers = {
        row["of"] for row in world.rows("select tgrelid::regclass::text as of from pg_trigger where tgname = 'index_text'")
    }
    assert triggers == search_index.SOURCES.keys()
