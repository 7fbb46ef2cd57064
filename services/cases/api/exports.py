"""A record as it is given to whoever asks for it: JSON for programmes, PDF for people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.api.answers import DossierSchema, TimelineSchema, dossier_answer
from services.cases.api.charge import HandOverSchema, PlaceSchema
from services.cases.api.circle import ChildViewSchema, InvolvedSchema
from services.cases.api.consents import ConsentSchema, InformedSchema
from services.cases.api.efforts import TimeEntrySchema
from services.cases.api.partnership_schemas import AgreementSchema, ExpectationSchema, agreement_answer
from services.cases.api.reports import ReportSchema
from services.cases.api.satisfaction import SatisfactionSchema
from services.cases.documents.record import as_pdf, guardians_shown
from services.cases.domain.permissions import roles_that
from services.cases.usecases import exports
from services.cases.usecases.exports import Export
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema

routes = Blueprint("exports", __name__)
_TYPES = ("application/json", "application/pdf")


class ExportArgs(Schema):
    guardian_id = fields.UUID(
        load_default=None, data_key="for", metadata={"description": "A guardian of the case: only what is theirs to have."}
    )


class AppointmentOutSchema(Schema):
    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    status = fields.String(required=True)


class ExportSchema(Schema):
    made_at = Instant(required=True)
    made_by = fields.String(required=True)
    guardian_id = fields.UUID(required=True, allow_none=True, data_key="for")
    case = fields.Dict(required=True)
    guardians = fields.List(fields.Dict(), required=True)
    expectations = fields.List(fields.Nested(ExpectationSchema), required=True)
    agreements = fields.List(fields.Nested(AgreementSchema), required=True)
    reports = fields.List(fields.Nested(ReportSchema), required=True)
    satisfaction = fields.List(fields.Nested(SatisfactionSchema), required=True)
    appointments = fields.List(fields.Nested(AppointmentOutSchema), required=True)
    time_entries = fields.List(fields.Nested(TimeEntrySchema), required=True)
    assignments = fields.List(fields.Nested(PlaceSchema), required=True)
    handovers = fields.List(fields.Nested(HandOverSchema), required=True)
    involved = fields.List(fields.Nested(InvolvedSchema), required=True)
    child_views = fields.List(fields.Nested(ChildViewSchema), required=True)
    consents = fields.List(fields.Nested(ConsentSchema), required=True)
    informed = fields.List(fields.Nested(InformedSchema), required=True)
    timeline = fields.List(fields.Nested(TimelineSchema), required=True)


@routes.route("/cases/<uuid:case_id>/export", methods=["GET"])
@allow(*roles_that("read"))
@routes.arguments(ExportArgs, location="query")
@routes.response(200, ExportSchema)
def export(args: dict[str, Any], case_id: UUID) -> Any:
    """The record for whoever asks for it; `Accept: application/pdf` gives it to read. Others' data are left out."""
    found = exports.export(service.current(), principal(), case_id, args["guardian_id"])
    if request.accept_mimetypes.best_match(_TYPES, default=_TYPES[0]) == "application/pdf":
        return as_pdf(found)
    return _answer(found)


def _answer(found: Export) -> dict[str, Any]:
    dumped: dict[str, Any] = DossierSchema().dump(dossier_answer(found.dossier))
    guardians = guardians_shown(dumped.pop("guardians"), found.own.id if found.own else None)
    if not found.whole:
        dumped = {name: dumped[name] for name in ("id", "reference", "school_id")}
    return {
        "made_at": found.made_at,
        "made_by": found.made_by,
        "guardian_id": found.own.id if found.own else None,
        "case": dumped,
        "guardians": guardians,
        "expectations": found.dossier.expectations,
        "agreements": [agreement_answer(each) for each in found.dossier.agreements],
        "reports": found.reports,
        "satisfaction": found.satisfaction,
        "appointments": found.dossier.appointments,
        "time_entries": found.time,
        "assignments": found.places,
        "handovers": found.handovers,
        "involved": found.involved,
        "child_views": found.child_views,
        "consents": found.consents,
        "informed": found.informed,
        "timeline": found.happenings,
    }
