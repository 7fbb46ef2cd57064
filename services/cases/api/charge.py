"""Who accompanies a case, and handing it over, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load

from services.cases import service
from services.cases.api.circles import CircleOfReaders
from services.cases.domain.case_staff import Period
from services.cases.domain.permissions import roles_that
from services.cases.usecases import charge, handovers
from services.cases.usecases.charge import NewDeputy
from services.cases.usecases.handovers import NewHandOver
from shared.http.auth import principal
from shared.http.etags import expected_version
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("charge", __name__)


class NewDeputySchema(Schema):
    user_id = fields.UUID(required=True, metadata={"description": "A liaison of the school."})
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True, metadata={"description": "The last day; absent, until ended."})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewDeputy:
        return NewDeputy(data["user_id"], Period(data["valid_from"], data["valid_until"]))


class PlaceSchema(Schema):
    id = fields.UUID(required=True)
    place = fields.String(required=True, metadata={"description": "liaison or deputy"})
    user_id = fields.UUID(required=True)
    user_name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(
        required=True, allow_none=True, metadata={"description": "The last day; before `valid_from`: it never began."}
    )
    assigned_by_name = fields.String(required=True)
    assigned_at = Instant(required=True)


class NewHandOverSchema(Schema):
    to = fields.UUID(required=True, metadata={"description": "A liaison of the school on that day."})
    takes_effect_on = fields.Date(required=True, metadata={"description": "Today, or a day that is still to come."})
    note = Text(max=8000, multiline=True, required=True, metadata={"description": "What the colleague needs to know."})
    readers = CircleOfReaders()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewHandOver:
        return NewHandOver(**data, expected_version=expected_version())


class HandOverSchema(Schema):
    id = fields.UUID(required=True)
    status = fields.String(required=True, metadata={"description": "planned, taken, accepted or withdrawn"})
    from_name = fields.String(required=True, allow_none=True)
    to_id = fields.UUID(required=True, data_key="to")
    to_name = fields.String(required=True)
    takes_effect_on = fields.Date(required=True)
    note = fields.String(required=True, allow_none=True, metadata={"description": "Null for whoever is no reader of it."})
    readers = fields.List(fields.String(), required=True, allow_none=True)
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)
    taken_at = Instant(required=True, allow_none=True)
    accepted_at = Instant(required=True, allow_none=True)
    withdrawn_at = Instant(required=True, allow_none=True)


@routes.route("/cases/<uuid:case_id>/assignments", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(PlaceSchema))
def list_places(case_id: UUID) -> Any:
    """Who accompanies the case and who did, as liaison or deputy, the latest first."""
    return Page(charge.read_charge(service.current(), principal(), case_id).places)


@routes.route("/cases/<uuid:case_id>/deputies", methods=["POST"])
@allow(*roles_that("assign"))
@routes.arguments(NewDeputySchema)
@routes.response(201, PlaceSchema)
def stand_in(new: NewDeputy, case_id: UUID) -> Any:
    """Let a colleague stand in for the liaison for some time; the case is among theirs while it lasts."""
    return charge.stand_in(service.current(), principal(), case_id, new)


@routes.route("/cases/<uuid:case_id>/deputies/<uuid:place_id>", methods=["DELETE"])
@allow(*roles_that("assign"))
@routes.response(200, PlaceSchema)
def end_standing_in(case_id: UUID, place_id: UUID) -> Any:
    """From today on no longer; that it was stays readable."""
    return charge.end_standing_in(service.current(), principal(), case_id, place_id)


@routes.route("/cases/<uuid:case_id>/handovers", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(HandOverSchema))
def list_handovers(case_id: UUID) -> Any:
    """Every hand-over, the latest first, with the note where it is the caller's to read."""
    return Page(charge.read_charge(service.current(), principal(), case_id).handovers)


@routes.route("/cases/<uuid:case_id>/handovers", methods=["POST"])
@allow(*roles_that("assign"))
@routes.arguments(NewHandOverSchema)
@routes.response(201, HandOverSchema)
def hand_over(new: NewHandOver, case_id: UUID) -> Any:
    """Hand the case over to another liaison of the school, today or later. Takes `If-Match` with the case's ETag."""
    return handovers.hand_over(service.current(), principal(), case_id, new)


@routes.route("/cases/<uuid:case_id>/handovers/<uuid:handover_id>/acceptance", methods=["POST"])
@allow(*roles_that("take_over"))
@routes.response(200, HandOverSchema)
def accept(case_id: UUID, handover_id: UUID) -> Any:
    """Say that one has read it: whom the case is handed over to, and nobody else."""
    return handovers.accept(service.current(), principal(), case_id, handover_id)


@routes.route("/cases/<uuid:case_id>/handovers/<uuid:handover_id>", methods=["DELETE"])
@allow(*roles_that("assign"))
@routes.response(200, HandOverSchema)
def withdraw(case_id: UUID, handover_id: UUID) -> Any:
    """Call a planned hand-over off; that it was planned stays readable."""
    return handovers.withdraw(service.current(), principal(), case_id, handover_id)
