"""Working hours, school days, closures from files, and the way there: over HTTP, on a real database."""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import uuid4

from tests.integration.scheduling.conftest import (
    ANNA,
    CASE_K,
    CASE_R,
    FATMA,
    KASIA,
    KLIMOP,
    MEHMET,
    REGENBOOG,
    SAMIRA,
    Caller,
    Office,
)  # fmt: skip
from tests.integration.scheduling.test_appointments import visit
from tests.integration.scheduling.test_slots import ASKED, DAY

WEEK = [{"day": day, "from": "09:00", "until": "15:00"} for day in range(1, 6)]
POSTCODES = b"postcode,latitude,longitude\n3074,51.8990,4.5080\n3082,51.8890,4.4780\n3011,51.9225,4.4792\n"
TIMES = f"/schools/{REGENBOOG}/times"
IMPORT = f"/scheduling/api/v1/schools/{REGENBOOG}/closures/import"


def mine(**more: Any) -> dict[str, Any]:
    return {"person_id": str(SAMIRA), "weekly": WEEK} | more


def send(caller: Caller, content: bytes, path: str = IMPORT, kind: str = "text/calendar", method: str = "POST") -> Any:
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": kind}
    return caller.client.open(path, method=method, data=content, headers=headers)


def with_postcodes(office: Office) -> None:
    administrator = office.client("administrator", set(), uuid4(), "Petra")
    sent = send(administrator, POSTCODES, "/scheduling/api/v1/postcodes", "text/csv", "PUT")
    assert (sent.status_code, sent.json) == (200, {"count": 3, "wrong": []})


def at_postcode(caller: Caller, school: Any, postcode: str) -> None:
    answer = caller("PUT", f"/schools/{school}/times", {"weekly": WEEK, "region": "Midden", "postcode": postcode})
    assert answer.status_code == 200, answer.json


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""]).encode()


