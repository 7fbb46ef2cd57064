"""The catalogue as an AsyncAPI 3.0 document, for those who read contracts rather than Python.

`python -m shared.events.asyncapi` writes docs/events.asyncapi.yaml; a test says when that is no longer what the catalogue
says. One channel an event type (its routing key on the exchange); one operation for its producer, one for each consumer.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from shared.events.catalogue import CATALOGUE, EventType
from shared.events.envelope import LONGEST_NAME
from shared.events.json_schema import schemas

DOCUMENT = Path(__file__).parents[2] / "docs" / "events.asyncapi.yaml"
_EXCHANGE = "partnerschap.events"
_HEADER = "# Made by `python -m shared.events.asyncapi` from shared/events/told. Do not edit.\n"
_DESCRIPTION = (
    "What the services of Partnerschap tell each other. Delivery is at least once and in order per subject; consumers drop"
    " an id they know and a sequence that is older than what they applied. Fields may be added within a version; a field is"
    " never removed and never changes its meaning."
)


def document() -> dict[str, Any]:
    """The whole document."""
    entries = CATALOGUE.values()
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Partnerschap events", "version": "1.0.0", "description": _DESCRIPTION},
        "defaultContentType": "application/cloudevents+json",
        "channels": {key(entry): _channel(entry) for entry in entries},
        "operations": {name: operation for entry in entries for name, operation in _operations(entry).items()},
        "components": {
            "messages": {key(entry): _message(entry) for entry in entries},
            "schemas": {"Envelope": _envelope(), **schemas()},
        },
    }


def text() -> str:
    """The document as YAML."""
    import yaml  # a tool of development: the services run without it

    return _HEADER + str(yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120))


def key(entry: EventType) -> str:
    """`cases.case.opened.v1` as a name that AsyncAPI allows: `casesCaseOpenedV1`."""
    first, *rest = entry.name.split(".")
    return first + "".join(part.capitalize() for part in rest)


def _channel(entry: EventType) -> dict[str, Any]:
    exchange = {"name": _EXCHANGE, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": entry.name,
        "description": f"Subject: `{entry.subject}`.",
        "messages": {key(entry): {"$ref": f"#/components/messages/{key(entry)}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange}},
    }


def _operations(entry: EventType) -> dict[str, Any]:
    """Who sends it and who receives it."""
    name, channel = key(entry), {"$ref": f"#/channels/{key(entry)}"}
    told = {f"{entry.producer}Sends{name[:1].upper()}{name[1:]}": {"action": "send", "channel": channel}}
    heard = {
        f"{service}Receives{name[:1].upper()}{name[1:]}": {"action": "receive", "channel": channel} for service in entry.consumers
    }
    return told | heard


def _message(entry: EventType) -> dict[str, Any]:
    school = {"required": ["schoolid"]} if not entry.alliance_wide else {"not": {"required": ["schoolid"]}}
    of_type = {
        "type": "object",
        "properties": {
            "type": {"const": entry.name},
            "source": {"const": f"/{entry.producer}"},
            "subject": {"pattern": subject_expression(entry)},
            "data": {"$ref": f"#/components/schemas/{entry.body.__name__}"},
        },
        **school,
    }
    return {
        "name": entry.name,
        "title": entry.title,
        "summary": entry.summary,
        "contentType": "application/cloudevents+json",
        "payload": {"allOf": [{"$ref": "#/components/schemas/Envelope"}, of_type]},
    }


def subject_expression(entry: EventType) -> str:
    """The pattern of the subject, as a regular expression."""
    return "^" + re.sub(r"\\\{\w+\\\}", "[0-9a-f-]{36}", re.escape(entry.subject)).replace(r"\-", "-") + "$"


def _envelope() -> dict[str, Any]:
    name = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
    return {
        "type": "object",
        "description": "CloudEvents 1.0, JSON format, with the school, the subject's sequence and the trace.",
        "required": ["specversion", "id", "type", "source", "time", "subject", "sequence", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid", "description": "UUIDv7; the same id again is the same event"},
            "type": name,
            "source": {**name, "format": "uri-reference"},
            "time": {"type": "string", "format": "date-time", "description": "when it happened"},
            "subject": {**name, "description": "what it is about; order holds within it"},
            "sequence": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "counts per subject, from 1"},
            "schoolid": {"type": "string", "format": "uuid", "description": "the tenant; absent when alliance-wide"},
            "traceparent": {**name, "description": "W3C Trace Context"},
            "datacontenttype": {"const": "application/json"},
            "data": {"type": "object"},
        },
    }


if __name__ == "__main__":
    DOCUMENT.write_text(text())
