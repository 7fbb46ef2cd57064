"""Planning an appointment: which case, who, what, when; and what is free when a time is taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from services.scheduling import service
from services.scheduling.api.schemas import NewAppointmentSchema
from services.scheduling.domain.busy import Period
from services.scheduling.pages import words
from services.scheduling.usecases import agenda, appointments
from services.scheduling.usecases.agenda import Wanted
from services.scheduling.usecases.appointments import NewAppointment
from shared.clock import AMSTERDAM
from shared.errors import Conflict, Failure
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("planning", __name__, url_prefix="/afspraken")
ROLES = ("school_staff", "liaison", "team_member")


@routes.get("/nieuw")
@allow(*ROLES)
def new() -> str:
    """The form, or first the choice of a case."""
    if "case_id" not in request.args:
        cases, guardians = agenda.cases_to_plan(service.current(), principal())
        return render_template("scheduling/choose.html", cases=cases, guardians=guardians)
    return form_page(_case_id(request.args["case_id"]), Form())


@routes.post("/nieuw")
@allow(*ROLES)
def plan() -> Any:
    """Plan it, or give the form back with everything kept, and other times when this one is taken."""
    form, free = parse_form(NewAppointmentSchema, typed()), list[Period]()
    if form.ok:
        wanted: NewAppointment = form.data  # type: ignore[assignment]  # made by the schema
        try:
            made = appointments.plan(service.current(), principal(), wanted)
        except Failure as failure:
            form = form.refuse(failure)
            if isinstance(failure, Conflict) and "conflicts" in failure.extra:
                free = agenda.other_times(service.current(), principal(), _wanted(wanted))
        else:
            flash(_("De afspraak staat. Elke ouder krijgt een eigen uitnodiging."))
            return redirect(f"/scheduling/afspraken/{made.id}", 303)
    return form_page(_case_id(form.value("case_id")), form, free), 409 if free else 422


def typed() -> MultiDict[str, str]:
    """What was posted; a free time that was pressed takes the place of the day and time that were typed."""
    values: MultiDict[str, str] = MultiDict(request.form)
    try:
        picked = datetime.fromisoformat(values.pop("pick", "")).astimezone(AMSTERDAM)
    except ValueError:
        return values
    values["starts_at-date"], values["starts_at-time"] = f"{picked:%Y-%m-%d}", f"{picked:%H:%M}"
    return values


def _wanted(new: NewAppointment) -> Wanted:
    return Wanted(new.starts_at, new.duration_minutes, new.participant_ids)


def form_page(case_id: UUID, form: Form, free: Sequence[Period] = ()) -> str:
    found = agenda.who_may_come(service.current(), principal(), case_id)
    return render_template("scheduling/new.html", **vars(found), form=form, free=free, words=words)


def _case_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(404)
