"""Appointments over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.scheduling import service
from services.scheduling.api.schemas import (
    AppointmentArgs,
    AppointmentPage,
    AppointmentSchema,
    CancelSchema,
    ConcludedSchema,
    HistorySchema,
    InterpreterSchema,
    MoveSchema,
    NewAppointmentSchema,
    OutcomeSchema,
)
from services.scheduling.domain.appointment import Interpreting
from services.scheduling.domain.filters import Filters
from services.scheduling.usecases import appointments
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.pagination import page_request
from shared.http.policy import allow
from shared.pagination import Page

routes = Blueprint("appointments", __name__)
ROLES = ("school_staff", "liaison", "team_member")


@routes.route("/appointments", methods=["POST"])
@allow(*ROLES)
@routes.arguments(NewAppointmentSchema)
@routes.response(201, AppointmentSchema)
def plan(new: appointments.NewAppointment) -> Any:
    """Plan an appointment; 409 names who is taken and when, not what for."""
    made = appointments.plan(service.current(), principal(), new)
    return with_etag(made, made.version, 201)


@routes.route("/appointments", methods=["GET"])
@allow(*ROLES)
@routes.arguments(AppointmentArgs, location="query")
@routes.response(200, AppointmentPage)
def list_appointments(args: dict[str, Any]) -> Page[Any]:
    """Appointments at the caller's schools, soonest first."""
    page = page_request(args)
    filters = Filters(args["from_"], args["to"], args["case_id"], args["school_id"])
    return appointments.list_appointments(service.current(), principal(), filters, page)


@routes.route("/appointments/<uuid:appointment_id>", methods=["GET"])
@allow(*ROLES)
@routes.response(200, AppointmentSchema)
def read(appointment_id: UUID) -> Any:
    """One appointment, with everybody's answer."""
    found = appointments.get(service.current(), principal(), appointment_id)
    return with_etag(found, found.version)


@routes.route("/appointments/<uuid:appointment_id>/history", methods=["GET"])
@allow(*ROLES)
@routes.response(200, HistorySchema)
def read_history(appointment_id: UUID) -> Any:
    """What happened to it, newest first: planned, moved from when and why, answered, and how it ended."""
    return {"items": appointments.read(service.current(), principal(), appointment_id).history}


@routes.route("/appointments/<uuid:appointment_id>", methods=["PATCH"])
@allow(*ROLES)
@routes.arguments(MoveSchema)
@routes.response(200, AppointmentSchema)
def move(to: dict[str, Any], appointment_id: UUID) -> Any:
    """Move it; the answers begin anew. Takes `If-Match`."""
    reason = to.pop("reason", None)
    wanted = appointments.Move(to, reason, expected_version())
    moved = appointments.move(service.current(), principal(), appointment_id, wanted)
    return with_etag(moved, moved.version)


@routes.route("/appointments/<uuid:appointment_id>/cancel", methods=["POST"])
@allow(*ROLES)
@routes.arguments(CancelSchema)
@routes.response(200, AppointmentSchema)
def cancel(given: dict[str, Any], appointment_id: UUID) -> Any:
    """Cancel it; the guardians are told."""
    cancelled = appointments.cancel(service.current(), principal(), appointment_id, given["reason"], expected_version())
    return with_etag(cancelled, cancelled.version)


@routes.route("/appointments/<uuid:appointment_id>/interpreter", methods=["PUT"])
@allow(*ROLES)
@routes.arguments(InterpreterSchema)
@routes.response(200, AppointmentSchema)
def interpret(given: dict[str, Any], appointment_id: UUID) -> Any:
    """Say whether an interpreter is needed, or was arranged, and who; a move asks for one anew. Takes `If-Match`."""
    said = Interpreting(**given)
    found = appointments.interpret(service.current(), principal(), appointment_id, said, expected_version())
    return with_etag(found, found.version)


@routes.route("/appointments/<uuid:appointment_id>/outcome", methods=["POST"])
@allow(*ROLES)
@routes.arguments(OutcomeSchema)
@routes.response(200, ConcludedSchema)
def conclude(given: dict[str, Any], appointment_id: UUID) -> Any:
    """Say whether it was held; after two in a row that came to nothing, `suggestion` says what else to try."""
    done = appointments.conclude(service.current(), principal(), appointment_id, given["outcome"], given["note"])
    return with_etag(done, done.version)
