"""Everybody's own account: password, a code from an app, and where one is logged in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import ValidationError, fields, validates_schema
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.adapters.qr import drawn
from services.cases.api.account import CodeSchema
from services.cases.pages.forms import Done, Page, take
from services.cases.usecases import account, second_factor
from services.cases.usecases.second_factor import Enrolment
from shared.clock import today
from shared.errors import Failure, NotFound, Unavailable
from shared.http.auth import LOGIN_PATH, principal, safe_target
from shared.http.policy import staff
from shared.http.problems import status_of
from shared.http.schemas import Schema
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("account_pages", __name__)
_HERE = "account_pages.show"


class PasswordForm(Schema):
    """The new one twice: nobody sees what they type."""

    current = fields.String(required=True)
    new = fields.String(required=True)
    again = fields.String(required=True)

    @validates_schema
    def same(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("new") != data.get("again"):
            raise ValidationError({"again": ["Dit is iets anders dan het wachtwoord hierboven."]})


@routes.get("/account")
@staff()
def show() -> str:
    return _page()


@routes.post("/account/wachtwoord")
@staff()
def change_password() -> Page:
    def do(sent: dict[str, Any]) -> None:
        account.change_password(service.current(), principal(), sent["current"], sent["new"], _network())

    done = Done(_("Uw wachtwoord is gewijzigd. Overal elders bent u uitgelogd."), url_for(_HERE))
    return take(parse_form(PasswordForm), do, lambda form: _page(password=form), done)


@routes.post("/account/sessies/<uuid:session_id>/uitloggen")
@staff()
def end_session(session_id: UUID) -> Response:
    account.end_session(service.current(), principal(), session_id)
    flash(_("U bent daar uitgelogd."))
    return redirect(LOGIN_PATH if session_id == principal().session_id else url_for(_HERE), 303)


@routes.post("/account/sessies/uitloggen")
@staff()
def end_other_sessions() -> Response:
    account.end_other_sessions(service.current(), principal())
    flash(_("Overal elders bent u uitgelogd."))
    return redirect(url_for(_HERE), 303)


@routes.get("/account/code")
@staff()
def show_code() -> str:
    return _code_page(Form())


@routes.post("/account/code/beginnen")
@staff()
def begin_code() -> Response:
    try:
        second_factor.begin(service.current(), principal())
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    return redirect(url_for("account_pages.show_code", naar=_target()), 303)


@routes.post("/account/code")
@staff()
def confirm_code() -> Page:
    """Answers with the codes themselves: they are shown this once, so there is nothing to go on to."""
    form = parse_form(CodeSchema)
    if not form.ok:
        return _code_page(form), 422
    try:
        codes = second_factor.confirm(service.current(), principal(), form.data["code"])
    except Failure as failure:
        return _code_page(form.refuse(failure)), status_of(failure)
    return codes_page(codes, _target() or url_for(_HERE))


@routes.post("/account/code/uitzetten")
@staff()
def end_code() -> Page:
    def do(sent: dict[str, Any]) -> None:
        second_factor.end(service.current(), principal(), sent["code"], _network())

    done = Done(_("U logt voortaan in met uw wachtwoord alleen."), url_for(_HERE))
    return take(parse_form(CodeSchema), do, _code_page, done)


@routes.post("/account/herstelcodes")
@staff()
def renew_codes() -> Page:
    form = parse_form(CodeSchema)
    if not form.ok:
        return _code_page(form), 422
    try:
        codes = second_factor.renew_codes(service.current(), principal(), form.data["code"], _network())
    except Failure as failure:
        return _code_page(form.refuse(failure)), status_of(failure)
    return codes_page(codes, url_for(_HERE))


def codes_page(codes: list[str], onwards: str) -> str:
    """The recovery codes, to be written down."""
    return render_template("cases/account/codes.html", codes=codes, onwards=onwards)


def qr_of(enrolment: Enrolment) -> Markup:
    """Made by ourselves of our own secret: nothing that anybody typed is in it but their address, which the library escapes."""
    return Markup(drawn(enrolment.address, _("QR-code voor uw app")))  # noqa: S704


def _page(password: Form | None = None) -> str:
    found = account.read(service.current(), principal())
    return render_template("cases/account/account.html", account=found, form=password or Form())


def _code_page(form: Form) -> str:
    found = account.read(service.current(), principal())
    begun = second_factor.pending(service.current(), principal())
    return render_template(
        "cases/account/code.html",
        account=found,
        enrolment=begun,
        qr=qr_of(begun) if begun else "",
        form=form,
        target=_target(),
        today=today(service.current().clock),
    )


def _target() -> str:
    return safe_target(request.values.get("naar")) or ""


def _network() -> str:
    return request.remote_addr or ""
