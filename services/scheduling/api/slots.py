"""Proposals for a time over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, post_load, validate

from services.scheduling import service
from services.scheduling.domain.appointment import KINDS, LONGEST, SHORTEST
from services.scheduling.domain.slots import Slot
from services.scheduling.pages.words import why_in_words
from services.scheduling.usecases import free_busy, slots
from shared.errors import Message
from shared.http.auth import principal
from shared.http.pagination import whole_schema
from shared.http.policy import allow
from shared.http.schemas import Choice, Edge, Instant, Schema
from shared.web.i18n import gettext

routes = Blueprint("slots", __name__)
_LENGTH = validate.Range(SHORTEST, LONGEST, error=Message("Kies een getal van {min} tot en met {max}."))


class Ids(fields.List[Any]):
    """Of persons, in an address: one after the other, or with commas between them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        pieces = [piece for each in value for piece in each.split(",")] if isinstance(value, list) else value
        return super()._deserialize(pieces, attr, data, **kwargs)


class SlotArgs(Schema):
    case_id = fields.UUID(required=True)
    kind = Choice(*KINDS, required=True)
    duration_minutes = fields.Integer(required=True, validate=_LENGTH)
    participant_ids = Ids(fields.UUID(), required=True, validate=validate.Length(1, 20, error="Kies 1 tot en met 20 mensen."))
    from_ = Edge(load_default=None, data_key="from")
    to = Edge(ends=True, load_default=None)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> slots.Question:
        ids = list(dict.fromkeys(data["participant_ids"]))
        return slots.Question(data["case_id"], data["kind"], data["duration_minutes"], ids, data["from_"], data["to"])


class SlotSchema(Schema):
    starts_at = Instant()
    ends_at = Instant()
    travel_minutes = fields.Integer(metadata={"description": "Of the caller: the way there and the way on, together."})
    before_minutes = fields.Integer(metadata={"description": "The way there, from where the caller is before."})
    after_minutes = fields.Integer(metadata={"description": "The way on, to where the caller is next."})
    travel_known = fields.Boolean(metadata={"description": "False: somewhere on the way nobody knows where it is."})
    notes = fields.Function(
        lambda slot: [gettext(name) for name in slot.notes],
        metadata={"type": "array", "items": {"type": "string"}, "description": "A feast or a school break on that day."},
    )
    why = fields.Function(why_in_words, metadata={"type": "string"})


class BusySchema(Schema):
    starts_at = Instant()
    ends_at = Instant()


class EngagedSchema(Schema):
    person_id = fields.UUID()
    name = fields.String()
    busy = fields.List(fields.Nested(BusySchema))


@routes.route("/free-busy", methods=["GET"])
@allow("school_staff", "liaison", "team_member")
@routes.arguments(SlotArgs, location="query")
@routes.response(200, whole_schema(EngagedSchema))
def engaged(question: slots.Question) -> dict[str, list[free_busy.Engaged]]:
    """When the caller and everybody asked for is taken, across all schools: not with what, nor where."""
    return {"items": free_busy.look(service.current(), principal(), question)}


@routes.route("/slots", methods=["GET"])
@allow("school_staff", "liaison", "team_member")
@routes.arguments(SlotArgs, location="query")
@routes.response(200, whole_schema(SlotSchema))
def propose(question: slots.Question) -> dict[str, list[Slot]]:
    """When everybody is free, best first, within 42 days; `from` is now unless told."""
    return {"items": slots.find(service.current(), principal(), question)}
