"""Planning a visit, and one appointment's page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from marshmallow import fields, post_load

from services.scheduling import service
from services.scheduling.api.schemas import CancelSchema, NewAppointmentSchema
from services.scheduling.domain.appointment import LONGEST, SHORTEST
from services.scheduling.pages.words import HAPPENING_LABELS, KIND_LABELS
from services.scheduling.usecases import appointments
from shared.errors import Failure
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text, Whole
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("planning", __name__, url_prefix="/afspraken")
ROLES = ("school_staff", "liaison", "team_member")


class MoveForm(Schema):
    starts_at = Instant(required=True)
    duration_minutes = Whole(SHORTEST, LONGEST, required=True)
    reason = Text(max=1000, multiline=True, load_default=None, allow_none=True)
    version = fields.Integer(required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> appointments.Move:
        version = data.pop("version")
        return appointments.Move(**data, expected_version=version)


@routes.get("/nieuw")
@allow(*ROLES)
def new() -> str:
    """The form."""
    try:
        case_id = UUID(request.args.get("case_id", ""))
    except ValueError:
        abort(404)
    return _form(case_id, Form())


@routes.post("/nieuw")
@allow(*ROLES)
def plan() -> Any:
    """Plan it, or give the form back with everything kept."""
    form = parse_form(NewAppointmentSchema)
    if form.ok:
        try:
            made = appointments.plan(service.current(), principal(), form.data)  # type: ignore[arg-type]  # made by the schema
        except Failure as failure:
            form = form.refuse(failure)
        else:
            flash(_("De afspraak staat. Elke ouder krijgt een eigen uitnodiging."))
            return redirect(f"/scheduling/afspraken/{made.id}", 303)
    try:
        case_id = UUID(form.value("case_id"))
    except ValueError:
        abort(404)
    return _form(case_id, form), 422


@routes.get("/<uuid:appointment_id>")
@allow(*ROLES)
def show(appointment_id: UUID) -> str:
    """One appointment: the answers, the history, moving and cancelling."""
    return _show(appointment_id, Form(), Form())


@routes.post("/<uuid:appointment_id>/verzetten")
@allow(*ROLES)
def move(appointment_id: UUID) -> Any:
    """Move it, or give the form back with what was typed."""
    form = parse_form(MoveForm)
    if form.ok:
        try:
            appointments.move(service.current(), principal(), appointment_id, form.data)  # type: ignore[arg-type]  # made by the schema
        except Failure as failure:
            form = form.refuse(failure)
        else:
            flash(_("De afspraak is verzet. De ouders krijgen bericht."))
            return redirect(f"/scheduling/afspraken/{appointment_id}", 303)
    return _show(appointment_id, form, Form()), 422


@routes.post("/<uuid:appointment_id>/annuleren")
@allow(*ROLES)
def cancel(appointment_id: UUID) -> Any:
    """Cancel it, or give the form back with what was typed."""
    form = parse_form(CancelSchema)
    if form.ok:
        try:
            appointments.cancel(service.current(), principal(), appointment_id, form.data["reason"])
        except Failure as failure:
            form = form.refuse(failure)
        else:
            flash(_("De afspraak is geannuleerd. De ouders krijgen bericht."))
            return redirect(f"/scheduling/afspraken/{appointment_id}", 303)
    return _show(appointment_id, Form(), form), 422


def _form(case_id: UUID, form: Form) -> str:
    case, guardians = appointments.who_may_come(service.current(), principal(), case_id)
    return render_template("scheduling/new.html", case=case, guardians=guardians, form=form, kinds=KIND_LABELS)


def _show(appointment_id: UUID, move_form: Form, cancel_form: Form) -> str:
    detail = appointments.read(service.current(), principal(), appointment_id)
    forms = {"move_form": move_form, "cancel_form": cancel_form}
    words = {"kinds": KIND_LABELS, "happenings": HAPPENING_LABELS}
    return render_template("scheduling/appointment.html", detail=detail, appointment=detail.appointment, **forms, **words)
