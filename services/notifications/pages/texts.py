"""Teksten: how every mail looks in every language, and changing its words."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.notifications import service
from services.notifications.pages import words
from services.notifications.pages.mail_frame import framed, framing
from services.notifications.usecases import templates
from shared.errors import Conflict, Invalid, NotFound
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.flashes import flash
from shared.web.forms import Form
from shared.web.i18n import gettext as _

routes = Blueprint("template_pages", __name__)
READERS = ("school_staff", "liaison", "team_member", "administrator")


@routes.context_processor
def _words() -> dict[str, object]:
    return {"kind_name": words.kind_name, "version_state": words.version_state}


@routes.get("/teksten")
@allow(*READERS)
def list_templates() -> str:
    return render_template("notifications/texts.html", views=templates.list_templates(service.current(), principal()))


@routes.get("/teksten/<name>")
@allow(*READERS)
def read_template(name: str) -> Response:
    """All languages side by side, of the version that is asked for or the one in use."""
    who, number = principal(), _number()
    versions = templates.list_versions(service.current(), who, name)
    previews = templates.previews(service.current(), who, name, number)
    changes = templates.changes(service.current(), who, name, number)
    names = {each.details.get("version"): each.actor_name for each in templates.decided(service.current(), who, name)[::-1]}
    page = render_template(
        "notifications/text.html", name=name, versions=versions, previews=previews, changes=changes, names=names
    )
    return framing(page)


@routes.get("/teksten/<name>/<int:number>/<language>/inhoud")
@allow(*READERS)
def read_content(name: str, number: int, language: str) -> Response:
    """One preview, for its frame."""
    return framed(templates.preview(service.current(), principal(), name, language, number).copy.html)


@routes.get("/teksten/<name>/wijzigen")
@allow("administrator")
def edit_template(name: str) -> str:
    sources = templates.sources(service.current(), principal(), name, _number())
    return _editor(name, Form.of({"sources": sources}))


@routes.post("/teksten/<name>/wijzigen")
@allow("administrator")
def draft_template(name: str) -> AnyResponse | tuple[str, int]:
    sources = {key.removeprefix("sources-"): text for key, text in request.form.items() if key.startswith("sources-")}
    try:
        version = templates.draft(service.current(), principal(), name, sources)
    except Invalid as failure:
        return _editor(name, Form(request.form).refuse(failure)), 422
    flash(_("De nieuwe versie is bewaard. Kijk of alles klopt, en neem haar dan in gebruik."))
    return redirect(url_for("template_pages.read_template", name=name, versie=version.version), 303)


@routes.post("/teksten/<name>/<int:number>/gebruiken")
@allow("administrator")
def publish_template(name: str, number: int) -> AnyResponse:
    try:
        templates.publish(service.current(), principal(), name, number)
        flash(_("Deze versie is nu in gebruik."))
    except Conflict as failure:
        flash(_(failure.detail, **failure.params), "err")
    return redirect(url_for("template_pages.read_template", name=name), 303)


def _editor(name: str, form: Form) -> str:
    languages = templates.languages(service.current(), name)
    return render_template("notifications/text_edit.html", name=name, form=form, languages=languages)


def _number() -> int | None:
    """`?versie=`; anything else than a number asks for the version in use."""
    asked = request.args.get("versie", "")
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 6:
        raise NotFound
    return int(asked)
