"""How a case goes on: is it still needed, a pause and its end, opening it again; and coaching, which begins without a child."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.lifecycle import AgainSchema, MoreTimeSchema
from services.cases.api.schemas import NewCaseSchema, PhaseSchema
from services.cases.domain.efforts import COACHED
from services.cases.domain.permissions import roles_that
from services.cases.domain.phases import PAUSED
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.usecases import cases, lifecycle, session
from services.cases.usecases.cases import Move, NewCase
from services.cases.usecases.lifecycle import Again, MoreTime
from shared.clock import today
from shared.errors import Failure, NotFound, Unavailable
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.problems import status_of
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_
from shared.web.i18n import gettext as _

routes = Blueprint("lifecycle_pages", __name__)
_COACHED = {
    "colleague": (N_("Een collega"), N_("Iemand van de school of van het team wil sparren.")),
    "school": (N_("De school"), N_("Het team wil iets anders gaan doen.")),
    "parents": (N_("Ouders"), N_("Vul hieronder in om wie het gaat.")),
}


@routes.get("/dossiers/<uuid:case_id>/nog-nodig")
@allow(*roles_that("change"))
def show_still_needed(case_id: UUID) -> str:
    return _still_needed(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/nog-nodig")
@allow(*roles_that("change"))
def extend(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        lifecycle.extend_case(service.current(), principal(), case_id, MoreTime(**given, expected_version=version_sent()))

    done = Done(_("Het einde is verzet."), _case_url(case_id))
    return take(parse_form(MoreTimeSchema), do, lambda form: _still_needed(case_id, form), done)


@routes.get("/dossiers/<uuid:case_id>/pauze")
@allow(*roles_that("move"))
def show_pause(case_id: UUID) -> str:
    return _pause(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/pauze")
@allow(*roles_that("move"))
def pause(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        move = Move(PAUSED, given["reason"], given["resume_on"], expected_version=version_sent())
        cases.move_case(service.current(), principal(), case_id, move)

    form = parse_form(PhaseSchema(exclude=("to",)))
    if form.ok and not form.data["reason"]:
        form = Form(form.values, {"reason": [_("Vul dit in.")]})
    return take(form, do, lambda wrong: _pause(case_id, wrong), Done(_("Het dossier is gepauzeerd."), _case_url(case_id)))


@routes.post("/dossiers/<uuid:case_id>/hervatten")
@allow(*roles_that("move"))
def resume(case_id: UUID) -> Response:
    try:
        cases.resume_case(service.current(), principal(), case_id, version_sent())
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    else:
        flash(_("Het dossier gaat weer verder."))
    return redirect(_case_url(case_id), 303)


@routes.get("/dossiers/<uuid:case_id>/heropenen")
@allow(*roles_that("open"))
def show_reopening(case_id: UUID) -> str:
    return _reopening(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/heropenen")
@allow(*roles_that("open"))
def reopen(case_id: UUID) -> Page:
    form = parse_form(AgainSchema)
    if not form.ok:
        return _reopening(case_id, form), 422
    try:
        dossier = lifecycle.reopen(service.current(), principal(), case_id, Again(**form.data))
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        return _reopening(case_id, form.refuse(failure)), status_of(failure)
    flash(_("Er is een nieuw dossier, in vervolg op het oude."))
    return redirect(_case_url(dossier.case.id), 303)


@routes.get("/dossiers/nieuw/coaching")
@allow(*roles_that("open"))
def show_coaching() -> str:
    return _coaching(Form())


@routes.post("/dossiers/nieuw/coaching")
@allow(*roles_that("open"))
def open_coaching() -> Page:
    form = parse_form(NewCaseSchema(exclude=("child",)))
    new = cast(NewCase, form.data)
    if form.ok and new.coaching_of is None:
        form = Form(form.values, {"coaching_of": [_("Maak een keuze.")]})
    if not form.ok:
        return _coaching(form), 422
    try:
        dossier = cases.open_case(service.current(), principal(), new)
    except Unavailable:
        raise
    except Failure as failure:
        return _coaching(form.refuse(failure)), status_of(failure)
    flash(_("Het dossier is geopend."))
    return redirect(_case_url(dossier.case.id), 303)


def _still_needed(case_id: UUID, form: Form) -> str:
    case, ends = lifecycle.read_ends(service.current(), principal(), case_id)
    return render_template("cases/still_needed.html", case=case, ends=ends, form=form)


def _pause(case_id: UUID, form: Form) -> str:
    case, _missing = cases.missing_for(service.current(), principal(), case_id)
    return render_template("cases/pause.html", case=case, form=form, today=today(service.current().clock))


def _reopening(case_id: UUID, form: Form) -> str:
    case, _missing = cases.missing_for(service.current(), principal(), case_id)
    return render_template("cases/reopen.html", case=case, form=form, today=today(service.current().clock))


def _coaching(form: Form) -> str:
    return render_template(
        "cases/new_coaching.html",
        form=form,
        schools=session.own_schools(service.current(), principal()),
        coached=[(key, *(_(text) for text in _COACHED[key])) for key in sorted(COACHED, key=list(_COACHED).index)],
        today=today(service.current().clock),
    )


def _case_url(case_id: UUID) -> str:
    return url_for("case_pages.read_case", case_id=case_id)
