"""Offering parents times to choose from, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load, validate

from services.scheduling import service
from services.scheduling.api.schemas import PlannedSchema, WantedSchema
from services.scheduling.domain.choice import Choice
from services.scheduling.usecases import choices
from shared.http.auth import principal
from shared.http.etags import with_etag
from shared.http.pagination import PageArgs, page_request, page_schema
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema
from shared.pagination import Page

routes = Blueprint("choices", __name__)
ROLES = ("school_staff", "liaison", "team_member")


class NewChoiceSchema(WantedSchema):
    slots = fields.List(Instant(), required=True, validate=validate.Length(1, 20, error="Kies 2 tot en met 8 tijden."))
    expires_at = Instant(load_default=None, allow_none=True, metadata={"description": "A week from now unless told."})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> choices.NewChoice:
        ids, starts = list(dict.fromkeys(data.pop("participant_ids"))), data.pop("slots")
        return choices.NewChoice(**data, starts=starts, participant_ids=ids)


class OfferedSchema(Schema):
    starts_at = Instant()
    ends_at = Instant()


class InviteeSchema(Schema):
    person_id = fields.UUID()
    name = fields.String()


class ChoiceSchema(PlannedSchema):
    slots = fields.List(fields.Nested(OfferedSchema))
    participants = fields.List(fields.Nested(InviteeSchema), attribute="invitees")
    status = fields.Function(lambda choice: choice.state(service.current().clock.now()), metadata={"type": "string"})
    expires_at = Instant()
    appointment_id = fields.UUID(allow_none=True)


class ChoiceArgs(PageArgs):
    case_id = fields.UUID(load_default=None)


@routes.route("/choices", methods=["POST"])
@allow(*ROLES)
@routes.arguments(NewChoiceSchema)
@routes.response(201, ChoiceSchema)
def offer(new: choices.NewChoice) -> Any:
    """Offer times; each guardian gets a mail with a link to choose. Nobody's time is held: the first to take it has it."""
    made = choices.offer(service.current(), principal(), new)
    return with_etag(made, made.version, 201)


@routes.route("/choices", methods=["GET"])
@allow(*ROLES)
@routes.arguments(ChoiceArgs, location="query")
@routes.response(200, page_schema(ChoiceSchema))
def list_open(args: dict[str, Any]) -> Page[Choice]:
    """What parents can still choose from; those that end first, first."""
    page = page_request(args)
    return choices.list_open(service.current(), principal(), page, args["case_id"])


@routes.route("/choices/<uuid:choice_id>", methods=["GET"])
@allow(*ROLES)
@routes.response(200, ChoiceSchema)
def read(choice_id: UUID) -> Any:
    """One offer, and the appointment that came of it."""
    found = choices.get(service.current(), principal(), choice_id)
    return with_etag(found, found.version)


@routes.route("/choices/<uuid:choice_id>/withdraw", methods=["POST"])
@allow(*ROLES)
@routes.response(200, ChoiceSchema)
def withdraw(choice_id: UUID) -> Any:
    """Withdraw it: nobody can choose any more."""
    withdrawn = choices.withdraw(service.current(), principal(), choice_id)
    return with_etag(withdrawn, withdrawn.version)
