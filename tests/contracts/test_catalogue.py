"""The catalogue is the contract between the services: whole, described, and what the document says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import jsonschema
import pytest
from marshmallow import fields
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from shared.events import asyncapi
from shared.events.catalogue import CATALOGUE, EventType, publishing_schema, validated
from shared.events.envelope import LONGEST_NAME, Event, MalformedEvent
from shared.messaging.outbox import NewEvent

SERVICES = ("cases", "scheduling", "notifications")
ENTRIES = list(CATALOGUE.values())
EACH = pytest.mark.parametrize("entry", ENTRIES, ids=[entry.name for entry in ENTRIES])
# The only types that may tell how somebody is reached.
MAY_HOLD_CONTACTS = {
    "cases.staff.assigned.v1",
    "cases.staff.invited.v1",
    "cases.colleague.changed.v1",
    "cases.person.registered.v1",
    "cases.person.changed.v1",
    "cases.person.readdressed.v1",
}
# A parent is told whom to call; that number is a colleague's.
MAY_NAME_A_HOST = {"scheduling.invitation.requested.v1", "scheduling.choice.offered.v1"}
CONTACTS = {"email", "phone", "address", "street", "postcode"}


def example(entry: EventType) -> dict[str, Any]:
    """Some data that fit, by the schema's own types."""
    return {name: _value(field) for name, field in publishing_schema(entry.name).fields.items()}


def _value(field: Any) -> Any:
    words = getattr(field.validate, "choices", None)
    if words:
        return words[0]
    if isinstance(field, fields.Nested):
        return {name: _value(inner) for name, inner in field.schema.fields.items()}
    if isinstance(field, fields.List):
        return [_value(field.inner)]
    values = {
        fields.UUID: uuid4(),
        fields.AwareDateTime: datetime(2026, 11, 24, 13, tzinfo=UTC),
        fields.Date: date(2026, 11, 24),
        fields.Integer: 3,
        fields.Boolean: True,
        fields.String: "text",
    }
    return values[type(field)]


def event_of(entry: EventType) -> Event:
    """As it would come in."""
    data = example(entry)
    new = NewEvent(entry.name, None if entry.alliance_wide else uuid4(), data)
    dumped = publishing_schema(entry.name).dump(data)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return Event(uuid4(), entry.name, f"/{entry.producer}", now, new.subject, new.school_id, 1, dumped)


@EACH
def test_a_type_is_named_described_and_told_by_a_service_to_others(entry: EventType) -> None:
    assert re.fullmatch(r"(cases|scheduling|notifications)\.[a-z_]+\.[a-z_]+\.v[1-9]", entry.name)
    assert entry.summary.endswith(".")
    assert entry.title
    assert entry.consumers, "an event that nobody hears is not told"
    assert set(entry.consumers) <= set(SERVICES)
    assert set(entry.consumers) - {entry.producer}, "what only its teller hears is no event between services"
    assert len(entry.name) <= LONGEST_NAME


@EACH
def test_a_subject_is_made_of_ids_in_the_body(entry: EventType) -> None:
    names = re.findall(r"{(\w+)}", entry.subject)
    assert names
    for name in names:
        field = publishing_schema(entry.name).fields[name]
        assert isinstance(field, fields.UUID)
        assert field.required
    assert re.fullmatch(asyncapi.subject_expression(entry), event_of(entry).subject)


@EACH
def test_what_is_published_can_be_read_and_a_later_release_may_add_to_it(entry: EventType) -> None:
    event = event_of(entry)
    assert validated(event).data == example_like(entry, event)
    later = replace(event, data={**event.data, "added_later": 1})
    assert validated(later).data == validated(event).data


def example_like(entry: EventType, event: Event) -> dict[str, Any]:
    loaded: dict[str, Any] = publishing_schema(entry.name).load(event.data)
    return loaded


@EACH
def test_a_school_is_there_exactly_when_the_type_has_one(entry: EventType) -> None:
    event = event_of(entry)
    with pytest.raises(MalformedEvent):
        validated(replace(event, school_id=uuid4() if entry.alliance_wide else None))


@EACH
def test_contact_details_travel_only_where_they_must(entry: EventType) -> None:
    found = {name for name in publishing_schema(entry.name).fields if any(word in name for word in CONTACTS)}
    allowed = {"host_phone"} if entry.name in MAY_NAME_A_HOST else set()
    assert entry.name in MAY_HOLD_CONTACTS or found <= allowed


@EACH
def test_an_event_fits_the_document(entry: EventType) -> None:
    """The AsyncAPI document's JSON schemas take what we send, and not without its required fields."""
    document = asyncapi.document()
    registry = Registry().with_resource("doc", Resource(document, DRAFT202012))  # type: ignore[call-arg]  # attrs
    schema = {"$ref": f"doc#/components/messages/{asyncapi.key(entry)}/payload"}
    validator = jsonschema.Draft202012Validator(schema, registry=registry)
    sent = json.loads(event_of(entry).encode())
    validator.validate(sent)
    for broken in ({**sent, "type": "other"}, {**sent, "subject": "x"}, {**sent, "data": {}}):
        assert not validator.is_valid(broken)


def test_the_document_in_the_tree_is_what_the_catalogue_says() -> None:
    assert asyncapi.DOCUMENT.read_text() == asyncapi.text(), "run: python -m shared.events.asyncapi"
