"""Erasing a case over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.usecases import erasure
from shared.http.auth import principal
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("erasure", __name__)


class ErasureSchema(Schema):
    reason = Text(max=200, required=True, metadata={"description": "Stays on the receipt, so it names nobody."})


class ReceiptSchema(Schema):
    """That a case was erased; nothing of whom it was about."""

    case_id = fields.UUID(required=True)
    school_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    reason = fields.String(required=True)
    asked_by = fields.UUID(required=True)
    asked_at = Instant(required=True)
    erased_at = Instant(required=True, allow_none=True)


@routes.route("/cases/<uuid:case_id>", methods=["DELETE"])
@allow("administrator")
@routes.arguments(ErasureSchema)
@routes.response(202, ReceiptSchema)
def erase(sent: dict[str, Any], case_id: UUID) -> Any:
    """Erase a closed case in all three services and in stored mail. The receipt stays."""
    return erasure.ask(service.current(), principal(), case_id, sent["reason"])


@routes.route("/erasures", methods=["GET"])
@allow("administrator")
@routes.response(200, page_schema(ReceiptSchema))
def list_receipts() -> Any:
    """The receipts of what was erased, newest first."""
    return Page(erasure.receipts(service.current(), principal()))
