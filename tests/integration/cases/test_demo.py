"""The demo: made through the use cases, so that it is what people could have made themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.cases.demo import DemoCases, seed
from services.cases.demo.accounts import ACCOUNTS, PASSWORD, SCHOOLS
from services.cases.demo.seeding import FAMILIES
from services.cases.domain.figures import SATISFACTION
from services.cases.domain.phases import PHASES
from services.cases.usecases import insights, session
from services.cases.usecases.session import Credentials
from shared.clock import FixedClock
from tests.conftest import NOW
from tests.infrastructure import ServiceDatabase
from tests.integration.cases.support import Web, World, make_config, make_service, make_web


@pytest.fixture
def world(database: Callable[[str], ServiceDatabase], clock: FixedClock, tmp_path: Path) -> Iterator[World]:
    """Nothing yet."""
    made = database("cases")
    service = make_service(make_config(made, tmp_path), clock)
    yield World(service, made)
    service.database.dispose()


@pytest.fixture
def demo(world: World) -> DemoCases:
    return seed(world.service, FixedClock(NOW))


@pytest.mark.slow
@pytest.mark.parametrize(
    "at", ["2026-11-25T22:30:00+00:00", "2026-12-31T23:30:00+00:00", "2027-03-28T00:30:00+00:00", "2028-02-29T10:00:00+00:00"]
)
def test_it_loads_at_whatever_hour(world: World, at: str) -> None:
    """In late November half past eleven, 66 days before it, in summer time, is the next day."""
    assert len(seed(world.service, FixedClock(datetime.fromisoformat(at))).cases) == len(FAMILIES)


def test_the_contracts_accounts_log_in_to_the_contracts_schools(world: World, demo: DemoCases) -> None:
    for account in ACCOUNTS:
        who = session.log_in(world.service, Credentials(account.email, PASSWORD, "10.0.0.1")).principal
        assert who.role == account.role
        assert who.school_ids == {demo.schools[name] for name in account.schools}
    assert set(demo.schools) == set(SCHOOLS)


def test_there_are_families_at_every_phase_and_every_school(world: World, demo: DemoCases) -> None:
    rows = world.rows("select phase, school_id, child_first_name, planned_end_on from cases")
    assert len(rows) == len(FAMILIES) >= 22
    assert {row["phase"] for row in rows} == set(PHASES)
    for school_id in demo.schools.values():
        assert len([row for row in rows if row["school_id"] == school_id]) >= 7
    assert all(row["planned_end_on"] >= NOW.date() for row in rows)
    languages = {row["language"] for row in world.rows("select language from guardians")}
    assert {"nl", "en", "tr", "ar", "pl"} <= languages
    assert world.rows("select 1 from addresses where secret")


def test_it_happened_over_the_past_weeks_and_by_those_who_would_have_done_it(world: World, demo: DemoCases) -> None:
    at = [row["at"] for row in world.rows("select at from timeline order by at")]
    assert NOW - timedelta(days=300) < at[0] < NOW - timedelta(days=100)
    assert at[-1] <= NOW
    told = world.told("cases.case.opened")
    assert len(told) == len(FAMILIES)
    assert all(each["data"]["liaison_id"] for each in told)


def test_who_seeds_the_other_services_finds_everybody(demo: DemoCases) -> None:
    assert demo.liaison_of("aylin").name == "Samira Bakkali"
    assert demo.liaison_of("ibrahim").name == "Joost van Dalen"
    assert len(demo.guardians["aylin"]) == 2
    assert demo.school_of["aylin"] == demo.schools["De Regenboog"]


def test_every_page_of_every_dossier_opens(world: World, demo: DemoCases) -> None:
    web: Web = make_web(world, demo=True)
    for key in ("ouderfunctionaris", "collega", "regenboog", "klimop", "oase", "contactpersoon", "coordinator", "beheer"):
        client = web.app.test_client()
        client.post("/cases/inloggen", data={"email": f"{key}@demo.example", "password": PASSWORD})
        assert client.get("/cases/").status_code == 200
        own = demo.principals[key].school_ids
        for name, case_id in demo.cases.items():
            expected = 200 if demo.school_of[name] in own else 403 if key in ("coordinator", "beheer") else 404
            assert client.get(f"/cases/dossiers/{case_id}").status_code == expected


def test_enough_families_looked_back_to_make_figures_at_two_schools_and_not_at_the_third(demo: DemoCases, world: World) -> None:
    counted = {}
    for name, school_id in demo.schools.items():
        who = next(each for each in demo.principals.values() if each.role == "school_staff" and school_id in each.school_ids)
        figures = insights.of_schools(world.service, who, None).figures
        counted[name] = [sum(figures.row(measure, ofs)) for measure, ofs in SATISFACTION.items()]
    assert counted == {"De Regenboog": [5, 5, 5], "De Klimop": [5, 5, 5], "De Oase": [0, 0, 0]}
    office = insights.of_alliance(world.service, demo.principals["coordinator"], None)
    assert all(office.tables[measure] for measure in SATISFACTION)