def event(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VEVENT", f"UID:{uuid4()}", *lines, "END:VEVENT")


def test_working_hours_are_said_once_and_read_as_they_were_said(samira: Caller) -> None:
    usual = samira("GET", "/availability")
    assert (usual.json["said"], usual.headers["ETag"], usual.json["weekly"][0]) == (
        False,
        '"0"',
        {"day": 1, "from": "08:30", "until": "17:00"},
    )
    leave = [
        {"from_on": "2026-12-24", "until_on": "2027-01-02"},
        {"from_on": "2026-12-01", "hours": [{"from": "10:00", "until": "11:00"}]},
    ]
    saved = samira("PUT", "/availability", mine(exceptions=leave, buffer_minutes=10, lead_hours=24), If_Match='"0"')
    assert saved.status_code == 200, saved.json
    assert samira("GET", f"/availability?person_id={SAMIRA}").json == saved.json
    assert saved.json["weekly"] == WEEK
    assert samira("PUT", "/availability", mine(), If_Match='"0"').status_code == 412
    assert samira("PUT", "/availability", mine(), If_Match='"1"').json["exceptions"] == []


BAD_HOURS: list[tuple[str, dict[str, Any]]] = [
    ("weekly.1", {"weekly": [{"day": 1, "from": "09:00", "until": "12:00"}, {"day": 1, "from": "11:00", "until": "15:00"}]}),
    ("weekly.0", {"weekly": [{"day": 1, "from": "12:00", "until": "09:00"}]}),
    ("weekly.0.day", {"weekly": [{"day": 8, "from": "09:00", "until": "12:00"}]}),
    ("weekly.0.from", {"weekly": [{"day": 1, "from": "9 uur", "until": "12:00"}]}),
    ("exceptions.0.until_on", {"exceptions": [{"from_on": "2026-12-24", "until_on": "2026-12-20"}]}),
    ("exceptions.0.until_on", {"exceptions": [{"from_on": "2026-12-24", "until_on": "2096-12-20"}]}),
    ("exceptions.1.from_on", {"exceptions": [{"from_on": "2026-12-21", "until_on": "2026-12-24"}, {"from_on": "2026-12-24"}]}),
    ("lunch", {"lunch": {"from": "12:00", "until": "12:10", "minutes": 30}}),
    ("start_postcode", {"start_postcode": "nergens"}),
    ("start_postcode", {"start_postcode": "9999 ZZ"}),
    ("buffer_minutes", {"buffer_minutes": -1}),
]


def test_bad_hours_name_their_field(office: Office, samira: Caller) -> None:
    with_postcodes(office)
    for field, change in BAD_HOURS:
        answer = samira("PUT", "/availability", mine(**change))
        assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
    assert office.rows("select count(*) from working_times") == [(0,)]


def test_who_may_say_whose_hours(office: Office, samira: Caller) -> None:
    """One's own; a guardian's at one's school; never a colleague's, and nothing of who is not known here."""
    anna = office.client("school_staff", {KLIMOP}, ANNA, "Anna")
    assert anna("PUT", "/availability", mine()).status_code == 403
    assert anna("GET", f"/availability?person_id={SAMIRA}").status_code == 200
    for stranger in (FATMA, uuid4()):
        assert anna("GET", f"/availability?person_id={stranger}").status_code == 404
        assert anna("PUT", "/availability", mine(person_id=str(stranger))).status_code == 404
    assert samira("PUT", "/availability", mine(person_id=str(FATMA), lunch=None)).status_code == 200
    assert samira("GET", f"/availability?person_id={FATMA}").json["weekly"] == WEEK
    assert office.client("coordinator", set())("GET", "/availability").status_code == 403
    assert samira("PUT", "/postcodes").status_code == 403


def test_slots_keep_to_everybodys_hours(samira: Caller) -> None:
    """The liaison works until three, the mother can come from one o'clock, and the father from two until four."""
    samira("PUT", "/availability", mine(lunch=None))
    for person, hours in ((FATMA, ("13:00", "18:00")), (MEHMET, ("14:00", "16:00"))):
        week = [{"day": 2, "from": hours[0], "until": hours[1]}]
        samira("PUT", "/availability", mine(person_id=str(person), weekly=week, lunch=None))
    assert [each["starts_at"] for each in samira("GET", ASKED + DAY).json["items"]] == ["2026-12-01T13:00:00+00:00"]
    leave = mine(exceptions=[{"from_on": "2026-11-30", "until_on": "2026-12-04"}])
    samira("PUT", "/availability", leave)
    assert samira("GET", ASKED + DAY).json["items"] == []


def test_lead_time_is_kept(samira: Caller) -> None:
    """It is Monday ten o'clock; with two days' notice the first is on Wednesday at ten."""
    samira("PUT", "/availability", mine(lead_hours=48))
    found = samira("GET", f"{ASKED}&to=2026-11-25T23:00:00Z").json["items"]
    assert found[0]["starts_at"] == "2026-11-25T09:00:00+00:00"


def test_at_school_its_hours_closures_and_breaks_count_and_at_home_a_break_is_said(samira: Caller) -> None:
    samira("PUT", TIMES, {"weekly": WEEK, "region": "Midden"})
    samira("POST", f"/schools/{REGENBOOG}/closures", {"first": "2026-12-17", "name": "Studiedag"})
    period = "&from=2026-12-17T00:00:00Z&to=2026-12-23T23:00:00Z"
    talk = samira("GET", ASKED.replace("home_visit", "school_meeting") + period).json["items"]
    assert {each["starts_at"][:10] for each in talk} == {"2026-12-18"}
    assert all(each["starts_at"][11:16] >= "08:00" and each["ends_at"][11:16] <= "14:00" for each in talk)
    visits = samira("GET", ASKED + period).json["items"]
    assert {"2026-12-21", "2026-12-17"} <= {each["starts_at"][:10] for each in visits}
    assert visits[-1]["notes"] == ["kerstvakantie"]
    assert visits[-1]["why"].endswith("Let op: het is dan kerstvakantie.")


def test_a_feast_is_said_to_everybody_whoever_is_invited(samira: Caller) -> None:
    asked = f"/slots?case_id={CASE_K}&kind=phone_call&duration_minutes=30&participant_ids={KASIA}"
    items = samira("GET", f"{asked}&from=2027-03-09T00:00:00Z&to=2027-03-09T23:00:00Z").json["items"]
    assert {tuple(each["notes"]) for each in items} == {("Suikerfeest",)}


def test_travel_is_taken_time_on_every_way_in(office: Office, samira: Caller) -> None:
    with_postcodes(office)
    at_postcode(samira, REGENBOOG, "3074 JH")
    at_postcode(samira, KLIMOP, "3011AB")
    talk = visit(kind="school_meeting", starts_at="2026-12-01T10:00:00+01:00")
    assert samira("POST", "/appointments", talk).status_code == 201
    there = visit(case_id=str(CASE_K), participant_ids=[str(KASIA)], kind="school_meeting", starts_at="2026-12-01T11:00:00+01:00")
    refused = samira("POST", "/appointments", there)
    assert refused.status_code == 409
    assert "te weinig tijd voor de reis: die duurt 19 minuten" in refused.json["detail"]
    assert refused.json["conflicts"][0]["name"] == "Samira Bakker"
    made = samira("POST", "/appointments", there | {"starts_at": "2026-12-01T11:19:00+01:00"})
    assert made.status_code == 201
    assert office.rows(f"select travel_minutes from occupancy where person_id = '{SAMIRA}' order by during") == [(0,), (19,)]
    assert samira("PATCH", f"/appointments/{made.json['id']}", {"starts_at": "2026-12-01T11:10:00+01:00"}).status_code == 409
    same_door = talk | {"starts_at": "2026-12-01T09:00:00+01:00"}
    assert samira("POST", "/appointments", same_door).status_code == 201
    before = there | {"starts_at": "2026-12-01T07:45:00+01:00"}
    assert samira("POST", "/appointments", before).status_code == 409
    assert samira("POST", "/appointments", before | {"duration_minutes": 45}).status_code == 201


def test_what_comes_in_between_changes_the_way_to_what_follows(office: Office, samira: Caller) -> None:
    with_postcodes(office)
    at_postcode(samira, REGENBOOG, "3074")
    at_postcode(samira, KLIMOP, "3011")
    r = visit(kind="school_meeting")
    k = visit(case_id=str(CASE_K), participant_ids=[str(KASIA)], kind="school_meeting")
    samira("POST", "/appointments", r | {"starts_at": "2026-12-01T09:00:00+01:00"})
    samira("POST", "/appointments", r | {"starts_at": "2026-12-01T14:00:00+01:00"})
    ways = f"select travel_minutes from occupancy where person_id = '{SAMIRA}' order by during"
    assert office.rows(ways) == [(0,), (0,)]
    between = samira("POST", "/appointments", k | {"starts_at": "2026-12-01T11:00:00+01:00"}).json
    assert office.rows(ways) == [(0,), (19,), (19,)]
    assert samira("PATCH", f"/appointments/{between['id']}", {"starts_at": "2026-12-02T11:00:00+01:00"}).status_code == 200
    assert office.rows(ways) == [(0,), (0,), (0,)]
    assert samira("POST", f"/appointments/{between['id']}/cancel", {"reason": "x"}).status_code == 200
    assert office.rows(ways) == [(0,), (0,)]


def test_a_slot_says_the_way_and_can_be_booked(office: Office, samira: Caller) -> None:
    with_postcodes(office)
    at_postcode(samira, REGENBOOG, "3074")
    at_postcode(samira, KLIMOP, "3011")
    k = visit(case_id=str(CASE_K), participant_ids=[str(KASIA)], kind="school_meeting", starts_at="2026-12-01T10:00:00+01:00")
    samira("POST", "/appointments", k)
    slots = samira("GET", ASKED.replace("home_visit", "school_meeting") + DAY).json["items"]
    assert {each["travel_minutes"] for each in slots} == {19}
    assert all("19 minuten" in each["why"] for each in slots)
    for each in slots:
        assert samira("POST", "/appointments", visit(kind="school_meeting", starts_at=each["starts_at"])).status_code == 201


def test_free_busy_crosses_schools_and_tells_no_content(office: Office, samira: Caller) -> None:
    samira("POST", "/appointments", visit(location="Putselaan 114"))
    asked = f"/free-busy?case_id={CASE_K}&kind=phone_call&duration_minutes=30&participant_ids={KASIA}&participant_ids={SAMIRA}"
    found = office.client("school_staff", {KLIMOP}, ANNA, "Anna")(
        "GET", f"{asked}&from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z"
    )
    busy = {each["name"]: each["busy"] for each in found.json["items"]}
    assert busy["Samira Bakker"] == [{"starts_at": "2026-12-01T12:00:00+00:00", "ends_at": "2026-12-01T13:00:00+00:00"}]
    assert busy["Anna"] == []
    assert "Putselaan" not in found.text
    assert str(CASE_R) not in found.text


def test_closures_come_from_csv_with_an_answer_for_each_bad_line(samira: Caller) -> None:
    lines = (
        "van;tot;naam\r\n24-12-2026;03-01-2027;Kerst\r\n31-02-2027;;Fout\r\n2027-03-01;;Studiedag\r\n05-05-2027;01-05-2027;Om\r\n"
    )
    answer = send(samira, lines.encode("cp1252"), kind="text/csv")
    assert answer.status_code == 200, answer.json
    assert (answer.json["added"], [each["line"] for each in answer.json["wrong"]]) == (2, [3, 5])
    assert answer.json["wrong"][0]["text"] == "Dit is geen datum. Een goede is bijvoorbeeld 24-12-2026."
    assert send(samira, lines.encode()).json["known"] == 2
    closures = samira("GET", TIMES).json["closures"]
    assert [(each["first"], each["last"], each["name"], each["source"]) for each in closures] == [
        ("2026-12-24", "2027-01-03", "Kerst", "csv"),
        ("2027-03-01", "2027-03-01", "Studiedag", "csv"),
    ]
    assert samira("DELETE", f"/schools/{REGENBOOG}/closures/{closures[0]['id']}").status_code == 204
    assert samira("DELETE", f"/schools/{REGENBOOG}/closures/{closures[0]['id']}").status_code == 404
    assert samira("DELETE", f"/schools/{KLIMOP}/closures/{closures[1]['id']}").status_code == 404


def test_closures_come_from_a_calendar(samira: Caller) -> None:
    sent = calendar(
        *event("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270303", "SUMMARY:Studie\\, twee dagen"),
        *event("DTSTART:20270310T110000Z", "DTEND:20270310T160000Z", "SUMMARY:Middag vrij"),
        *event("DTSTART;TZID=Nergens/Nooit:20270328T000000", "DTEND;TZID=Nergens/Nooit:20270329T000000", "SUMMARY:Zomertijd"),
        *event("DTSTART;VALUE=DATE:20270401", "RRULE:FREQ=SECONDLY", "SUMMARY:Altijd"),
        *event("SUMMARY:Wanneer dan?"),
    )
    answer = send(samira, sent)
    assert answer.status_code == 200, answer.json
    assert (answer.json["added"], [each["line"] for each in answer.json["wrong"]]) == (3, [4, 5])
    assert [(each["first"], each["last"], each["name"]) for each in samira("GET", TIMES).json["closures"]] == [
        ("2027-03-01", "2027-03-02", "Studie, twee dagen"),
        ("2027-03-10", "2027-03-10", "Middag vrij"),
        ("2027-03-28", "2027-03-28", "Zomertijd"),
    ]


ZONE = ("BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD", "DTSTART:00010101T000000", "RRULE:FREQ=SECONDLY", "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE")  # fmt: skip
LATE = event("DTSTART;TZID=X:99990101T000000", "DURATION:P999999999D", "SUMMARY:x")
HOSTILE = {
    "five megabytes of calendar": calendar(*event("DTSTART;VALUE=DATE:20270301", "SUMMARY:" + "x" * 5_000_000)),
    "five megabytes of events": calendar(*event("DTSTART;VALUE=DATE:20270301") * 60_000)[:5_000_000],
    "five megabytes of commas": b"," * 5_000_000,
    "nested without end": calendar(*["BEGIN:VEVENT"] * 30_000),
    "nested a little less": calendar(*["BEGIN:VEVENT"] * 3_000),
    "too many events": calendar(*event("DTSTART;VALUE=DATE:20270301") * 4_500),
    "a zone that never ends": calendar(*ZONE, *LATE),
    "zones that never end": calendar(*["BEGIN:VTIMEZONE"] * 3_900, "X:" + "y" * 430_000),
    "no calendar": b"BEGIN:VCALENDAR\r\n\x00\xff\xfe",
    "half a line": b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART",
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50,
    "markup": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    "one endless cell": b'"' + b"x" * 400_000,
}


def test_a_hostile_file_gets_a_clear_answer_and_does_nothing(office: Office, samira: Caller) -> None:
    for what, content in HOSTILE.items():
        begin = time.process_time()
        answer = send(samira, content)
        assert time.process_time() - begin < 5, what
        assert answer.status_code in (200, 422), (what, answer.text)
        if answer.status_code == 200:
            assert (answer.json["added"], bool(answer.json["wrong"])) == (0, True), (what, answer.json)
        else:
            assert list(answer.json["errors"]) == ["file"], what
    assert office.rows("select count(*) from closures") == [(0,)]


def test_what_a_calendar_says_beside_its_zones_counts(samira: Caller) -> None:
    """Also where a name holds what some take for the end of a line."""
    sent = calendar(*ZONE, *event("DTSTART;VALUE=DATE:20270301", "SUMMARY:Studie\u2028dag"), *ZONE)
    assert (send(samira, sent).json["added"], samira("GET", TIMES).json["closures"][0]["name"]) == (1, "Studie dag")


def test_a_closure_in_a_year_that_cannot_be_is_a_slip_of_the_hand(samira: Caller) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        refused = samira("POST", f"/schools/{REGENBOOG}/closures", {"first": day})
        assert (refused.status_code, list(refused.json["errors"])) == (422, ["first"])


def numbered(first: int, count: int, day: str = "01-03-2027") -> bytes:
    return "".join(["van;tot;naam\n", *(f"{day};;Vrij {number}\n" for number in range(first, first + count))]).encode()


def test_however_many_files_come_a_school_keeps_so_many_closures(office: Office, samira: Caller) -> None:
    assert [send(samira, numbered(first, 1_000)).json["added"] for first in (0, 1_000)] == [1_000, 1_000]
    assert send(samira, numbered(500, 1_000)).json == {"added": 0, "known": 1_000, "wrong": []}
    file = send(samira, numbered(2_000, 1))
    typed = samira("POST", f"/schools/{REGENBOOG}/closures", {"first": "2027-03-02", "name": "Studiedag"})
    for refused, name in ((file, "file"), (typed, "first")):
        assert (refused.status_code, list(refused.json["errors"])) == (422, [name])
        assert "hoogstens 2000 sluitingen" in refused.json["errors"][name][0]
        assert "Er kunnen er nog 0 bij." in refused.json["errors"][name][0]
    assert office.rows("select count(*) from closures") == [(2_000,)]
    assert samira("POST", f"/schools/{KLIMOP}/closures", {"first": "2027-03-02"}).status_code == 201, "each school by itself"


def test_what_is_past_makes_room(office: Office, samira: Caller) -> None:
    for first in (0, 1_000):
        assert send(samira, numbered(first, 1_000, "02-03-2026")).json["added"] == 1_000
    assert send(samira, numbered(0, 1)).json["added"] == 1
    assert office.rows("select count(*), min(first)::text from closures") == [(1, "2027-03-01")]


def test_who_send_files_at_once_are_counted_one_after_the_other(office: Office, samira: Caller) -> None:
    send(samira, numbered(0, 1_000))
    senders = [office.client("liaison", {REGENBOOG, KLIMOP}) for _ in range(3)]
    answers: list[int] = []
    threads = [
        threading.Thread(
            target=lambda number=number, one=one: answers.append(send(one, numbered(number * 1_000, 600)).status_code)
        )
        for number, one in enumerate(senders, 1)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(answers) == [200, 422, 422]
    assert office.rows("select count(*) from closures") == [(1_600,)]


def test_ten_megabytes_are_not_even_read(samira: Caller) -> None:
    refused = send(samira, b"x" * 10_000_000)
    assert (refused.status_code, refused.json["detail"]) == (413, "Stuur hoogstens 8 MB.")


def test_a_table_of_postcodes_that_is_none_leaves_the_one_there_is(office: Office) -> None:
    with_postcodes(office)
    administrator = office.client("administrator", set(), uuid4(), "Petra")
    for content in (b"", b"a,b,c\n", b"\xff\xfe3011", b"3011,4.4792,51.9225\n"):
        answer = send(administrator, content, "/scheduling/api/v1/postcodes", "text/csv", "PUT")
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["file"])
    assert "breedtegraad" in answer.text, "of what was swapped"
    assert office.rows("select count(*) from postcodes") == [(3,)]


def test_a_window_shorter_than_the_visit_is_said(samira: Caller) -> None:
    answer = samira("GET", f"{ASKED}&from=2026-12-01T10:00:00Z&to=2026-12-01T10:30:00Z")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["to"])
