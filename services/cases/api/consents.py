"""Consents over HTTP, and that parents were informed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load

from services.cases import service
from services.cases.domain.consents import WAYS
from services.cases.domain.permissions import roles_that
from services.cases.usecases import consents
from services.cases.usecases.consents import NewConsent, NewInformed
from shared.http.auth import principal
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Choice, Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("consents", __name__)


class ConsentSchema(Schema):
    id = fields.UUID(dump_only=True)
    given_by = fields.UUID(required=True, metadata={"description": "A guardian of the case."})
    purpose = Text(max=500, required=True, metadata={"description": "What it is for; each purpose apart."})
    scope = Text(max=1000, multiline=True, required=True, metadata={"description": "What may be shared, and with whom."})
    given_on = fields.Date(required=True)
    written_by_name = fields.String(dump_only=True)
    written_at = Instant(dump_only=True)
    withdrawn_at = Instant(dump_only=True, allow_none=True)
    withdrawn_by_name = fields.String(dump_only=True, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewConsent:
        return NewConsent(**data)


class InformedSchema(Schema):
    id = fields.UUID(dump_only=True)
    guardian_id = fields.UUID(required=True)
    on = fields.Date(required=True)
    way = Choice(*WAYS, required=True)
    about = Text(max=1000, multiline=True, required=True, metadata={"description": "What they were told."})
    written_by_name = fields.String(dump_only=True)
    written_at = Instant(dump_only=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewInformed:
        return NewInformed(**data)


@routes.route("/cases/<uuid:case_id>/consents", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(ConsentSchema))
def list_consents(case_id: UUID) -> Any:
    """What parents consented to, newest first, those withdrawn among them."""
    return Page(consents.read(service.current(), principal(), case_id).consents)


@routes.route("/cases/<uuid:case_id>/consents", methods=["POST"])
@allow(*roles_that("record_consent"))
@routes.arguments(ConsentSchema)
@routes.response(201, ConsentSchema)
def give(new: NewConsent, case_id: UUID) -> Any:
    """Record that a guardian consents to one purpose."""
    return consents.give(service.current(), principal(), case_id, new)


@routes.route("/cases/<uuid:case_id>/consents/<uuid:consent_id>", methods=["DELETE"])
@allow(*roles_that("record_consent"))
@routes.response(200, ConsentSchema)
def withdraw(case_id: UUID, consent_id: UUID) -> Any:
    """Withdraw a consent, from now on; that it was given stays readable."""
    return consents.withdraw(service.current(), principal(), case_id, consent_id)


@routes.route("/cases/<uuid:case_id>/informed", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(InformedSchema))
def list_informed(case_id: UUID) -> Any:
    """When and how parents were told what is kept of them, newest first."""
    return Page(consents.read(service.current(), principal(), case_id).informed)


@routes.route("/cases/<uuid:case_id>/informed", methods=["POST"])
@allow(*roles_that("record_consent"))
@routes.arguments(InformedSchema)
@routes.response(201, InformedSchema)
def inform(new: NewInformed, case_id: UUID) -> Any:
    """Record that a guardian was told what is kept of them and why."""
    return consents.inform(service.current(), principal(), case_id, new)
