"""Bewaren en wissen: how long, what is due, what is held, and what became of it. References only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.usecases import erasure, holds, retention, schools, settings
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Schema, Text, Whole
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext

routes = Blueprint("retention_pages", __name__)


class TermForm(Schema):
    retention_years = Whole(1, 20, required=True)
    purges_daily = fields.Boolean(load_default=False)


class HoldForm(Schema):
    school_id = fields.UUID(required=True)
    reference = Text(max=40, required=True)
    reason = Text(max=200, required=True)


@routes.get("/beheer/bewaren")
@allow("administrator")
def show() -> str:
    return _page()


@routes.post("/beheer/bewaren")
@allow("administrator")
def change_term() -> Page:
    def do(values: dict[str, Any]) -> None:
        settings.change(service.current(), principal().scope, values, version_sent())

    done = Done(_("De bewaartermijn is bewaard."), url_for("retention_pages.show"))
    return take(parse_form(TermForm), do, lambda form: _page(term=form), done)


@routes.post("/beheer/bewaren/vasthouden")
@allow("administrator")
def hold() -> Page:
    def do(sent: dict[str, Any]) -> None:
        case_id = holds.find(service.current(), principal(), sent["school_id"], sent["reference"])
        holds.hold(service.current(), principal(), case_id, sent["reason"])

    done = Done(_("Dit dossier wordt vastgehouden. Niets wist het nog."), url_for("retention_pages.show"))
    return take(parse_form(HoldForm), do, lambda form: _page(holding=form), done)


@routes.post("/beheer/bewaren/<uuid:case_id>/opheffen")
@allow("administrator")
def lift(case_id: UUID) -> Response:
    holds.lift(service.current(), principal(), case_id)
    flash(_("Het vasthouden is opgeheven. De gewone termijn geldt weer."))
    return redirect(url_for("retention_pages.show"), 303)


@routes.get("/beheer/bewaren/proef")
@allow("administrator")
def show_due() -> str:
    return _due_page()


@routes.post("/beheer/bewaren/wissen")
@allow("administrator")
def purge() -> Page:
    """Only what was shown, and only with the box ticked: erasing cannot be undone."""
    if request.form.get("sure") != "on":
        return _due_page(Form(request.form, {"sure": [_("Kruis aan dat u het zeker weet.")]})), 422
    shown = {UUID(each) for each in request.form.getlist("case_id") if _is_id(each)}
    asked = retention.purge(service.current(), principal().scope, only=shown)
    said = ngettext("%(count)s dossier wordt nu gewist.", "%(count)s dossiers worden nu gewist.", len(asked))
    flash(said % {"count": len(asked)})
    return redirect(url_for("retention_pages.show"), 303)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _page(term: Form | None = None, holding: Form | None = None) -> str:
    current, by = service.current(), principal().scope
    alliance = settings.read(current, by)
    known = {"retention_years": alliance.retention_years, "purges_daily": alliance.purges_daily}
    return render_template(
        "cases/administration/retention.html",
        alliance=alliance,
        due=retention.expired(current, by),
        held=holds.held(current, principal()),
        receipts=erasure.receipts(current, principal()),
        runs=retention.runs(current, by),
        schools=[(school.id, school.name) for school in schools.read_all(current, by)],
        term_form=term or Form.of(known),
        hold_form=holding or Form(),
    )


def _due_page(form: Form | None = None) -> str:
    by = principal().scope
    names = {school.id: school.name for school in schools.read_all(service.current(), by)}
    due = retention.expired(service.current(), by)
    years = settings.read(service.current(), by).retention_years
    return render_template("cases/administration/due.html", due=due, names=names, years=years, form=form or Form())
