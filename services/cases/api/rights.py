"""The yearly overview of rights over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.domain.rights import REMARKS
from services.cases.usecases import rights
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Instant, Schema

routes = Blueprint("rights", __name__)


class RightSchema(Schema):
    """One person at one school; without a school where the role has none."""

    user_id = fields.UUID(required=True, attribute="user.id")
    name = fields.String(required=True, attribute="user.name")
    role = fields.String(required=True, attribute="user.role")
    school_id = fields.UUID(required=True, allow_none=True, attribute="assignment.school_id")
    valid_from = fields.Date(required=True, allow_none=True, attribute="assignment.valid_from")
    valid_until = fields.Date(required=True, allow_none=True, attribute="assignment.valid_until")
    last_login_at = Instant(required=True, allow_none=True, attribute="used.last_login_at")
    totp_since = Instant(required=True, allow_none=True, attribute="used.totp_since")
    remarks = fields.List(Choice(*REMARKS), required=True)


class OverviewSchema(Schema):
    items = fields.List(fields.Nested(RightSchema), required=True, attribute="rights")
    reviewed_at = Instant(required=True, allow_none=True, attribute="reviewed.at")
    reviewed_by = fields.String(required=True, allow_none=True, attribute="reviewed.actor_name")
    review_due = fields.Boolean(required=True, attribute="due")


@routes.route("/access-rights", methods=["GET"])
@allow("administrator")
@routes.response(200, OverviewSchema)
def read_rights() -> Any:
    """Who may what at which school since when, and what stands out."""
    return rights.overview(service.current(), principal().scope)


@routes.route("/access-rights/reviews", methods=["POST"])
@allow("administrator")
@routes.response(204)
def review() -> None:
    """Say that the overview was looked at; once a year is asked for."""
    rights.review(service.current(), principal().scope)
