"""Emergency access: asked for, used, and looked over by the coordinators."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for

from services.cases import service
from services.cases.api.emergency import NewEmergencySchema
from services.cases.domain.permissions import roles_that
from services.cases.pages.forms import Page
from services.cases.usecases import emergency
from services.cases.usecases.emergency import NewEmergency
from shared.errors import Failure, NotFound
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.problems import status_of
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("emergency_pages", __name__)


@routes.get("/spoed")
@allow(*roles_that("emergency"))
def show() -> str:
    return _page(Form())


@routes.post("/spoed")
@allow(*roles_that("emergency"))
def open_case() -> Page:
    form, status = parse_form(NewEmergencySchema), 422
    if form.ok:
        new: NewEmergency = form.data  # type: ignore[assignment]  # made by the schema
        try:
            access = emergency.open_case(service.current(), principal(), new)
        except NotFound:
            form = Form(form.values, {"reference": [_("Dit nummer kennen we niet bij deze school.")]})
        except Failure as failure:
            form, status = form.refuse(failure), status_of(failure)
        else:
            return redirect(url_for("emergency_pages.read_case", access_id=access.id), 303)
    return _page(form), status


@routes.get("/spoed/<uuid:access_id>")
@allow(*roles_that("emergency"))
def read_case(access_id: UUID) -> str:
    access, dossier = emergency.look(service.current(), principal(), access_id)
    now = service.current().clock.now()
    coming = [each for each in dossier.appointments if each.upcoming(now)]
    return render_template("cases/emergency_dossier.html", access=access, dossier=dossier, case=dossier.case, coming=coming)


@routes.get("/spoedtoegang")
@allow("coordinator")
def look_over() -> str:
    return render_template("cases/emergency_list.html", found=emergency.accesses(service.current(), principal()))


def _page(form: Form) -> str:
    who, now = principal(), service.current().clock.now()
    open_now = [each for each in emergency.accesses(service.current(), who) if each[0].works(now)]
    return render_template(
        "cases/emergency.html", form=form, schools=emergency.schools(service.current(), who), open_now=open_now
    )
