"""One appointment's page: the answers, the history, moving, cancelling, and how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from marshmallow import fields

from services.scheduling import service
from services.scheduling.api.schemas import CancelSchema, InterpreterSchema, OutcomeSchema
from services.scheduling.domain.appointment import LONGEST, SHORTEST, Appointment, Interpreting
from services.scheduling.domain.busy import Period
from services.scheduling.pages import words
from services.scheduling.pages.planning import typed
from services.scheduling.usecases import agenda, appointments
from services.scheduling.usecases.agenda import Wanted
from services.scheduling.usecases.appointments import Move
from shared.clock import AMSTERDAM
from shared.errors import Conflict, Failure
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema, Text, Whole
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("appointment", __name__, url_prefix="/afspraken/<uuid:appointment_id>")
ROLES = ("school_staff", "liaison", "team_member")


class MoveForm(Schema):
    """All of it at once: a page sends what stays too."""

    starts_at = Instant(required=True)
    duration_minutes = Whole(SHORTEST, LONGEST, required=True)
    location = Text(max=200, load_default=None, allow_none=True)
    move_reason = Text(max=1000, multiline=True, load_default=None, allow_none=True)
    version = fields.Integer(required=True)


@routes.get("")
@allow(*ROLES)
def show(appointment_id: UUID) -> str:
    """One appointment; `op` is a time that it was dropped on in the week, to be sent or changed."""
    try:
        dropped = datetime.fromisoformat(request.args.get("op", "")).replace(tzinfo=AMSTERDAM)
    except ValueError:
        return _show(appointment_id, {})
    found = appointments.get(service.current(), principal(), appointment_id)
    return _show(appointment_id, {"move_form": Form.of(_known(found) | {"starts_at": dropped})})


@routes.post("/verzetten")
@allow(*ROLES)
def move(appointment_id: UUID) -> Any:
    """Move it, or give the form back with what was typed, and other times when this one is taken."""
    form, free = parse_form(MoveForm, typed()), list[Period]()
    if form.ok:
        data = dict(form.data)
        version, reason = data.pop("version"), data.pop("move_reason")
        found = appointments.get(service.current(), principal(), appointment_id)
        try:
            appointments.move(service.current(), principal(), appointment_id, Move(_changed(found, data), reason, version))
        except Failure as failure:
            form = form.refuse(failure)
            if isinstance(failure, Conflict) and found.open:
                wanted = Wanted(data["starts_at"], data["duration_minutes"], found.busy_ids, found.id)
                free = agenda.other_times(service.current(), principal(), wanted)
        else:
            return _done(appointment_id, _("De afspraak is verzet. De ouders krijgen bericht."))
    return _show(appointment_id, {"move_form": form}, free), 422


@routes.post("/annuleren")
@allow(*ROLES)
def cancel(appointment_id: UUID) -> Any:
    """Cancel it, or give the form back with what was typed."""

    def cancelled(data: dict[str, Any]) -> None:
        appointments.cancel(service.current(), principal(), appointment_id, data["reason"])

    return _change(
        appointment_id, "cancel_form", CancelSchema, cancelled, _("De afspraak is geannuleerd. De ouders krijgen bericht.")
    )


@routes.post("/uitkomst")
@allow(*ROLES)
def conclude(appointment_id: UUID) -> Any:
    """Say how it went."""

    def concluded(data: dict[str, Any]) -> None:
        done = appointments.conclude(service.current(), principal(), appointment_id, data["outcome"], data["note"])
        if done.often_missed and "dag" in request.form:  # the appointment's own page says it by itself
            flash(_(words.OFTEN_MISSED), "info")

    return _change(appointment_id, "outcome_form", OutcomeSchema, concluded, _("Vastgelegd hoe het ging."))


@routes.post("/tolk")
@allow(*ROLES)
def interpret(appointment_id: UUID) -> Any:
    """Say whether an interpreter is needed, whether one comes, and who."""

    def told(data: dict[str, Any]) -> None:
        appointments.interpret(service.current(), principal(), appointment_id, Interpreting(**data))

    return _change(appointment_id, "interpreter_form", InterpreterSchema, told, _("Bewaard."))


def _change(appointment_id: UUID, name: str, schema: type[Schema], act: Callable[[dict[str, Any]], None], done: str) -> Any:
    """Post, redirect, get; or the page again, with this form as it was typed."""
    form = parse_form(schema)
    if form.ok:
        try:
            act(dict(form.data))
        except Failure as failure:
            form = form.refuse(failure)
        else:
            return _done(appointment_id, done)
    return _show(appointment_id, {name: form}), 422


def _done(appointment_id: UUID, text: str) -> Any:
    """Back to where it was said: the day, when its name came along, or the appointment."""
    flash(text)
    day = request.form.get("dag", "")
    here = f"/scheduling/afspraken/{appointment_id}"
    return redirect(f"/scheduling/vandaag?dag={quote(day)}" if day else here, 303)


def _known(appointment: Appointment) -> dict[str, Any]:
    return {
        "starts_at": appointment.starts_at,
        "duration_minutes": appointment.minutes,
        "location": appointment.location,
    }


def _changed(appointment: Appointment, data: dict[str, Any]) -> dict[str, Any]:
    """Only what differs: a location that stays does not say anew what kind of place it is."""
    known = _known(appointment)
    return {name: value for name, value in data.items() if value != known[name]}


def _show(appointment_id: UUID, forms: dict[str, Form], free: Sequence[Period] = ()) -> str:
    detail = appointments.read(service.current(), principal(), appointment_id)
    appointment = detail.appointment
    given = {"move_form": Form.of(_known(appointment)), "cancel_form": Form(), "outcome_form": Form()}
    given |= {"interpreter_form": Form.of({"note": appointment.interpreter_note})} | forms
    return render_template(
        "scheduling/appointment.html",
        detail=detail,
        appointment=appointment,
        interpreters=words.interpreters([each for each in detail.people.values() if each.guardian], appointment),
        form=next(iter(forms.values()), Form()),
        failed=next(iter(forms), ""),
        free=free,
        now=service.current().clock.now(),
        words=words,
        **given,
    )
