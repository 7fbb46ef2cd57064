"""The envelope on the wire: what we send is CloudEvents, and whatever comes in is an event or is told apart."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import Event, MalformedEvent, decode

AT = datetime(2026, 11, 23, 9, 0, 0, 5, tzinfo=UTC)
EVENT = Event(uuid4(), "cases.case.opened.v1", "/cases", AT, "case/1", uuid4(), 7, {"name": "Zoë"}, "00-a-b-01")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
NAMES = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=60)


@given(
    kind=NAMES,
    subject=NAMES,
    school=st.none() | st.uuids(),
    sequence=st.integers(1, 2**63 - 1),
    data=st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON, max_size=4),
)
def test_what_is_sent_is_what_is_read(kind: str, subject: str, school: UUID | None, sequence: int, data: dict[str, Any]) -> None:
    event = Event(uuid4(), kind, "/cases", AT, subject, school, sequence, json.loads(json.dumps(data)))
    assert decode(event.encode()) == event


def test_the_wire_is_cloudevents() -> None:
    found = json.loads(EVENT.encode())
    assert {"specversion", "id", "source", "type"} <= set(found), "what CloudEvents 1.0 requires"
    assert found["schoolid"] == str(EVENT.school_id)
    assert all(name.isascii() and name.isalnum() and name.islower() for name in found), "CloudEvents 1.0, section 3"
    assert found["data"] == {"name": "Zoë"}
    assert decode(EVENT.encode()) == EVENT


def test_an_alliance_wide_event_has_no_school_and_need_not_have_a_trace() -> None:
    event = Event(uuid4(), "t", "/s", AT, "s", None, 1, {})
    assert not {"schoolid", "traceparent"} & set(json.loads(event.encode()))
    assert decode(event.encode()) == event


def test_a_time_of_another_offset_is_the_same_instant() -> None:
    there = AT.astimezone(timezone(timedelta(hours=5)))
    assert decode(changed(time=there.isoformat())).time == AT


def changed(**attributes: Any) -> bytes:
    return json.dumps(json.loads(EVENT.encode()) | attributes).encode()


@pytest.mark.parametrize(
    "attributes",
    [
        {"specversion": "0.3"},
        {"id": "7"},
        {"id": None},
        {"time": "2026-11-23T09:00:00"},
        {"time": "0001-01-01T00:00:00+23:59"},
        {"time": "yesterday"},
        {"sequence": "0"},
        {"sequence": "-1"},
        {"sequence": "x"},
        {"sequence": str(2**63)},
        {"sequence": "9" * 5000},
        {"subject": ""},
        {"subject": "a\x00b"},
        {"subject": "\ud800"},
        {"subject": "x" * 256},
        {"subject": ["a"]},
        {"type": 5},
        {"type": "a\nb"},
        {"schoolid": ""},
        {"schoolid": None},
        {"traceparent": 5},
        {"data": [["a", 1]]},
        {"data": "text"},
        {"data": None},
    ],
    ids=lambda attributes: "-".join(f"{name}={str(value)[:12]!r}" for name, value in attributes.items()),
)
def test_what_is_no_event_of_ours_is_told_apart(attributes: dict[str, Any]) -> None:
    with pytest.raises(MalformedEvent):
        decode(changed(**attributes))


@pytest.mark.parametrize("name", ["specversion", "id", "type", "source", "time", "subject", "sequence", "data"])
def test_a_missing_attribute_is_told_apart(name: str) -> None:
    found = json.loads(EVENT.encode())
    del found[name]
    with pytest.raises(MalformedEvent):
        decode(json.dumps(found).encode())


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_comes_is_an_event_or_malformed(body: bytes) -> None:
    with pytest.raises(MalformedEvent):
        decode(body)


@given(st.dictionaries(st.sampled_from(sorted(json.loads(EVENT.encode()))), JSON))
def test_whatever_stands_in_an_attribute_it_is_an_event_or_malformed(attributes: dict[str, Any]) -> None:
    try:
        event = decode(changed(**attributes))
    except MalformedEvent:
        return
    assert decode(event.encode()) == event


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"specversion":' + b"[" * 100_000, b'{"a":1' * 50_000])
def test_depth_is_no_way_in(body: bytes) -> None:
    with pytest.raises(MalformedEvent):
        decode(body)


def test_the_reason_does_not_quote_the_contents() -> None:
    with pytest.raises(MalformedEvent) as caught:
        decode(changed(subject="Aylin\n"))
    assert "Aylin" not in str(caught.value)


def test_not_a_number_is_not_sent() -> None:
    with pytest.raises(ValueError, match="JSON"):
        Event(uuid4(), "t", "/s", AT, "s", None, 1, {"x": float("nan")}).encode()
