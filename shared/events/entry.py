"""What the catalogue is made of: one entry a type, entered beside the schema of its body."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from marshmallow import EXCLUDE, Schema, fields, validate


class Body(Schema):
    """Base of the bodies."""

    class Meta:
        unknown = EXCLUDE


B = TypeVar("B", bound=type[Body])


@dataclass(frozen=True)
class EventType:
    """One entry of the catalogue.

    `subject` is the pattern that the body fills in. `summary` is in English, for engineers; `title` in Dutch, for pages
    that list events. `consumers`: the services whose queues get it. `alliance_wide`: of no one school.
    """

    name: str
    body: type[Body]
    subject: str
    summary: str
    title: str
    consumers: tuple[str, ...]
    alliance_wide: bool = False

    @property
    def producer(self) -> str:
        """The service that tells it."""
        return self.name.split(".", 1)[0]


CATALOGUE: dict[str, EventType] = {}


def title(message: str) -> str:
    """Mark a title for translation; it is translated where it is shown."""
    return message


def event_type(name: str, subject: str, title: str, *, to: tuple[str, ...], alliance_wide: bool = False) -> Callable[[B], B]:
    """Enter a body's schema under `name`; its docstring is the summary.

    The queues of all consumers are declared from here by whoever comes first, so that an event published before its
    consumer ever started is kept for it.
    """

    def enter(body: B) -> B:
        CATALOGUE[name] = EventType(name, body, subject, (body.__doc__ or "").strip(), title, to, alliance_wide)
        return body

    return enter


def an_id(**options: Any) -> fields.UUID:
    return fields.UUID(required=True, **options)


def an_instant(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, **options)


def a_word(*choices: str) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(choices))


def a_text(**options: Any) -> fields.String:
    return fields.String(**{"required": True, **options})


def maybe() -> fields.String:
    return fields.String(load_default=None, allow_none=True)
