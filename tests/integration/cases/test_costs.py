"""What a page costs in queries: the same for one and for many."""

from __future__ import annotations

from uuid import UUID

from services.cases.usecases import texts
from services.cases.usecases.cases import NewGuardian
from services.cases.usecases.texts import NewStatement, NewStory
from tests.integration.cases.support import Web, World, guardian_values

DOSSIERS = "/cases/dossiers"


def fill(world: World, case_id: UUID) -> None:
    liaison = world.who("liaison")
    for number in range(60):
        texts.state(world.service, liaison, case_id, NewStatement("wish", f"Wens {number}."))
    for number in range(5):
        texts.write_story(world.service, liaison, case_id, NewStory(f"Versie {number}."))


def test_a_full_dossier_costs_as_many_queries_as_an_empty_one_and_at_most_twelve(web: Web, world: World) -> None:
    case = world.opens(guardians=[NewGuardian(guardian_values())] * 4).case
    browser = web.browser("liaison")
    with web.queries() as empty:
        browser.get(f"{DOSSIERS}/{case.id}")
    fill(world, case.id)
    with web.queries() as full:
        browser.get(f"{DOSSIERS}/{case.id}")
    assert len(empty) == len(full) <= 12, full


def test_a_list_costs_at_most_four_queries(web: Web, world: World) -> None:
    for _ in range(30):
        world.opens()
    with web.queries() as page:
        assert web.browser("liaison").get(DOSSIERS).status_code == 200
    with web.queries() as api:
        assert len(web.get("/cases?limit=50").json["items"]) == 30
    assert len(page) <= 4, page
    assert len(api) <= 4, api


def test_mijn_werk_costs_the_same_for_one_case_and_for_many(web: Web, world: World) -> None:
    world.opens()
    with web.queries() as few:
        web.browser("liaison").get("/cases/")
    for _ in range(20):
        world.opens()
    with web.queries() as many:
        web.browser("liaison").get("/cases/")
    assert len(few) == len(many) <= 8, many
