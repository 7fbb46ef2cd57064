"""The calendar to subscribe to: one's own, neutral, the same as the mails, and shut for whoever has an old address."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import psycopg
import pytest

from tests.integration.scheduling.conftest import ANNA, BOTH, KLIMOP, REGENBOOG, SAMIRA, Office, browser
from tests.integration.scheduling.test_appointments import at_klimop, visit
from tests.integration.scheduling.test_choices import told
from tests.integration.scheduling.test_times_pages import send


def subscribed(office: Office) -> str:
    answer = office.client("liaison", BOTH)("POST", "/calendar-feed")
    assert answer.status_code == 201
    return str(answer.json["url"]).removeprefix("http://localhost")


def fetch(office: Office, path: str, **headers: str) -> Any:
    return office.app.test_client().get(path, headers=headers)


def events(office: Office, path: str) -> list[Any]:
    answer = fetch(office, path)
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8")
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_it_holds_all_schools_and_nobodys_name(office: Office) -> None:
    path, samira = subscribed(office), office.client("liaison", BOTH)
    samira("POST", "/appointments", visit())
    samira("POST", "/appointments", at_klimop(starts_at="2026-12-02T10:00:00+01:00"))
    found = events(office, path)
    assert [str(each["SUMMARY"]) for each in found] == [
        "Huisbezoek, 2026-0001, De Regenboog",
        "Huisbezoek, 2026-0001, De Klimop",
    ]
    assert found[0].decoded("DTSTART") == datetime(2026, 12, 1, 12, tzinfo=UTC)
    text = fetch(office, path).text
    assert not any(word in text for word in ("Fatma", "Mehmet", "Kasia", "Yılmaz", "ATTENDEE", "TZID"))
    assert all(each["CLASS"] == "PRIVATE" for each in found)


def test_a_move_keeps_the_uid_and_raises_the_sequence_and_a_cancelled_one_says_so_for_a_month(office: Office) -> None:
    path, samira = subscribed(office), office.client("liaison", BOTH)
    made = samira("POST", "/appointments", visit()).json
    before = events(office, path)[0]
    assert str(before["UID"]) == f"{made['id']}@partnerschap"
    office.clock.advance(timedelta(minutes=5))
    samira("PATCH", f"/appointments/{made['id']}", {"starts_at": "2027-03-28T10:00:00+02:00"})
    after = events(office, path)[0]
    assert (after["UID"], int(str(after["SEQUENCE"]))) == (before["UID"], 1)
    assert after.decoded("DTSTART") == datetime(2027, 3, 28, 8, tzinfo=UTC)  # the night in which summer time begins
    assert after.decoded("DTSTAMP") > before.decoded("DTSTAMP")
    samira("POST", f"/appointments/{made['id']}/cancel", {"reason": "ziek"})
    (cancelled,) = events(office, path)
    assert (cancelled["UID"], int(str(cancelled["SEQUENCE"])), cancelled["STATUS"]) == (before["UID"], 2, "CANCELLED")
    office.clock.advance(timedelta(days=31))
    assert events(office, path) == []


@pytest.mark.parametrize(
    ("before", "day", "until", "then"),
    [
        ("2027-03-27T10:00:00+01:00", date(2027, 3, 28), "10:00–11:00", datetime(2027, 3, 28, 8, tzinfo=UTC)),
        ("2027-10-30T10:00:00+02:00", date(2027, 10, 31), "10:00–11:00", datetime(2027, 10, 31, 9, tzinfo=UTC)),
        # Back again, against the change; and an hour that is there twice is its first.
        ("2027-03-28T10:00:00+02:00", date(2027, 3, 27), "10:00–11:00", datetime(2027, 3, 27, 9, tzinfo=UTC)),
        ("2027-10-31T10:00:00+01:00", date(2027, 10, 30), "10:00–11:00", datetime(2027, 10, 30, 8, tzinfo=UTC)),
        ("2027-10-31T10:00:00+01:00", date(2027, 10, 31), "02:30–02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_move_across_the_change_of_the_clock_is_at_the_time_on_the_wall(
    office: Office, before: str, day: date, until: str, then: datetime
) -> None:
    path, samira = subscribed(office), office.client("liaison", BOTH)
    made, web = samira("POST", "/appointments", visit(starts_at=before)).json, browser(office, samira)
    page = f"/scheduling/afspraken/{made['id']}"
    form = {
        "starts_at-date": f"{day:%d-%m-%Y}",
        "starts_at-time": until[:5],
        "duration_minutes": "60",
        "version": made["version"],
    }
    assert send(web, f"{page}/verzetten", form, page).status_code == 303
    (moved,) = samira("GET", "/appointments").json["items"]
    assert (datetime.fromisoformat(moved["starts_at"]), moved["sequence"]) == (then, 1)
    (event,) = events(office, path)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (then, then + timedelta(hours=1))
    mails = told(office, "scheduling.invitation.requested.v1")[-2:]
    assert [datetime.fromisoformat(each["starts_at"]) for each in mails] == [then, then]
    head = " ".join(re.sub(r"<[^>]+>", " ", web.get(page).text.split("</h1>")[1][:400]).split())
    assert f"{day.day} {'maart' if day.month == 3 else 'oktober'} 2027 {until}" in head


def test_who_has_todays_gets_304_until_something_changes(office: Office) -> None:
    path, samira = subscribed(office), office.client("liaison", BOTH)
    samira("POST", "/appointments", visit())
    etag = fetch(office, path).headers["ETag"]
    office.clock.advance(timedelta(hours=3))
    assert fetch(office, path, If_None_Match=etag).status_code == 304
    office.client("liaison", BOTH)("POST", "/appointments", at_klimop(starts_at="2026-12-02T10:00:00+01:00"))
    assert fetch(office, path, If_None_Match=etag).status_code == 200


def test_an_old_address_and_a_guess_are_not_found(office: Office) -> None:
    old = subscribed(office)
    new = subscribed(office)
    assert fetch(office, old).status_code == 404
    assert fetch(office, new).status_code == 200
    assert fetch(office, "/scheduling/calendar/geraden.ics").status_code == 404
    office.client("liaison", BOTH)("DELETE", "/calendar-feed")
    assert fetch(office, new).status_code == 404
    assert old.encode() not in b"".join(row[0] for row in office.rows("select secret_hash from feeds"))


def test_who_no_longer_works_somewhere_sees_nothing_of_it(office: Office) -> None:
    path, samira = subscribed(office), office.client("liaison", BOTH)
    samira("POST", "/appointments", visit())
    samira("POST", "/appointments", at_klimop(starts_at="2026-12-02T10:00:00+01:00"))
    with psycopg.connect(office.database.url("admin")) as connection:
        connection.execute(
            "update people set valid_until = '2026-11-01' where person_id = %s and school_id = %s", (SAMIRA, REGENBOOG)
        )
    assert [str(each["SUMMARY"]) for each in events(office, path)] == ["Huisbezoek, 2026-0001, De Klimop"]


def test_a_colleagues_feed_holds_only_what_is_the_colleagues(office: Office) -> None:
    office.client("liaison", BOTH)("POST", "/appointments", at_klimop())
    anna = office.client("school_staff", {KLIMOP}, ANNA, "Anna")
    path = str(anna("POST", "/calendar-feed").json["url"]).removeprefix("http://localhost")
    assert events(office, path) == []


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_who_has_no_agenda_has_no_feed(office: Office, role: Any) -> None:
    assert office.client(role, set())("POST", "/calendar-feed").status_code == 403
