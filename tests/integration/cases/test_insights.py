"""Figures: what is counted of whom, what a coordinator gets, and that they get it without a look into a dossier."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from services.cases.domain.figures import GRADES
from services.cases.usecases import insights
from shared.database import Database
from shared.ids import new_id
from shared.tenancy import Scope
from tests.integration.cases.leaks import RECORD, count, seen
from tests.integration.cases.support import Web, World
from tests.integration.cases.test_api import opened
from tests.integration.cases.test_efforts import ENTRY
from tests.integration.cases.test_events import Told
from tests.integration.cases.test_partnership import agreement, expectation, says

SCHOOL, LIAISON = "ib_regenboog", "liaison"


def figures(web: Web, path: str, key: str, **query: Any) -> dict[tuple[str, str], int]:
    answer = web.get(f"/insights/{path}", key, query_string=query)
    assert answer.status_code == 200, answer.text
    return {(each["measure"], each["of"]): each["value"] for each in answer.json["figures"]}


def counted(world: World) -> None:
    """The worker's round."""
    worker = Database(world.database.sqlalchemy_url("worker"), pool_size=1)
    assert insights.count_all(worker, world.clock) == len(world.schools)
    worker.dispose()


@pytest.fixture
def case(web: Web) -> dict[str, Any]:
    made = opened(web)
    agreed = agreement(web, made["id"])
    for key, by in ((SCHOOL, "school"), (LIAISON, "parents")):
        says(web, agreed, key, by, endorses=True)
    web.post(f"/agreements/{agreed['id']}/evaluations", {"by": "parents", "kept": "no"})
    web.post(f"/agreements/{agreed['id']}/evaluations", {"by": "parents", "kept": "yes"})
    about = expectation(web, made["id"])["id"]
    web.post(f"/expectations/{about}/evaluations", {"by": "parents", "met": "partly"})
    web.post(f"/cases/{made['id']}/time-entries", ENTRY)
    return made


def test_a_school_and_a_liaison_count_their_own(web: Web, world: World, case: dict[str, Any]) -> None:
    for path, key in (("school", SCHOOL), ("caseload", LIAISON), ("school", LIAISON)):
        found = figures(web, path, key)
        assert found["phase", "referred"] == 1
        assert found["kept_parents", "yes"] == 1, "the last word counts"
        assert ("kept_parents", "no") not in found
        assert found["met_parents", "1:partly"] == 1
        assert found["minutes", str(ENTRY["by"])] == ENTRY["minutes"]
    assert figures(web, "school", "ib_klimop") == {}
    assert figures(web, "caseload", "liaison_klimop") == {}
    assert figures(web, "school", SCHOOL, year=2025) == {}


def test_what_is_late_is_counted_as_of_today(web: Web, world: World, case: dict[str, Any]) -> None:
    assert ("overdue", "review") not in figures(web, "school", SCHOOL)
    world.clock.advance(timedelta(days=60))
    assert figures(web, "school", SCHOOL)["overdue", "review"] == 1


@pytest.mark.parametrize("year", [1999, 2027, "x"])
def test_a_year_that_cannot_be_is_refused_by_field(web: Web, year: Any) -> None:
    answer = web.get("/insights/school", SCHOOL, query_string={"year": year})
    assert answer.status_code == 422
    assert "year" in answer.json["errors"]


def test_another_school_is_not_found_and_roles_are_kept_apart(web: Web, world: World) -> None:
    assert web.get(f"/insights/school?school_id={world.schools['klimop']}", SCHOOL).status_code == 404
    assert web.get("/insights/alliance", SCHOOL).status_code == web.get("/insights/caseload", SCHOOL).status_code == 403
    assert web.get("/insights/school", "coordinator").status_code == 403


def test_a_coordinator_sees_how_mail_fares_by_the_last_word_about_each_message(web: Web, world: World) -> None:
    told, case = Told(world), world.opens().case
    told.message("sent", case)
    bounced, called = new_id(), new_id()
    for message, words in ((bounced, ("sent", "failed")), (called, ("failed", "settled"))):
        for happened in words:
            world.clock.advance(timedelta(minutes=1))
            told.message(happened, case, message_id=message)
    told.database.dispose()
    for _ in range(5):
        world.opens()
    counted(world)
    answer = web.get("/insights/alliance", "coordinator").json
    mail = next(table for table in answer["tables"] if table["measure"] == "mail")
    assert mail["columns"] == ["sent", "failed", "suppressed", "settled", "total"]
    cells = {line["name"]: line["cells"] for line in mail["lines"]}
    assert cells["De Regenboog"] == [1, 1, 0, 1, 3]
    page = web.browser("coordinator").get("/cases/inzicht").text
    assert "Berichten aan ouders" in page
    assert "Op een andere manier bereikt" in page


