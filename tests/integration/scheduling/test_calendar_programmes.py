"""Our feed as calendar programmes read it: also on the two nights on which the clock changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from tests.calendar_programmes import Khal, Vdirsyncer, by_ical_js, by_icalendar
from tests.integration.scheduling.conftest import Caller, Office
from tests.integration.scheduling.test_appointments import at_klimop, visit
from tests.integration.scheduling.test_feed import fetch, subscribed

# Local times in the morning after the clock went forward and back, and what they are in UTC.
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
TIMES = [
    ("2026-12-01T13:00:00+01:00", datetime(2026, 12, 1, 12, tzinfo=UTC)),
    ("2027-03-28T10:00:00+02:00", datetime(2027, 3, 28, 8, tzinfo=UTC)),
    ("2027-10-31T10:00:00+01:00", datetime(2027, 10, 31, 9, tzinfo=UTC)),
]


@pytest.fixture
def feed(office: Office, samira: Caller) -> str:
    """The path of a feed with an appointment at each of TIMES."""
    for at, _utc in TIMES:
        assert samira("POST", "/appointments", visit(starts_at=at)).status_code == 201
    return subscribed(office)


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where the application answers over HTTP."""
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_icalendar_library_and_ical_js_read_the_same_instants(office: Office, feed: str) -> None:
    content = fetch(office, feed).data
    seen = by_icalendar(content)
    assert [(each.starts_at, each.ends_at) for each in seen] == [(utc, utc + timedelta(hours=1)) for _at, utc in TIMES]
    assert by_ical_js(content) == seen


def test_khal_shows_the_time_on_the_wall(office: Office, feed: str, tmp_path: Path) -> None:
    khal = Khal(tmp_path / "khal")
    khal.takes(fetch(office, feed).data)
    assert khal.day(SPRING) == ["10:00-11:00 Huisbezoek, 2026-0001, De Regenboog"]
    assert khal.day(AUTUMN) == ["10:00-11:00 Huisbezoek, 2026-0001, De Regenboog"]


def test_khal_replaces_what_was_moved(office: Office, samira: Caller, feed: str, tmp_path: Path) -> None:
    khal = Khal(tmp_path / "khal")
    khal.takes(fetch(office, feed).data)
    moved = next(each for each in samira("GET", "/appointments").json["items"] if each["starts_at"].startswith("2026-12-01"))
    samira("PATCH", f"/appointments/{moved['id']}", {"starts_at": "2027-03-28T14:00:00+02:00"})
    khal.takes(fetch(office, feed).data)
    assert khal.day(date(2026, 12, 1)) == []
    assert [each.split()[0] for each in khal.day(SPRING)] == ["10:00-11:00", "14:00-15:00"]


def test_vdirsyncer_keeps_in_step_and_has_nothing_to_do_when_nothing_changed(
    office: Office, samira: Caller, feed: str, address: str, tmp_path: Path
) -> None:
    syncer = Vdirsyncer(tmp_path / "vdirsyncer", address + feed)
    first = syncer.sync()
    assert sorted(seen.starts_at for content in first.values() for seen in by_icalendar(content)) == [utc for _at, utc in TIMES]
    assert syncer.sync() == first
    samira("POST", "/appointments", at_klimop(starts_at="2026-12-02T10:00:00+01:00"))
    assert len(syncer.sync()) == len(first) + 1
    found = samira("GET", "/appointments").json["items"][0]
    samira("POST", f"/appointments/{found['id']}/cancel", {"reason": "ziek"})
    # vdirsyncer gives what it fetches UIDs of its own, so the time tells which it is.
    statuses = {seen.starts_at: seen.status for content in syncer.sync().values() for seen in by_icalendar(content)}
    assert statuses[TIMES[0][1]] == "CANCELLED"
