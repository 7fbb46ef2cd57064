"""Everybody's own account over HTTP: password, code, and where they are logged in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.usecases import account, second_factor, settings
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.idempotency import unrepeatable
from shared.http.policy import allow, staff
from shared.http.schemas import Flag, Instant, Schema, Text, Whole

routes = Blueprint("account", __name__)


class SessionOutSchema(Schema):
    """Somewhere where one is logged in."""

    id = fields.UUID(required=True)
    began_at = Instant(required=True)
    expires_at = Instant(required=True)
    device = fields.String(required=True, allow_none=True)


class AccountSchema(Schema):
    """One's own account, without secrets. `session_id`: the session that asks."""

    name = fields.String(required=True, attribute="user.name")
    role = fields.String(required=True, attribute="user.role")
    email = fields.String(required=True)
    totp_since = Instant(required=True, allow_none=True)
    recovery_codes_left = fields.Integer(required=True, attribute="codes_left")
    totp_required_from = fields.Date(required=True, allow_none=True)
    session_id = fields.UUID(required=True)
    sessions = fields.List(fields.Nested(SessionOutSchema), required=True)


class PasswordChangeSchema(Schema):
    current = fields.String(required=True)
    new = fields.String(required=True)


class CodeSchema(Schema):
    code = Text(max=20, required=True, metadata={"description": "Six digits from the app, or a recovery code."})


class EnrolmentSchema(Schema):
    secret = fields.String(required=True)
    address = fields.String(required=True, metadata={"description": "What a QR code for the app holds (otpauth)."})
    until = Instant(required=True)


class RecoveryCodesSchema(Schema):
    recovery_codes = fields.List(fields.String(), required=True, metadata={"description": "Told this once."})


class AllianceSchema(Schema):
    """What the alliance has chosen."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    totp_required_from = fields.Date(required=True, allow_none=True)
    retention_years = fields.Integer(required=True)
    purges_daily = fields.Boolean(required=True)


class AlliancePatchSchema(Schema):
    name = Text(max=120)
    totp_required_from = fields.Date(allow_none=True)
    retention_years = Whole(1, 20)
    purges_daily = Flag()


@routes.route("/account", methods=["GET"])
@staff()
@routes.response(200, AccountSchema)
def read_account() -> Any:
    """One's own account, and where one is logged in."""
    return account.read(service.current(), principal())


@routes.route("/account/password", methods=["POST"])
@staff()
@unrepeatable
@routes.arguments(PasswordChangeSchema)
@routes.response(204)
def change_password(sent: dict[str, Any]) -> None:
    """Choose another password; everywhere else one is logged out."""
    account.change_password(service.current(), principal(), sent["current"], sent["new"], request.remote_addr or "")


@routes.route("/account/sessions", methods=["DELETE"])
@staff()
@routes.response(204)
def end_other_sessions() -> None:
    """Log out everywhere but here."""
    account.end_other_sessions(service.current(), principal())


@routes.route("/account/sessions/<uuid:session_id>", methods=["DELETE"])
@staff()
@routes.response(204)
def end_session(session_id: UUID) -> None:
    """Log out somewhere."""
    account.end_session(service.current(), principal(), session_id)


@routes.route("/account/two-factor", methods=["POST"])
@staff()
@unrepeatable
@routes.response(201, EnrolmentSchema)
def begin_enrolment() -> Any:
    """A secret for an app. Nothing changes until a code made with it is sent to `confirm`."""
    return second_factor.begin(service.current(), principal())


@routes.route("/account/two-factor/confirm", methods=["POST"])
@staff()
@unrepeatable
@routes.arguments(CodeSchema)
@routes.response(200, RecoveryCodesSchema)
def confirm_enrolment(sent: dict[str, Any]) -> Any:
    """From now on a login asks for a code; gives the recovery codes."""
    return {"recovery_codes": second_factor.confirm(service.current(), principal(), sent["code"])}


@routes.route("/account/two-factor", methods=["DELETE"])
@staff()
@routes.arguments(CodeSchema)
@routes.response(204)
def end_two_factor(sent: dict[str, Any]) -> None:
    """From now on the password alone; 409 where the alliance asks for codes."""
    second_factor.end(service.current(), principal(), sent["code"], request.remote_addr or "")


@routes.route("/account/recovery-codes", methods=["POST"])
@staff()
@unrepeatable
@routes.arguments(CodeSchema)
@routes.response(200, RecoveryCodesSchema)
def renew_recovery_codes(sent: dict[str, Any]) -> Any:
    """Ten new ones; the old ones are worth nothing any more."""
    codes = second_factor.renew_codes(service.current(), principal(), sent["code"], request.remote_addr or "")
    return {"recovery_codes": codes}


@routes.route("/users/<uuid:user_id>/two-factor", methods=["DELETE"])
@allow("administrator")
@routes.response(204)
def reset_two_factor(user_id: UUID) -> None:
    """For who lost phone and recovery codes: the password alone lets them in, and their sessions end."""
    second_factor.reset(service.current(), principal().scope, user_id)


@routes.route("/alliance", methods=["GET"])
@allow("administrator")
@routes.response(200, AllianceSchema)
def read_alliance() -> Any:
    """What the alliance has chosen, with its ETag."""
    found = settings.read(service.current(), principal().scope)
    return with_etag(found, found.version)


@routes.route("/alliance", methods=["PATCH"])
@allow("administrator")
@routes.arguments(AlliancePatchSchema)
@routes.response(200, AllianceSchema)
def change_alliance(values: dict[str, Any]) -> Any:
    """Choose otherwise. Takes `If-Match`."""
    changed = settings.change(service.current(), principal().scope, values, expected_version())
    return with_etag(changed, changed.version)
