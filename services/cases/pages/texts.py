"""The parents' story and wishes, and what goes well: written with their readers beside them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from marshmallow import fields

from services.cases import service
from services.cases.domain.permissions import roles_that
from services.cases.domain.readers import COMPARTMENTS
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.usecases import dossiers, texts
from services.cases.usecases.texts import NewStatement, NewStory
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Schema, Text
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("text_pages", __name__)


class StoryForm(Schema):
    text = Text(max=20000, multiline=True, required=True)
    told_by = fields.UUID(load_default=None)
    readers = Choice("parents_and_liaison", "shared", load_default="parents_and_liaison")


class StatementForm(Schema):
    text = Text(max=2000, multiline=True, required=True)
    readers = Choice(*COMPARTMENTS, load_default=None)
    of = Choice("parents", "school", "child", load_default=None)


@routes.get("/dossiers/<uuid:case_id>/verhaal")
@allow(*roles_that("write_story"))
def show_story(case_id: UUID) -> str:
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    story = dossier.story
    known = {"text": story.text, "told_by": story.told_by, "readers": _chosen(story.shared_with_school)} if story else {}
    return _story_page(dossier, Form.of(known))


@routes.post("/dossiers/<uuid:case_id>/verhaal")
@allow(*roles_that("write_story"))
def write_story(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        new = NewStory(given["text"], given["readers"] == "shared", given["told_by"])
        texts.write_story(service.current(), principal(), case_id, new, version_sent())

    def again(form: Form) -> str:
        return _story_page(dossiers.read_case(service.current(), principal(), case_id), form)

    return take(parse_form(StoryForm), do, again, Done(_("Het verhaal is bewaard."), _url(case_id, "verhaal")))


@routes.get("/dossiers/<uuid:case_id>/verhaal/versies")
@allow(*roles_that("read"))
def read_versions(case_id: UUID) -> str:
    versions = texts.read_story_versions(service.current(), principal(), case_id)
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    return render_template("cases/story_versions.html", case=dossier.case, versions=versions, names=dossier.names)


@routes.get("/dossiers/<uuid:case_id>/wensen")
@allow(*roles_that("add_wish"))
def show_wish(case_id: UUID) -> str:
    return _statement_page(case_id, "wish", Form())


@routes.post("/dossiers/<uuid:case_id>/wensen")
@allow(*roles_that("add_wish"))
def add_wish(case_id: UUID) -> Page:
    return _add(case_id, "wish", _("De wens staat in het dossier."))


@routes.get("/dossiers/<uuid:case_id>/krachten")
@allow(*roles_that("add_strength"))
def show_strength(case_id: UUID) -> str:
    return _statement_page(case_id, "strength", Form())


@routes.post("/dossiers/<uuid:case_id>/krachten")
@allow(*roles_that("add_strength"))
def add_strength(case_id: UUID) -> Page:
    return _add(case_id, "strength", _("Het staat in het dossier."))


@routes.get("/dossiers/<uuid:case_id>/doelen")
@allow(*roles_that("add_goal"))
def show_goal(case_id: UUID) -> str:
    return _statement_page(case_id, "goal", Form())


@routes.post("/dossiers/<uuid:case_id>/doelen")
@allow(*roles_that("add_goal"))
def add_goal(case_id: UUID) -> Page:
    return _add(case_id, "goal", _("Het doel staat in het dossier."))


def _add(case_id: UUID, kind: str, said: str) -> Page:
    def do(given: dict[str, Any]) -> None:
        readers = COMPARTMENTS[given["readers"]] if given["readers"] else None
        of = given["of"] or "child" if kind == "strength" else None
        texts.state(service.current(), principal(), case_id, NewStatement(kind, given["text"], of, readers))

    return take(parse_form(StatementForm), do, lambda form: _statement_page(case_id, kind, form), Done(said, _url(case_id)))


def _story_page(dossier: dossiers.Dossier, form: Form) -> str:
    return render_template("cases/story.html", case=dossier.case, story=dossier.story, form=form)


def _statement_page(case_id: UUID, kind: str, form: Form) -> str:
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    known = dossier.of_kind(kind)
    return render_template(f"cases/{kind}.html", case=dossier.case, form=form, known=known)


def _chosen(shared: bool) -> str:
    return "shared" if shared else "parents_and_liaison"


def _url(case_id: UUID, anchor: str | None = None) -> str:
    return url_for("case_pages.read_case", case_id=case_id, _anchor=anchor)
