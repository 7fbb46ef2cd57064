"""Every event that one service tells the others: its schema, its subject, and why it is told.

Publishing refuses what does not fit; reading ignores fields it does not know, so that fields can be added. A field is
never removed and never changes its meaning: that is a new version of the type. The types are in `shared/events/told`,
one module a teller.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from marshmallow import RAISE, Schema, ValidationError

from shared.events import told
from shared.events.entry import CATALOGUE, EventType
from shared.events.envelope import Event, MalformedEvent

__all__ = ["CATALOGUE", "EventType", "consumed_by", "publishing_schema", "reading_schema", "told", "validated"]


def consumed_by(service: str) -> list[str]:
    """The types that the queue of `service` is bound to."""
    return [entry.name for entry in CATALOGUE.values() if service in entry.consumers]


@cache
def publishing_schema(name: str) -> Schema:
    """Strict: what is published must be exactly what the catalogue says."""
    return CATALOGUE[name].body(unknown=RAISE)


@cache
def reading_schema(name: str) -> Schema:
    """Lenient towards fields of a later release."""
    return CATALOGUE[name].body()


def validated(event: Event) -> Event:
    """The event with its data as Python values. Raises MalformedEvent when it does not fit the catalogue."""
    entry = CATALOGUE.get(event.type)
    if entry is None:
        raise MalformedEvent("a type that is not in the catalogue")
    if (event.school_id is None) is not entry.alliance_wide:
        raise MalformedEvent(f"a school is {'not wanted' if entry.alliance_wide else 'missing'}")
    try:
        return replace(event, data=reading_schema(event.type).load(event.data))
    except ValidationError as error:
        raise MalformedEvent(f"does not fit its schema: {', '.join(sorted(error.messages_dict))}") from error
