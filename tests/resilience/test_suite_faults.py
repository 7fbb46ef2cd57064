"""The suite in trouble: what was accepted happens, once, and what cannot be served says so."""

from __future__ import annotations

import email
import email.policy
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from tests.api_client import Client
from tests.sites import Site, started
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.suite, pytest.mark.timeout(900), pytest.mark.xdist_group("suite-faults")]
_days = count(30)
SERVICES = ("cases", "scheduling", "notifications")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A suite with the demo data."""
    data = tmp_path_factory.mktemp("suite") / "data"
    with started("suite", data) as found:
        found.wait_until_ready()
        yield found
        assert found.stop() == 0
        assert found.left_behind() == []
    if (data / "postgres").is_symlink():
        shutil.rmtree((data / "postgres").resolve(), ignore_errors=True)


@pytest.fixture
def school(site: Site) -> Client:
    return Client(site.port).log_in("regenboog@demo.example")


@pytest.fixture
def liaison(site: Site) -> Client:
    return Client(site.port).log_in("ouderfunctionaris@demo.example")


def open_case(school: Client, *addresses: str) -> dict[str, Any]:
    """A case whose guardians have these addresses."""
    schools = school.get("/cases/api/v1/schools").data["items"]
    names = {"first_name": "Eva", "last_name": "Jansen", "relation": "mother", "language": "nl"}
    guardians = [names | {"email": address} for address in addresses]
    child = {"first_name": "Noor", "last_name": "Jansen", "group": "4"}
    body = {
        "school_id": schools[0]["id"],
        "reason": "Samen beginnen",
        "planned_end_on": (datetime.now(UTC) + timedelta(days=200)).date().isoformat(),
        "child": child,
        "guardians": guardians,
    }
    answer = school.post("/cases/api/v1/cases", body)
    assert answer.status == 201, answer
    return dict(answer.data)


def visit_of(case: dict[str, Any]) -> dict[str, Any]:
    """A home visit on a day that no other test plans on, in the evening."""
    at = datetime.now(UTC).replace(hour=19, minute=0, second=0, microsecond=0) + timedelta(days=next(_days))
    guardians = [guardian["id"] for guardian in case["guardians"]]
    moment = {"starts_at": at.isoformat(), "duration_minutes": 60}
    return {"case_id": case["id"], "kind": "home_visit", "participant_ids": guardians, **moment}


def plan(liaison: Client, case: dict[str, Any]) -> dict[str, Any]:
    """Planned as soon as scheduling has heard of the case."""
    body = visit_of(case)
    planned: list[Any] = []

    def try_it() -> bool:
        planned.append(liaison.post("/scheduling/api/v1/appointments", body))
        return bool(planned[-1].status == 201)

    eventually(try_it, 120)
    return dict(planned[-1].data)


def mails(site: Site, *addresses: str) -> Counter[str]:
    """How many mails each of these addresses got."""
    paths = (site.data / "mail").glob("*.eml")
    to = [str(email.message_from_bytes(path.read_bytes(), policy=email.policy.default)["To"]) for path in paths]
    return Counter(address for address in addresses for recipient in to if address in recipient)


def missing(site: Site, service: str) -> list[str]:
    """What the service says it cannot do without."""
    answer = Client(site.port).get(f"/{service}/health/ready")
    found: list[str] = answer.data["missing"]
    assert answer.status == (503 if found else 200)
    return found


def everything_ready(site: Site) -> bool:
    return not any(missing(site, name) for name in SERVICES)


@pytest.mark.parametrize("victim", SERVICES)
def test_a_worker_that_is_killed_amid_the_work_costs_no_mail_and_adds_none(
    victim: str, site: Site, school: Client, liaison: Client
) -> None:
    addresses = [f"{victim}-{number}@ouder.example" for number in range(2)]
    case = open_case(school, *addresses)
    plan(liaison, case)
    site.child("deploy.service.worker", victim).kill()
    eventually(lambda: mails(site, *addresses) == dict.fromkeys(addresses, 1), 180)
    eventually(lambda: everything_ready(site), 180)
    assert mails(site, *addresses) == dict.fromkeys(addresses, 1)


def test_without_a_broker_work_is_accepted_and_arrives_later(site: Site, school: Client, liaison: Client) -> None:
    case = open_case(school, "known@ouder.example")
    plan(liaison, case)
    site.child("beam").send_signal(signal.SIGSTOP)
    try:
        assert liaison.post("/scheduling/api/v1/appointments", visit_of(case)).status == 201
    finally:
        site.child("beam").kill()
    eventually(lambda: all("broker" in missing(site, name) for name in SERVICES), 120)
    during = open_case(school, "during@ouder.example")
    eventually(lambda: everything_ready(site), 180)
    plan(liaison, during)
    expected = {"known@ouder.example": 2, "during@ouder.example": 1}
    eventually(lambda: mails(site, *expected) == expected, 180)


def test_without_its_database_a_request_is_a_503_and_then_works_again(site: Site, liaison: Client) -> None:
    server = site.child("postgres", "-D")
    server.send_signal(signal.SIGSTOP)
    server.kill()
    refused = liaison.get("/scheduling/api/v1/appointments")
    assert refused.status == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.data["status"] == 503
    eventually(lambda: liaison.get("/scheduling/api/v1/appointments").status == 200, 120)
    # Connections that were lost in a pool cost nobody a request.
    assert [liaison.get("/scheduling/api/v1/appointments").status for _ in range(10)] == [200] * 10
    assert [liaison.get("/cases/api/v1/cases").status for _ in range(10)] == [200] * 10


def test_who_logs_out_is_out_everywhere(liaison: Client) -> None:
    paths = ["/cases/api/v1/cases", "/scheduling/api/v1/appointments", "/notifications/api/v1/messages"]
    assert [liaison.get(path).status for path in paths] == [200, 200, 200]
    assert liaison.call("DELETE", "/cases/api/v1/session").status in (200, 204)
    eventually(lambda: [liaison.get(path).status for path in paths] == [401, 401, 401], 120)
