"""Searching: one box for names, numbers and texts."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request

from services.cases import service
from services.cases.domain.permissions import roles_that
from services.cases.domain.searching import KINDS, Hit, Sought
from services.cases.usecases import searching
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.web.forms import Form
from shared.web.i18n import N_
from shared.web.i18n import gettext as _

routes = Blueprint("search_pages", __name__)
_LONGEST = 200
_KIND_WORDS = {
    "reason": N_("Reden van het dossier"),
    "story": N_("Verhaal van de ouders"),
    "addition": N_("Aanvulling op het verhaal"),
    "child_view": N_("Hoe het kind het ziet"),
    "wish": N_("Wens"),
    "strength": N_("Wat gaat goed"),
    "goal": N_("Gemeenschappelijk doel"),
    "expectation": N_("Verwachting"),
    "agreement": N_("Afspraak"),
    "report": N_("Gespreksverslag"),
    "addendum": N_("Aanvulling bij een verslag"),
    "coaching": N_("Coaching"),
    "handover": N_("Overdracht"),
    "satisfaction": N_("Hoe iemand terugkijkt"),
}
# Where on the dossier a text stands, of those without a page of their own.
_PLACES = {
    "story": "#verhaal",
    "addition": "#verhaal",
    "wish": "#wensen",
    "strength": "#krachten",
    "goal": "#doelen",
    "coaching": "/tijd",
}


@routes.app_context_processor
def _words() -> dict[str, object]:
    return {"text_kind": text_kind, "place_of": place_of}


@routes.get("/zoeken")
@allow(*roles_that("read"))
def show() -> str:
    form, who = Form.of(request.args.to_dict()), principal()
    kinds = [(kind, text_kind(kind)) for kind in KINDS]
    sought = _sought()
    if not sought.q:
        schools = searching.schools_to_search(service.current(), who)
        return render_template("cases/search.html", form=form, schools=schools, kinds=kinds, found=None)
    found = searching.look(service.current(), who, sought, page_request_of_page(20))
    return render_template("cases/search.html", form=form, schools=found.schools, kinds=kinds, found=found)


def text_kind(kind: str) -> str:
    """What sort of text it is."""
    return _(_KIND_WORDS[kind])


def place_of(hit: Hit) -> str:
    """The page where the text stands."""
    if hit.kind in ("agreement", "report"):
        return f"/cases/{'afspraken' if hit.kind == 'agreement' else 'verslagen'}/{hit.text_id}"
    return f"/cases/dossiers/{hit.case_id}{_PLACES.get(hit.kind, '')}"


def _sought() -> Sought:
    """What makes no sense is left out, as a page has nobody to tell it to."""
    kind = request.args.get("kind", "")
    typed = request.args.get("q", "")[:_LONGEST]
    q = "".join(each if each.isprintable() else " " for each in typed).strip()
    return Sought(q, (kind,) if kind in KINDS else (), _school())


def _school() -> UUID | None:
    try:
        return UUID(request.args.get("school_id", ""))
    except ValueError:
        return None