def test_a_coordinator_gets_what_the_worker_counted_and_no_small_group(web: Web, world: World, case: dict[str, Any]) -> None:
    assert web.get("/insights/alliance", "coordinator").json["counted_at"] is None
    for _ in range(7):
        world.opens()
    world.opens("klimop", "ib_klimop")
    counted(world)
    answer = web.get("/insights/alliance", "coordinator").json
    phases = next(table for table in answer["tables"] if table["measure"] == "phase")
    totals = {line["name"]: line["cells"][-1] for line in phases["lines"]}
    assert totals[""] in (9, None)
    assert totals["De Klimop"] is None
    assert totals["De Regenboog"] is None, "nine minus eight would tell the one of the other"
    assert "Aylin" not in str(answer)
    kept = next(table for table in answer["tables"] if table["measure"] == "kept_parents")
    assert all(cell in (None, 0) for line in kept["lines"] for cell in line["cells"])


def test_how_satisfied_everybody_is_is_told_five_families_at_a_time(web: Web, world: World) -> None:
    told = []
    for number in range(11):
        grade = 4 + number % 5
        said = {"of": "school", "grade": grade, "heard": "yes", "clear": "yes", "helped": "yes"}
        answer = web.post(f"/cases/{world.opens().case.id}/satisfaction", said, SCHOOL)
        assert answer.status_code == 201, answer.text
        counted(world)
        found = figures(web, "school", SCHOOL)
        told.append([found.get(("grade_school", of), 0) for of in GRADES])
    assert told == [[0, 0, 0]] * 4 + [[2, 2, 1]] * 5 + [[4, 4, 2]] * 2
    assert figures(web, "caseload", LIAISON)["grade_school", "low"] == 4, "of the whole school"
    assert ("grade_school", "low") not in figures(web, "school", "ib_klimop")
    assert "6 of 7" in web.browser(SCHOOL).get("/cases/inzicht").text
    tables = {table["measure"]: table for table in web.get("/insights/alliance", "coordinator").json["tables"]}
    assert tables["grade_school"]["lines"][0]["cells"] == [None, None, None, 10], "two schools are not told apart, four is few"


def test_the_coordinators_transaction_reads_figures_and_no_dossier(web: Web, world: World, case: dict[str, Any]) -> None:
    counted(world)
    scope = Scope(frozenset(world.schools.values()), "figures", world.users["coordinator"])
    with seen(world.database, "app", scope) as office:
        assert count(office, "figures") > 0
        assert [table for table in RECORD if count(office, table)] == []
    for audience in ("school", "liaison", "team", "parents", "administration"):
        with seen(world.database, "app", Scope(frozenset(world.schools.values()), audience, world.users["beheer"])) as other:
            assert count(other, "figures") == 0, "there are none of how satisfied anybody is"


def test_a_file_has_no_formulas(web: Web, world: World) -> None:
    rename = "update schools set name = %s where school_id = %s returning 1"
    assert world.rows(rename, '=HYPERLINK("http://x")', world.schools["klimop"])
    counted(world)
    answer = web.get("/insights/alliance", "coordinator", headers={"Accept": "text/csv"})
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["measure", "level", "name", "of", "value"]
    assert any(row[2].startswith("'=HYPERLINK") for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_the_pages_show_charts_with_their_tables(web: Web, world: World, case: dict[str, Any]) -> None:
    for key, path in ((SCHOOL, ""), (LIAISON, ""), (LIAISON, "?van=scholen&jaar=2025"), ("team", "?jaar=x&school_id=y")):
        page = web.browser(key).get(f"/cases/inzicht{path}")
        assert page.status_code == 200
        assert page.text.count('<svg class="chart"') >= 3
        assert "<table" in page.text
    office = web.browser("coordinator")
    assert "Nog geen cijfers" in office.get("/cases/inzicht").text
    counted(world)
    assert "Groepen van minder dan vijf" in office.get("/cases/inzicht").text
    assert office.get("/cases/inzicht.csv").status_code == 200


def test_figures_cost_as_many_queries_for_one_dossier_as_for_many(web: Web, world: World, case: dict[str, Any]) -> None:
    costs = []
    for _ in range(2):
        counted(world)
        with web.queries() as own:
            figures(web, "school", "team")
        with web.queries() as all_of_them:
            web.get("/insights/alliance", "coordinator")
        costs.append((len(own), len(all_of_them)))
        for _ in range(5):
            world.opens()
    assert costs[0] == costs[1] <= (4, 8)
