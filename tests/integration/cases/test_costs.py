"""What a page costs in queries: the same for one and for many."""

from __future__ import annotations

from tests.integration.cases import full_case
from tests.integration.cases.support import Web, World

DOSSIERS = "/cases/dossiers"


def test_a_full_dossier_costs_as_many_queries_as_an_empty_one_and_at_most_twelve(web: Web, world: World) -> None:
    case_id = full_case.open_case(world)
    browser = web.browser("liaison")
    with web.queries() as empty:
        browser.get(f"{DOSSIERS}/{case_id}")
    full_case.fill(world, case_id)
    with web.queries() as full:
        assert browser.get(f"{DOSSIERS}/{case_id}").status_code == 200
    assert len(empty) == len(full) <= 12, full


def test_a_list_costs_at_most_four_queries(web: Web, world: World) -> None:
    for _ in range(51):
        world.opens()
    with web.queries() as page:
        assert web.browser("liaison").get(DOSSIERS).status_code == 200
    with web.queries() as api:
        assert len(web.get("/cases?limit=50").json["items"]) == 50
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
