"""The yearly overview of rights, as a page, as a file and over HTTP."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from services.cases.usecases import administration
from tests.integration.cases.support import Web, World, person


def test_it_says_who_may_what_and_that_it_was_looked_at(web: Web, world: World) -> None:
    found = web.get("/access-rights", "beheer").json
    assert found["review_due"]
    team = [each for each in found["items"] if each["name"] == "Team"]
    assert {each["school_id"] for each in team} == {str(world.schools["regenboog"]), str(world.schools["klimop"])}
    assert team[0]["valid_from"] == "2026-08-01"
    assert web.post("/access-rights/reviews", key="beheer").status_code == 204
    found = web.get("/access-rights", "beheer").json
    assert (found["review_due"], found["reviewed_by"]) == (False, "Beheer")
    world.clock.advance(timedelta(days=366))
    browser = web.browser("beheer")
    assert "Tijd om dit na te kijken" in browser.get("/cases/beheer/rechten").text
    assert browser.post("/cases/beheer/rechten").status_code == 303
    assert "Nagekeken op" in browser.get("/cases/beheer/rechten").text
    assert web.get("/access-rights", "coordinator").status_code == 403


def test_the_file_runs_no_formula(web: Web, world: World) -> None:
    evil = person("slim", "coordinator")
    administration.add_user(
        world.service, world.by, type(evil)("=HYPERLINK(1)", "Slim", "coordinator", evil.email, evil.password)
    )
    answer = web.browser("beheer").get("/cases/beheer/rechten.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert 'filename="rechten-2026-11-23.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert len(rows) == 10
    assert "'=HYPERLINK(1)" in {row[0] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_it_costs_the_same_for_one_and_for_many(web: Web, world: World) -> None:
    with web.queries() as few:
        web.get("/access-rights", "beheer")
    for number in range(10):
        world.hire(f"nieuw{number}", "liaison", "klimop")
    with web.queries() as many:
        web.get("/access-rights", "beheer")
    assert len(few) == len(many) <= 10


def test_the_settings_page_asks_for_codes_from_a_day_on(web: Web, world: World) -> None:
    browser, page = web.browser("beheer"), "/cases/beheer/instellingen"
    sent = {"name": "Maasoevers", "totp_required_from": "01-01-2027", "version": "1"}
    assert browser.post(page, sent).status_code == 303
    assert browser.post(page, sent).status_code == 412
    assert world.rows("select totp_required_from::text as day from alliances") == [{"day": "2027-01-01"}]
    assert browser.post(page, {"name": "Maasoevers", "totp_required_from": "", "version": "2"}).status_code == 303
    assert world.rows("select totp_required_from as day from alliances") == [{"day": None}]
