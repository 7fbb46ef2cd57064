"""Choosing a password by the link in a mail: for who was invited, and for who forgot theirs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from marshmallow import ValidationError, fields, validates_schema

from services.cases import service
from services.cases.api.administration_schemas import ForgottenSchema
from services.cases.pages.forms import Done, Page, take
from services.cases.usecases import invitations
from shared.http.auth import LOGIN_PATH
from shared.http.policy import public
from shared.http.schemas import Schema
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("invitation_pages", __name__)
_PATH = "/uitnodiging/<token>"


class NewPasswordForm(Schema):
    """Typed twice: nobody sees what they type."""

    password = fields.String(required=True)
    again = fields.String(required=True)

    @validates_schema
    def same(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("password") != data.get("again"):
            raise ValidationError({"again": ["Dit is iets anders dan het wachtwoord hierboven."]})


@routes.get(_PATH)
@public("the link in the mail is the key; looking changes nothing, as mail scanners follow links too")
def show(token: str) -> str:
    return _page(token, Form())


@routes.post(_PATH)
@public("the link in the mail is the key")
def choose(token: str) -> Page:
    def do(sent: dict[str, Any]) -> None:
        invitations.accept(service.current(), token, sent["password"])

    done = Done(_("Uw wachtwoord is bewaard. Log ermee in."), LOGIN_PATH)
    return take(parse_form(NewPasswordForm), do, lambda form: _page(token, form), done)


@routes.get("/wachtwoord-vergeten")
@public("whoever forgot their password cannot log in")
def show_forgotten() -> str:
    return _forgotten_page(Form())


@routes.post("/wachtwoord-vergeten")
@public("whoever forgot their password cannot log in")
def forgot() -> Page:
    """Says the same to all: who has an account here is nobody's business."""

    def do(sent: dict[str, Any]) -> None:
        invitations.forgot(service.current(), sent["email"])

    said = _("Hoort dit adres bij een account? Dan is er een mail onderweg met een link die een uur werkt.")
    return take(parse_form(ForgottenSchema), do, _forgotten_page, Done(said, LOGIN_PATH))


def _page(token: str, form: Form) -> str:
    return render_template("cases/invitation.html", form=form, invited=invitations.look(service.current(), token))


def _forgotten_page(form: Form) -> str:
    return render_template("cases/forgotten.html", form=form)
