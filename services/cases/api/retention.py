"""How long closed cases are kept, over HTTP: what is due, having it erased, and what is held."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.usecases import holds, retention
from shared.http.auth import principal
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("retention", __name__)


class DueSchema(Schema):
    """A closed case that was kept long enough: a reference, and no name."""

    school_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    closed_at = Instant(required=True)


class PurgeSchema(Schema):
    case_ids = fields.List(fields.UUID(), required=True, metadata={"description": "Of what is due, those to erase."})


class HoldReasonSchema(Schema):
    reason = Text(max=200, required=True, metadata={"description": "Why it is kept; names nobody."})


class HeldSchema(Schema):
    """A case that nothing erases."""

    case_id = fields.UUID(required=True, attribute="hold.case_id")
    school_id = fields.UUID(required=True, attribute="hold.school_id")
    reference = fields.String(required=True)
    reason = fields.String(required=True, attribute="hold.reason")
    set_at = Instant(required=True, attribute="hold.set_at")
    set_by_name = fields.String(required=True, attribute="hold.set_by_name")


@routes.route("/purge", methods=["GET"])
@allow("administrator")
@routes.response(200, page_schema(DueSchema))
def list_due() -> Any:
    """The closed cases whose time is over, but for those that are held. Nothing is erased."""
    return Page(retention.expired(service.current(), principal().scope))


@routes.route("/purge", methods=["POST"])
@allow("administrator")
@routes.arguments(PurgeSchema)
@routes.response(202, page_schema(DueSchema))
def purge(sent: dict[str, Any]) -> Any:
    """Have those erased in all three services and in stored mail that are due and named; gives which they are."""
    return Page(retention.purge(service.current(), principal().scope, only=sent["case_ids"]))


@routes.route("/holds", methods=["GET"])
@allow("administrator")
@routes.response(200, page_schema(HeldSchema))
def list_held() -> Any:
    """The cases that nothing erases, and why."""
    return Page(holds.held(service.current(), principal()))


@routes.route("/cases/<uuid:case_id>/hold", methods=["PUT"])
@allow("administrator")
@routes.arguments(HoldReasonSchema)
@routes.response(204)
def hold(sent: dict[str, Any], case_id: UUID) -> None:
    """Keep a case beyond its time; from now on nothing erases it."""
    holds.hold(service.current(), principal(), case_id, sent["reason"])


@routes.route("/cases/<uuid:case_id>/hold", methods=["DELETE"])
@allow("administrator")
@routes.response(204)
def lift(case_id: UUID) -> None:
    """Keep it as long as any other."""
    holds.lift(service.current(), principal(), case_id)
