"""How a case goes on, over HTTP: given more time, and opened again once closed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.api.answers import DossierSchema, dossier_answer
from services.cases.domain.permissions import roles_that
from services.cases.usecases import lifecycle
from services.cases.usecases.lifecycle import Again, MoreTime
from shared.http.auth import principal
from shared.http.etags import etag_header, expected_version, with_etag
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("lifecycle", __name__)


class MoreTimeSchema(Schema):
    planned_end_on = fields.Date(required=True, metadata={"description": "Later than the end that was planned."})
    reason = Text(max=1000, multiline=True, required=True)


class AgainSchema(Schema):
    reason = Text(max=4000, multiline=True, required=True)
    planned_end_on = fields.Date(required=True)


class ChangedEndSchema(Schema):
    id = fields.UUID(required=True)
    was_on = fields.Date(required=True)
    is_on = fields.Date(required=True)
    reason = fields.String(required=True, allow_none=True, metadata={"description": "Null where it was corrected, not extended."})
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


@routes.route("/cases/<uuid:case_id>/extensions", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(ChangedEndSchema))
def list_ends(case_id: UUID) -> Any:
    """Every change of the expected end, newest first."""
    return Page(lifecycle.read_ends(service.current(), principal(), case_id)[1])


@routes.route("/cases/<uuid:case_id>/extensions", methods=["POST"])
@allow(*roles_that("change"))
@routes.arguments(MoreTimeSchema)
@routes.response(201, ChangedEndSchema)
def extend(sent: dict[str, Any], case_id: UUID) -> Any:
    """Give a case more time, with the reason. Takes `If-Match` with the case's ETag."""
    more = MoreTime(**sent, expected_version=expected_version())
    case, changed = lifecycle.extend_case(service.current(), principal(), case_id, more)
    return with_etag(changed, case.version, 201)


@routes.route("/cases/<uuid:case_id>/reopening", methods=["POST"])
@allow(*roles_that("open"))
@routes.arguments(AgainSchema)
@routes.response(201, DossierSchema)
def reopen(sent: dict[str, Any], case_id: UUID) -> Any:
    """Open a new case for the child and guardians of a closed one, which stays closed; gives the new one."""
    dossier = lifecycle.reopen(service.current(), principal(), case_id, Again(**sent))
    headers = {"Location": f"/cases/api/v1/cases/{dossier.case.id}", **etag_header(dossier.case.version)}
    return dossier_answer(dossier), 201, headers
