"""What parents were told, and what they consented to beyond it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.consents import ConsentSchema, InformedSchema
from services.cases.documents.record import as_pdf
from services.cases.domain.consents import WAYS
from services.cases.domain.permissions import roles_that
from services.cases.pages.forms import Done, Page, take
from services.cases.usecases import consents, exports
from services.cases.usecases.consents import NewConsent, NewInformed
from shared.clock import today
from shared.errors import Failure, NotFound, Unavailable
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_
from shared.web.i18n import gettext as _

routes = Blueprint("consent_pages", __name__)
_WAY_NAMES = {
    "talk": N_("in een gesprek"),
    "phone": N_("aan de telefoon"),
    "mail": N_("per e-mail"),
    "letter": N_("met een brief"),
}


@routes.get("/dossiers/<uuid:case_id>/toestemming")
@allow(*roles_that("read"))
def show(case_id: UUID) -> str:
    return _page(case_id, Form(), Form())


@routes.post("/dossiers/<uuid:case_id>/toestemming")
@allow(*roles_that("record_consent"))
def give(case_id: UUID) -> Page:
    def do(new: NewConsent) -> None:
        consents.give(service.current(), principal(), case_id, new)

    done = Done(_("De toestemming is vastgelegd."), _url(case_id))
    return take(parse_form(ConsentSchema), do, lambda form: _page(case_id, form, Form()), done)


@routes.post("/dossiers/<uuid:case_id>/toestemming/<uuid:consent_id>/intrekken")
@allow(*roles_that("record_consent"))
def withdraw(case_id: UUID, consent_id: UUID) -> Response:
    try:
        consents.withdraw(service.current(), principal(), case_id, consent_id)
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    else:
        flash(_("De toestemming is ingetrokken. Wat er met toestemming gebeurde, blijft staan."))
    return redirect(_url(case_id), 303)


@routes.post("/dossiers/<uuid:case_id>/geinformeerd")
@allow(*roles_that("record_consent"))
def inform(case_id: UUID) -> Page:
    def do(new: NewInformed) -> None:
        consents.inform(service.current(), principal(), case_id, new)

    done = Done(_("Het is vastgelegd."), _url(case_id))
    return take(parse_form(InformedSchema), do, lambda form: _page(case_id, Form(), form), done)


@routes.get("/dossiers/<uuid:case_id>/document")
@allow(*roles_that("read"))
def read_document(case_id: UUID) -> Response:
    """The record as a PDF; `for`: a guardian, who gets only what is theirs to have."""
    guardian_id = request.args.get("for", type=UUID)
    return as_pdf(exports.export(service.current(), principal(), case_id, guardian_id))


def way_name(way: str) -> str:
    return _(_WAY_NAMES[way])


def _page(case_id: UUID, consent_form: Form, informed_form: Form) -> str:
    found = consents.read(service.current(), principal(), case_id)
    return render_template(
        "cases/consents.html",
        case=found.case,
        found=found,
        consent_form=consent_form,
        informed_form=informed_form,
        guardians=[(each.id, each.name) for each in found.case.guardians],
        ways=[(way, way_name(way)) for way in WAYS],
        way_name=way_name,
        today=today(service.current().clock),
    )


def _url(case_id: UUID) -> str:
    return url_for("consent_pages.show", case_id=case_id)
