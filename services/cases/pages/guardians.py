"""The parents of a dossier, each on a form of their own."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.schemas import GuardianSchema
from services.cases.domain.case import Guardian
from services.cases.domain.permissions import may, roles_that
from services.cases.pages.forms import guardian_form, version_sent
from services.cases.usecases import dossiers, guardians
from services.cases.usecases.cases import Changes, NewGuardian
from shared.errors import Failure, NotFound
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.problems import status_of
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("guardian_pages", __name__)
Page = Response | str | tuple[str, int]


@routes.get("/dossiers/<uuid:case_id>/ouders/nieuw")
@allow(*roles_that("change"))
def show_new(case_id: UUID) -> str:
    return _page(dossiers.read_case(service.current(), principal(), case_id), None, Form())


@routes.post("/dossiers/<uuid:case_id>/ouders/nieuw")
@allow(*roles_that("change"))
def add_guardian(case_id: UUID) -> Page:
    form = parse_form(GuardianSchema)
    if form.ok:
        try:
            guardians.add_guardian(service.current(), principal(), case_id, _entered(form), version_sent())
        except NotFound:
            raise
        except Failure as failure:
            form, status = form.refuse(failure), status_of(failure)
        else:
            flash(_("De ouder is toegevoegd."))
            return _to_case(case_id)
    else:
        status = 422
    return _page(dossiers.read_case(service.current(), principal(), case_id), None, form), status


@routes.get("/dossiers/<uuid:case_id>/ouders/<uuid:guardian_id>")
@allow(*roles_that("change"))
def show_change(case_id: UUID, guardian_id: UUID) -> str:
    dossier, guardian = guardians.read_guardian(service.current(), principal(), case_id, guardian_id)
    return _page(dossier, guardian, guardian_form(dossier, guardian))


@routes.post("/dossiers/<uuid:case_id>/ouders/<uuid:guardian_id>")
@allow(*roles_that("change"))
def change_guardian(case_id: UUID, guardian_id: UUID) -> Page:
    dossier, guardian = guardians.read_guardian(service.current(), principal(), case_id, guardian_id)
    form = parse_form(GuardianSchema)
    if not form.ok:
        return _page(dossier, guardian, form), 422
    try:
        changes = Changes(_values(dossier, guardian, _entered(form)), version_sent())
        guardians.change_guardian(service.current(), principal(), case_id, guardian_id, changes)
    except Failure as failure:
        return _page(dossier, guardian, form.refuse(failure)), status_of(failure)
    flash(_("De wijziging is bewaard."))
    return _to_case(case_id)


def _entered(form: Form) -> NewGuardian:
    return cast(NewGuardian, form.data)  # what the schema makes of it


def _values(dossier: dossiers.Dossier, guardian: Guardian, entered: NewGuardian) -> dict[str, Any]:
    """Everything on the form. An address that the reader does not see was not on it, unless they typed another."""
    if _hidden(guardian):
        return {name: value for name, value in entered.values.items() if name != "address_secret"}
    if entered.address is None and _not_shown(dossier, guardian):
        return dict(entered.values)
    return {**entered.values, "address": entered.address}


def _not_shown(dossier: dossiers.Dossier, guardian: Guardian | None) -> bool:
    """It is secret, and this is not the time at which the liaison needs it."""
    return guardian is not None and guardian.address_secret and guardian.id not in dossier.addresses


def _hidden(guardian: Guardian | None) -> bool:
    return guardian is not None and guardian.address_secret and not may(principal().role, "see_secret_address")


def _page(dossier: dossiers.Dossier, guardian: Guardian | None, form: Form) -> str:
    hidden = "from_role" if _hidden(guardian) else "for_now" if _not_shown(dossier, guardian) else ""
    return render_template("cases/guardian.html", case=dossier.case, guardian=guardian, form=form, address_hidden=hidden)


def _to_case(case_id: UUID) -> Response:
    return redirect(url_for("case_pages.read_case", case_id=case_id, _anchor="ouders"), 303)
