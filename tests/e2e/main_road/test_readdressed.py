"""A school gives a parent another e-mail address: who reads the old one is told, and what it had opened is closed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser

from tests.api_client import Client
from tests.e2e.main_road.mailbox import Mailbox
from tests.e2e.main_road.people import Browsers, Person
from tests.sites import Site

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.xdist_group("main-road-embedded")]
SCHOOL = "regenboog@demo.example"


@dataclass(frozen=True)
class Move:
    """A mother, from one mailbox to another."""

    site: Site
    old: Mailbox
    new: Mailbox
    case: dict[str, Any]

    @property
    def form(self) -> str:
        return f"/cases/dossiers/{self.case['id']}/ouders/{self.case['guardians'][0]['id']}"


@pytest.fixture
def move(sites: Callable[[str], Site]) -> Move:
    site, number = sites("embedded"), uuid4().hex[:6]
    old, new = (Mailbox(site.data / "mail", f"olha.{name}.{number}@ouder.example") for name in ("oud", "nieuw"))
    school = Client(site.port).log_in(SCHOOL)
    mother = {"first_name": "Olha", "last_name": "Kravets", "relation": "moeder", "email": old.address, "custody": "yes"}
    made = school.post(
        "/cases/api/v1/cases",
        {
            "school_id": school.get("/cases/api/v1/schools").data["items"][0]["id"],
            "reason": "Wij willen graag praten.",
            "planned_end_on": (datetime.now(UTC) + timedelta(days=120)).date().isoformat(),
            "child": {"first_name": "Ivan", "last_name": "Kravets", "group": "4"},
            "guardians": [mother],
        },
    )
    assert made.status == 201, made
    review = (datetime.now(UTC) + timedelta(days=42)).date().isoformat()
    agreement = {"what": "Juf belt.", "who": "school", "review_on": review}
    asked = school.post(f"/cases/api/v1/cases/{made.data['id']}/agreements", agreement)
    assert asked.status == 201, asked
    return Move(site, old, new, made.data)


def comes_in(mother: Person, mailbox: Mailbox, link: str) -> None:
    """By a code that is sent to this mailbox."""
    mother.opens(link)
    mother.presses("Stuur mij een code")
    found = re.search(r"^(\d{3} \d{3})\s*$", mailbox.about("Uw code").text, re.MULTILINE)
    assert found
    mother.fills(Uw_code=found[1])
    mother.presses("Naar mijn pagina")


def test_who_reads_the_old_mailbox_is_told_and_no_longer_comes_in(move: Move, chromium: Browser) -> None:
    browsers = Browsers(chromium, move.site.url, 1280, set())
    link = move.old.about("Een bericht voor u").link
    with browsers.anybody(390) as mother, browsers.staff(SCHOOL) as school:
        comes_in(mother, move.old, link)
        assert mother.reads("Juf belt.")
        school.opens(move.form)
        school.fills(**{"E-mailadres": move.new.address})
        school.presses("Bewaren")
        told = move.old.about("Uw e-mailadres is veranderd")
        assert "http" not in told.text
        assert move.new.address not in str(told.message) + told.html
        mother.opens(link)
        assert not mother.reads("Juf belt.")
        comes_in(mother, move.new, link)
        assert mother.reads("Juf belt.")
