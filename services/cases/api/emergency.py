"""Emergency access over HTTP: into one case of a school that the caller does not work for, to read, with a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load

from services.cases import service
from services.cases.api.answers import DossierSchema, dossier_answer
from services.cases.domain.permissions import roles_that
from services.cases.usecases import emergency
from services.cases.usecases.emergency import NewEmergency
from shared.http.auth import principal
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("emergency", __name__)


class NewEmergencySchema(Schema):
    school_id = fields.UUID(required=True)
    reference = Text(max=20, required=True, metadata={"description": "The number of the dossier, which the caller must know."})
    reason = Text(max=500, multiline=True, required=True, metadata={"description": "The coordinators read it: no names."})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewEmergency:
        return NewEmergency(**data)


class EmergencySchema(Schema):
    """Who, when, for which school and why; nothing of the case."""

    id = fields.UUID(required=True)
    school_id = fields.UUID(required=True)
    school_name = fields.String()
    user_id = fields.UUID(required=True)
    user_name = fields.String(required=True)
    role = fields.String(required=True)
    reason = fields.String(required=True)
    at = Instant(required=True)
    expires_at = Instant(required=True)


@routes.route("/emergency-accesses", methods=["POST"])
@allow(*roles_that("emergency"))
@routes.arguments(NewEmergencySchema)
@routes.response(201, EmergencySchema)
def open_case(new: NewEmergency) -> Any:
    """Open one case for a day, to read. The coordinators are told, and everybody who may see the case's log."""
    return emergency.open_case(service.current(), principal(), new)


@routes.route("/emergency-accesses", methods=["GET"])
@allow(*roles_that("emergency"), "coordinator")
@routes.response(200, page_schema(EmergencySchema))
def list_accesses() -> Any:
    """The caller's own; for a coordinator those of the whole alliance. Newest first."""
    found = emergency.accesses(service.current(), principal())
    return Page([vars(access) | {"school_name": school} for access, school in found])


@routes.route("/emergency-accesses/<uuid:access_id>", methods=["GET"])
@allow(*roles_that("emergency"))
@routes.response(200, DossierSchema)
def read_case(access_id: UUID) -> Any:
    """The case, as somebody of the caller's role reads it; 410 after a day."""
    return dossier_answer(emergency.look(service.current(), principal(), access_id)[1])
