"""Who else is involved, and how the child sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from marshmallow import fields

from services.cases import service
from services.cases.api.fields import Email, Phone
from services.cases.domain.child_view import FORMS
from services.cases.domain.circles import CIRCLES
from services.cases.domain.involved import PARTS, Involved
from services.cases.domain.permissions import roles_that
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.usecases import circle
from services.cases.usecases.circle import NewChildView, NewInvolved
from shared.clock import today
from shared.errors import NotFound
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Schema, Text
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_
from shared.web.i18n import gettext as _

routes = Blueprint("circle_pages", __name__)
_PARTS = {
    "bridge_officer": N_("Brugfunctionaris"),
    "community_team": N_("Wijkteam"),
    "youth_health": N_("Jeugdarts of jeugdverpleegkundige"),
    "attendance_officer": N_("Leerplichtambtenaar"),
    "other": N_("Iemand anders"),
}
_FORMS = {
    "talk": N_("in een gesprek"),
    "drawing": N_("met een tekening"),
    "play": N_("tijdens spelen"),
    "writing": N_("opgeschreven"),
    "cards": N_("met kaartjes of gezichtjes"),
}


class InvolvedForm(Schema):
    part = Choice(*PARTS, required=True)
    part_name = Text(max=120, load_default=None)
    name = Text(max=160, required=True)
    organisation = Text(max=160, required=True)
    phone = Phone(load_default=None)
    email = Email(load_default=None)
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)
    readers = Choice(*CIRCLES, required=True)


class ChangedForm(InvolvedForm):
    class Meta(InvolvedForm.Meta):
        exclude = ("readers",)


class HeardForm(Schema):
    heard_on = fields.Date(required=True)
    heard_by = Text(max=160, required=True)
    form = Choice(*FORMS, required=True)
    text = Text(max=8000, multiline=True, required=True)
    readers = Choice(*CIRCLES, required=True)


@routes.app_context_processor
def _words() -> dict[str, object]:
    return {
        "part_word": part_word,
        "part_options": lambda: [(each, _(_PARTS[each])) for each in PARTS],
        "heard_word": heard_word,
        "heard_options": lambda: [(each, _(_FORMS[each])) for each in FORMS],
    }


def part_word(involved: Involved) -> str:
    """What they are: the word of their part, or what was written instead."""
    return involved.part_name or _(_PARTS[involved.part])


def heard_word(form: str) -> str:
    """`in een gesprek`, within a sentence."""
    return _(_FORMS[form])


@routes.get("/dossiers/<uuid:case_id>/betrokkenen")
@allow(*roles_that("read"))
def list_involved(case_id: UUID) -> str:
    return _involved_page(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/betrokkenen")
@allow(*roles_that("involve"))
def involve(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        values = {name: value for name, value in given.items() if name != "readers"}
        circle.involve(service.current(), principal(), case_id, NewInvolved(values, list(CIRCLES[given["readers"]])))

    done = Done(_("Het is opgeschreven."), _url("list_involved", case_id))
    return take(parse_form(InvolvedForm), do, lambda form: _involved_page(case_id, form), done)


@routes.get("/dossiers/<uuid:case_id>/betrokkenen/<uuid:involved_id>")
@allow(*roles_that("involve"))
def show_involved(case_id: UUID, involved_id: UUID) -> str:
    return _change_page(case_id, involved_id, None)


@routes.post("/dossiers/<uuid:case_id>/betrokkenen/<uuid:involved_id>")
@allow(*roles_that("involve"))
def change_involved(case_id: UUID, involved_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        circle.change_involved(service.current(), principal(), (case_id, involved_id), given, version_sent())

    done = Done(_("De wijziging is bewaard."), _url("list_involved", case_id))
    return take(parse_form(ChangedForm), do, lambda form: _change_page(case_id, involved_id, form), done)


@routes.get("/dossiers/<uuid:case_id>/kind")
@allow(*roles_that("read"))
def list_child_views(case_id: UUID) -> str:
    return _child_page(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/kind")
@allow(*roles_that("hear_child"))
def hear_child(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        new = NewChildView(**given | {"readers": list(CIRCLES[given["readers"]])})
        circle.hear_child(service.current(), principal(), case_id, new)

    done = Done(_("Wat het kind zei, is opgeschreven."), _url("list_child_views", case_id))
    return take(parse_form(HeardForm), do, lambda form: _child_page(case_id, form), done)


def _involved_page(case_id: UUID, form: Form) -> str:
    case, found = circle.read_involved(service.current(), principal(), case_id)
    return render_template("cases/involved.html", case=case, involved=found, form=form, today=today(service.current().clock))


def _change_page(case_id: UUID, involved_id: UUID, form: Form | None) -> str:
    case, found = circle.read_involved(service.current(), principal(), case_id)
    one = next((each for each in found if each.id == involved_id), None)
    if one is None:
        raise NotFound
    known = Form.of({name: value if value is not None else "" for name, value in vars(one).items() if name != "readers"})
    return render_template("cases/involved_change.html", case=case, one=one, form=form or known)


def _child_page(case_id: UUID, form: Form) -> str:
    case, found = circle.read_child_views(service.current(), principal(), case_id)
    return render_template("cases/child_views.html", case=case, views=found, form=form, today=today(service.current().clock))


def _url(endpoint: str, case_id: UUID) -> str:
    return url_for(f"circle_pages.{endpoint}", case_id=case_id)
