"""Logging in and out, the caller's schools, and who works there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint

from services.cases import service
from services.cases.api.answers import SchoolPage, SessionSchema, StaffPage
from services.cases.api.schemas import CredentialsSchema
from services.cases.domain.devices import device_of
from services.cases.domain.permissions import roles_that
from services.cases.usecases import session, staff
from shared.http.auth import principal
from shared.http.policy import allow, public
from shared.http.policy import staff as everybody
from shared.identity import TOKEN_LIFETIME
from shared.pagination import Page

routes = Blueprint("session", __name__)


@routes.route("/session", methods=["POST"])
@public("whoever logs in is not logged in yet")
@routes.arguments(CredentialsSchema)
@routes.response(200, SessionSchema)
def log_in(given: dict[str, Any]) -> dict[str, Any]:
    """Log in; gives a token to send as `Authorization: Bearer`."""
    device = device_of(request.headers.get("User-Agent", ""))
    credentials = session.Credentials(network_address=request.remote_addr or "", device=device, **given)
    login = session.log_in(service.current(), credentials)
    who = login.principal
    user = {"id": who.user_id, "name": who.name, "role": who.role, "school_ids": sorted(who.school_ids)}
    return {"access_token": login.token, "expires_in": int(TOKEN_LIFETIME.total_seconds()), "user": user}


@routes.route("/session", methods=["DELETE"])
@everybody()
@routes.response(204)
def log_out() -> None:
    """Log out, in all three services."""
    session.log_out(service.current(), principal())


@routes.route("/schools", methods=["GET"])
@everybody()
@routes.response(200, SchoolPage)
def list_schools() -> Page[Any]:
    """The caller's schools."""
    return Page(session.own_schools(service.current(), principal()))


@routes.route("/schools/<uuid:school_id>/staff", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, StaffPage)
def list_staff(school_id: UUID) -> Page[Any]:
    """Who works for a school today: whom a case can be assigned to, and who can take part in an appointment."""
    return Page(staff.working_at(service.current(), principal(), school_id))
